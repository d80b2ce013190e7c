#include "authorization/grant_policies.hpp"

#include <fmt/format.h>

#include <utility>

#include "authorization/audit_text.hpp"
#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::authorization {
namespace {

base::Result<std::vector<model::PolicySet>> insert(store::Transaction& transaction, std::vector<model::PolicySet> sets,
                                                   base::Instant now) {
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
    if (!inserted) return base::failure(std::move(inserted.error()));
    transaction.append(event, now, set.created_by, model::PolicyGranted{set});
  }
  return sets;
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
  auto body = [wanted = std::move(wanted), now](store::Transaction& transaction) {
    return insert(transaction, wanted, now);
  };
  store::submit_for<std::vector<model::PolicySet>>(
      store_, std::move(still_wanted), std::move(body),
      [done = std::move(done)](base::Result<std::vector<model::PolicySet>> granted) mutable {
        if (granted) log_granted(*granted);
        done(std::move(granted));
      });
}

}  // namespace jeton::authorization
