// A whole authorization server in memory, without a network: what all ways into it share.
#pragma once
#include "api/http/router.hpp"
#include "authorization/grant_policies.hpp"
#include "authorization/grant_policy.hpp"
#include "authorization/query_policies.hpp"
#include "authorization/revoke_policies.hpp"
#include "authorization/revoke_policy.hpp"
#include "base/time_text.hpp"
#include "identity/admission.hpp"
#include "tokens/token_world.hpp"

namespace jeton::scenarios {

class World : public tokens::testing::World {
 public:
  World() { clock.set_wall(base::parse_instant("2031-03-04T05:00:00Z").value()); }
  ~World() { end(); }

  /// Whoever answers ends before those who are answered: an answer is counted after it was sent.
  void end() {
    askers.stop();
    workers.stop();
    store->stop();
  }

  const authorization::GrantPolicy grant_policy{*store};
  const authorization::GrantPolicies grant_policies{*store};
  const authorization::RevokePolicy revoke_policy{*store};
  const authorization::QueryPolicies query_policies{*store};
  base::WorkerPool askers{1, 64};
  const identity::ManagementAccess management{
      {.filter = true, .policy = identity::ManagementPolicy::kAuthorization, .whitelist = {"FleetConsole"}},
      "ConsumerAuthorization",
      names,
      authorizer};
  const identity::DeclaredAuthenticator authenticator{names};
  const identity::NoBlacklist blacklist;
  const identity::Admission admission{authenticator, blacklist, management};
};

}  // namespace jeton::scenarios
