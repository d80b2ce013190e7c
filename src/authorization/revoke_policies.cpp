#include "authorization/revoke_policies.hpp"

#include <memory>
#include <utility>

#include "authorization/audit_text.hpp"
#include "base/log.hpp"

namespace jeton::authorization {
namespace {

struct Work {
  std::vector<InstanceId> ids;
  std::string caller;
  std::vector<std::string> removed;  ///< instance ids
};

base::Status revoke(store::Transaction& transaction, Work& work, base::Instant now) {
  work.removed.clear();
  for (const InstanceId& id : work.ids) {
    const auto found = transaction.policies().find(id.level, id.target);
    if (!found) return base::failure(found.error());
    if (!*found) continue;
    const model::PolicyId stored = (*found)->id;
    if (const auto removed = transaction.policies().remove(stored); !removed) return base::failure(removed.error());
    transaction.append(now, work.caller, model::PolicyRevoked{stored, id.level, id.target});
    work.removed.push_back(model::instance_id(id.level, id.target));
  }
  return {};
}

}  // namespace

void RevokePolicies::operator()(std::vector<InstanceId> ids, std::string caller, base::Instant now,
                                store::StillWanted still_wanted, Done done) const {
  const auto work = std::make_shared<Work>(Work{std::move(ids), std::move(caller), {}});
  store_.submit(
      [work, now, still_wanted = std::move(still_wanted)](store::Transaction& transaction) mutable -> base::Status {
        if (const auto wanted_still = still_wanted(); !wanted_still) return wanted_still;
        return revoke(transaction, *work, now);
      },
      [work, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::failure(std::move(status.error())));
        if (!work->removed.empty()) {
          base::log::info("audit", "revoke-policies",
                          {{"caller", work->caller}, {"policies", audit_text(work->removed)}});
        }
        done(work->removed.size());
      });
}

}  // namespace jeton::authorization
