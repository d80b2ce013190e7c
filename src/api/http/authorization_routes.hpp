// The service `authorization`: providers grant, revoke and look up their policies, anybody asks about itself
// (arrowhead-authorization 5.1 to 5.4).
#pragma once
#include "api/http/router.hpp"
#include "authorization/authorizer.hpp"
#include "authorization/grant_policy.hpp"
#include "authorization/query_policies.hpp"
#include "authorization/revoke_policy.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "model/names.hpp"

namespace jeton::api::http {

/// All outlive the router.
struct AuthorizationParts {
  const model::Normalizer& names;
  const authorization::Authorizer& authorizer;
  const authorization::GrantPolicy& grant_policy;
  const authorization::RevokePolicy& revoke_policy;
  const authorization::QueryPolicies& query_policies;
  base::WorkerPool& workers;
  base::WorkerPool& askers;  ///< wait for the metadata of consumers
  const base::Clock& clock;
};

void add_authorization_routes(Router& router, const AuthorizationParts& parts);

}  // namespace jeton::api::http
