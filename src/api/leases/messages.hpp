// The JSON messages of the seed, and the actions added to them (token-lease 1.1, 1.4 A2). Pure.
#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "api/leases/requests.hpp"
#include "base/result.hpp"

namespace jeton::api::leases {

using Message = std::variant<CreateRequest, GetRequest, RevokeRequest, RenewRequest, ListRequest, RevokeManyRequest,
                             AbandonRequest>;

/// Failures are kInvalid or kTooLarge, with the texts of 1.1.7. In place of `token_id` a message may have `lease_id`,
/// the lease's name, for leases whose providers never gave an id; `provider` says which of several leases with one id
/// is meant.
base::Result<Message> read_message(std::string_view text);

/// For the reference, as a JSON Schema text.
std::string message_schema();

}  // namespace jeton::api::leases
