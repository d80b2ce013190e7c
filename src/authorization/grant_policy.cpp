#include "authorization/grant_policy.hpp"

#include <fmt/format.h>

#include <utility>

#include "authorization/policy_rules.hpp"
#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::authorization {
namespace {

using base::failure;
using base::Result;
using model::PolicySet;

Result<GrantedPolicy> create(store::Transaction& transaction, const PolicySet& wanted, base::Instant now) {
  const model::EventId event = transaction.next_event();
  PolicySet created = wanted;
  created.id = {event.value};
  created.created_at = now;
  if (const auto inserted = transaction.policies().insert(created); !inserted) return failure(inserted.error());
  transaction.append(event, now, created.created_by, model::PolicyGranted{created});
  return GrantedPolicy{std::move(created), GrantOutcome::kCreated};
}

Result<GrantedPolicy> grant(store::Transaction& transaction, const PolicySet& wanted, base::Instant now) {
  auto found = transaction.policies().find(wanted.level, wanted.target);
  if (!found) return failure(std::move(found.error()));
  if (!*found) return create(transaction, wanted, now);
  PolicySet& stored = **found;
  if (!same_details(stored, wanted)) {
    return failure({base::ErrorCode::kConflict,
                    fmt::format("{} has other policies already; revoke it before granting different ones",
                                model::instance_id(stored)),
                    "defaultPolicy"});
  }
  if (stored.description == wanted.description) return GrantedPolicy{std::move(stored), GrantOutcome::kUnchanged};
  stored.description = wanted.description;
  const auto described = transaction.policies().set_description(stored.id, stored.description);
  if (!described) return failure(described.error());
  transaction.append(now, wanted.created_by,
                     model::PolicyDescribed{stored.id, stored.level, stored.target, stored.description});
  return GrantedPolicy{std::move(stored), GrantOutcome::kDescribed};
}

}  // namespace

void GrantPolicy::operator()(PolicySet wanted, base::Instant now, store::StillWanted still_wanted, Done done) const {
  std::string caller = wanted.created_by;
  auto body = [wanted = std::move(wanted), now](store::Transaction& transaction) {
    return grant(transaction, wanted, now);
  };
  store::submit_for<GrantedPolicy>(
      store_, std::move(still_wanted), std::move(body),
      [caller = std::move(caller), done = std::move(done)](Result<GrantedPolicy> granted) mutable {
        if (granted) {
          base::log::info("audit", "grant",
                          {{"caller", caller},
                           {"policy", model::instance_id(granted->policy)},
                           {"outcome", base::enum_text(granted->outcome)}});
        }
        done(std::move(granted));
      });
}

}  // namespace jeton::authorization
