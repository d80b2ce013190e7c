#include "authorization/revoke_policies.hpp"

#include <utility>

#include "authorization/audit_text.hpp"
#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::authorization {
namespace {

/// The instance ids of those that were there.
base::Result<std::vector<std::string>> revoke(store::Transaction& transaction, const std::vector<InstanceId>& ids,
                                              const std::string& caller, base::Instant now) {
  std::vector<std::string> revoked;
  for (const InstanceId& id : ids) {
    const auto found = transaction.policies().find(id.level, id.target);
    if (!found) return base::failure(found.error());
    if (!*found) continue;
    const model::PolicyId stored = (*found)->id;
    if (const auto removed = transaction.policies().remove(stored); !removed) return base::failure(removed.error());
    transaction.append(now, caller, model::PolicyRevoked{stored, id.level, id.target});
    revoked.push_back(model::instance_id(id.level, id.target));
  }
  return revoked;
}

}  // namespace

void RevokePolicies::operator()(std::vector<InstanceId> ids, std::string caller, base::Instant now,
                                store::StillWanted still_wanted, Done done) const {
  auto body = [ids = std::move(ids), caller, now](store::Transaction& transaction) {
    return revoke(transaction, ids, caller, now);
  };
  store::submit_for<std::vector<std::string>>(
      store_, std::move(still_wanted), std::move(body),
      [caller, done = std::move(done)](base::Result<std::vector<std::string>> revoked) mutable {
        if (!revoked) return done(base::failure(std::move(revoked.error())));
        if (!revoked->empty())
          base::log::info("audit", "revoke-policies", {{"caller", caller}, {"policies", audit_text(*revoked)}});
        done(revoked->size());
      });
}

}  // namespace jeton::authorization
