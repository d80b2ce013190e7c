// REST of leases, /leases and below (token-lease 1.4 A3).
#pragma once
#include <memory>

#include "api/http/lease_operations.hpp"
#include "api/http/router.hpp"

namespace jeton::api::http {

/// api::leases::Dialect owns /leases by then. The routes share the operations.
void add_lease_routes(Router& router, const std::shared_ptr<const LeaseOperations>& operations);

}  // namespace jeton::api::http
