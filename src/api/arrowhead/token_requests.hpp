// Requests about tokens, from payload to command, in the contract's order of validation (arrowhead-authorization 5.5
// to 5.9, 5.14 to 5.18). Pure.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/arrowhead/token_payloads.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/names.hpp"
#include "store/access_token_table.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/token_order.hpp"

namespace jeton::api::arrowhead {

/// The consumer is the caller, its cloud the own one.
base::Result<tokens::TokenOrder> check_generation(const TokenGenerationRequest& request, std::string_view caller,
                                                  const model::Normalizer& names);

struct TokenOrders {
  std::string requester;
  std::vector<tokens::TokenOrder> orders;
};
/// Management. An expiry before `now` is kInvalid.
base::Result<TokenOrders> check_generations(const ManagementTokenGenerationListRequest& request,
                                            std::string_view caller, base::Instant now, const model::Normalizer& names);

/// The query parameter `unbound`: absent or empty is no; true, on, yes, 1 and false, off, no, 0 in any case, else
/// kInvalid.
base::Result<bool> check_unbound(const std::optional<std::string>& value);

struct TokenQuestion {
  std::string_view provider;  ///< the caller
  std::string_view token;     ///< trimmed
};
/// Views into the arguments; `buffer` takes a name that is not normalized already.
base::Result<TokenQuestion> check_verification(std::string_view token, std::string_view caller,
                                               const model::Normalizer& names, std::string& buffer);

/// Management.
base::Result<store::AccessTokenQuery> check_token_query(const TokenQueryRequest& request, std::int64_t page_size_max,
                                                        const model::Normalizer& names);

/// Management. What cannot be a reference is left out: it names no token.
base::Result<std::vector<model::TokenDigest>> check_references(const std::vector<std::string>& references);

/// Why a key is not taken.
struct KeyRefusal {
  base::Error error;
  bool has_origin = true;  ///< false for a short key, whose error body has no `origin` (4.3)
};
/// The caller's own key.
std::expected<tokens::EncryptionKeyOrder, KeyRefusal> check_key(const EncryptionKeyRequest& request,
                                                                std::string_view caller,
                                                                const model::Normalizer& names);
/// Management.
std::expected<std::vector<tokens::EncryptionKeyOrder>, KeyRefusal> check_keys(
    const ManagementEncryptionKeyListRequest& request, const model::Normalizer& names);
/// Management. The normalized names.
base::Result<std::vector<std::string>> check_key_owners(const std::vector<std::string>& system_names,
                                                        const model::Normalizer& names);

}  // namespace jeton::api::arrowhead
