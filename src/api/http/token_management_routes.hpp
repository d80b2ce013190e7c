// The service `authorizationTokenManagement`: operators' work on tokens and keys (arrowhead-authorization 5.14
// to 5.18).
#pragma once
#include <cstdint>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "model/names.hpp"
#include "tokens/generate_tokens.hpp"
#include "tokens/query_tokens.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/remove_encryption_keys.hpp"
#include "tokens/revoke_tokens.hpp"

namespace jeton::api::http {

/// All outlive the router.
struct TokenManagementParts {
  const model::Normalizer& names;
  tokens::GenerateTokens& generate_tokens;
  const tokens::QueryTokens& query_tokens;
  tokens::RevokeTokens& revoke_tokens;
  tokens::RegisterEncryptionKeys& register_encryption_keys;
  tokens::RemoveEncryptionKeys& remove_encryption_keys;
  base::WorkerPool& workers;
  const base::Clock& clock;
  std::int64_t page_size_max;
};

void add_token_management_routes(Router& router, const TokenManagementParts& parts);

}  // namespace jeton::api::http
