// Makes tokens: from an order to the record that is stored and the text that is handed out.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "crypto/signing_key.hpp"
#include "model/token.hpp"
#include "tokens/encryption_key_index.hpp"
#include "tokens/settings.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

struct MintedToken {
  model::AccessToken record;  ///< its id is given when it is stored
  base::Secret text;          ///< as handed out: encrypted when it is self-contained and the provider has a key
};

/// Thread-safe.
class TokenMint {
 public:
  struct Parts {
    const Settings& settings;
    const crypto::KeyedDigest& reference_digest;
    const crypto::SigningKey* signing_key = nullptr;  ///< null: no JSON web tokens are issued
    const EncryptionKeyIndex& encryption_keys;
    const TokenIndex& tokens;
    std::function<std::string(std::size_t)> random_bytes = crypto::random_bytes;
  };
  explicit TokenMint(Parts parts) : parts_(std::move(parts)) {}

  /// Whether this variant costs a signature (0.4 ms), which belongs on a worker.
  static bool signs(model::TokenVariant variant);

  /// kInvalid: a JSON web token without a signing key. kInternal: simple tokens are configured too short (8.2), the
  /// provider's key cannot encrypt (Q11). Nothing is stored here, so that nothing has to be taken back.
  base::Result<MintedToken> mint(const TokenOrder& order, std::string_view requester, base::Instant now) const;

 private:
  base::Result<std::string> clear_text(model::AccessToken& token) const;
  base::Result<std::string> draw_simple(model::TokenDigest& digest) const;
  base::Result<std::string> sign(const model::AccessToken& token) const;

  Parts parts_;
};

}  // namespace jeton::tokens
