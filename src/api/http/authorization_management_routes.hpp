// The service `authorizationManagement`: operators' work on policies of both levels (arrowhead-authorization 5.10
// to 5.13).
#pragma once
#include <cstdint>

#include "api/http/router.hpp"
#include "authorization/check_policies.hpp"
#include "authorization/grant_policies.hpp"
#include "authorization/query_policies.hpp"
#include "authorization/revoke_policies.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "model/names.hpp"

namespace jeton::api::http {

/// All outlive the router.
struct AuthorizationManagementParts {
  const model::Normalizer& names;
  const authorization::GrantPolicies& grant_policies;
  const authorization::RevokePolicies& revoke_policies;
  const authorization::QueryPolicies& query_policies;
  const authorization::CheckPolicies& check_policies;
  base::WorkerPool& workers;
  base::WorkerPool& askers;  ///< wait for the metadata of consumers
  const base::Clock& clock;
  std::int64_t page_size_max;
};

void add_authorization_management_routes(Router& router, const AuthorizationManagementParts& parts);

}  // namespace jeton::api::http
