#include "authorization/grant_policies.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "authorization/audit_text.hpp"
#include "base/log.hpp"

namespace jeton::authorization {
namespace {

base::Status insert(store::Transaction& transaction, std::vector<model::PolicySet>& sets, base::Instant now) {
  for (std::size_t i = 0; i < sets.size(); ++i) {
    model::PolicySet& set = sets[i];
    const model::EventId event = transaction.next_event();
    set.id = {event.value};
    set.created_at = now;
    auto inserted = transaction.policies().insert(set);
    if (!inserted && inserted.error().code == base::ErrorCode::kConflict) {
      const std::string where = fmt::format("list[{}]", i);
      return base::failure(
          {base::ErrorCode::kConflict,
           fmt::format("{}: {} exists already; revoke it before granting it anew", where, model::instance_id(set)),
           where});
    }
    if (!inserted) return inserted;
    transaction.append(event, now, set.created_by, model::PolicyGranted{set});
  }
  return {};
}

void log_granted(const std::vector<model::PolicySet>& sets) {
  if (sets.empty()) return;
  std::vector<std::string> ids;
  ids.reserve(sets.size());
  for (const model::PolicySet& set : sets) ids.push_back(model::instance_id(set));
  base::log::info("audit", "grant-policies", {{"caller", sets.front().created_by}, {"policies", audit_text(ids)}});
}

}  // namespace

void GrantPolicies::operator()(std::vector<model::PolicySet> wanted, base::Instant now, store::StillWanted still_wanted,
                               Done done) const {
  const auto sets = std::make_shared<std::vector<model::PolicySet>>(std::move(wanted));
  store_.submit(
      [sets, now, still_wanted = std::move(still_wanted)](store::Transaction& transaction) mutable -> base::Status {
        if (const auto wanted_still = still_wanted(); !wanted_still) return wanted_still;
        return insert(transaction, *sets, now);
      },
      [sets, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::failure(std::move(status.error())));
        log_granted(*sets);
        done(std::move(*sets));
      });
}

}  // namespace jeton::authorization
