// The feature `tokens`: access tokens from their issue to their end.
#pragma once
#include <optional>

#include "app/feature.hpp"
#include "app/infrastructure.hpp"
#include "authorization/authorizer.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "crypto/signing_key.hpp"
#include "tokens/encryption_key_index.hpp"
#include "tokens/generate_token.hpp"
#include "tokens/generate_tokens.hpp"
#include "tokens/query_tokens.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/remove_encryption_keys.hpp"
#include "tokens/revoke_tokens.hpp"
#include "tokens/settings.hpp"
#include "tokens/token_cleaner.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_issuer.hpp"
#include "tokens/token_mint.hpp"
#include "tokens/verify_token.hpp"

namespace jeton::app {

class TokensFeature final : public Feature {
 public:
  struct Keys {
    crypto::KeyedDigest references;             ///< makes references out of tokens
    std::optional<crypto::SigningKey> signing;  ///< none: no JSON web tokens
  };
  /// kInvalid when tokens.signing-key cannot be used.
  static base::Result<std::optional<crypto::SigningKey>> load_signing_key(const config::Tokens& config);
  static crypto::KeyedDigest reference_digest(const config::Tokens& config, const base::Secret& master_key);

  TokensFeature(const Infrastructure& on, const authorization::Authorizer& authorizer, Keys keys);

  base::Status load(const store::Snapshot& snapshot) override;
  void follow(store::Store& store) override;
  void add_routes(api::http::Router& router) override;
  void add_figures(FiguresPage& page) const override;
  Held held() const override { return {"tokens", index_.size()}; }

 private:
  const crypto::SigningKey* signing_key() const { return keys_.signing ? &*keys_.signing : nullptr; }

  const Infrastructure on_;
  const tokens::Settings settings_;
  const Keys keys_;
  const expiry::KindId deadlines_;
  tokens::TokenIndex index_;
  tokens::EncryptionKeyIndex encryption_keys_;
  tokens::TokenCleaner cleaner_;
  const tokens::TokenMint mint_;
  tokens::TokenIssuer issuer_;

  tokens::GenerateToken generate_token_;
  tokens::GenerateTokens generate_tokens_;
  tokens::VerifyToken verify_token_;
  tokens::QueryTokens query_tokens_;
  tokens::RevokeTokens revoke_tokens_;
  tokens::RegisterEncryptionKeys register_encryption_keys_;
  tokens::RemoveEncryptionKeys remove_encryption_keys_;
};

}  // namespace jeton::app
