// POST /leases/messages: the messages of the seed's Token Lease Manager, over HTTP and over MQTT
// (token-lease 1.1, 1.4).
#pragma once
#include <memory>
#include <string_view>

#include "api/http/lease_operations.hpp"
#include "api/http/router.hpp"

namespace jeton::api::http {

/// The operation under which the messages are offered over MQTT.
inline constexpr std::string_view kLeaseMessageOperation = "message";

/// api::leases::Dialect owns /leases by then.
void add_lease_message_routes(Router& router, const std::shared_ptr<const LeaseOperations>& operations);

}  // namespace jeton::api::http
