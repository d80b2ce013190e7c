// The service `authorizationToken`: consumers ask for tokens, providers verify them (arrowhead-authorization 5.5
// to 5.9).
#pragma once
#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "crypto/signing_key.hpp"
#include "model/names.hpp"
#include "tokens/generate_token.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/remove_encryption_keys.hpp"
#include "tokens/verify_token.hpp"

namespace jeton::api::http {

/// All outlive the router.
struct TokenParts {
  const model::Normalizer& names;
  tokens::GenerateToken& generate_token;
  tokens::VerifyToken& verify_token;
  tokens::RegisterEncryptionKeys& register_encryption_keys;
  tokens::RemoveEncryptionKeys& remove_encryption_keys;
  const crypto::SigningKey* signing_key;  ///< null: none
  const base::Clock& clock;
};

void add_token_routes(Router& router, const TokenParts& parts);

}  // namespace jeton::api::http
