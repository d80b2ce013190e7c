#include "authorization/revoke_policy.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.hpp"

namespace jeton::authorization {
namespace {

struct Work {
  Revocation revocation;
  bool removed = false;
};

base::Status revoke(store::Transaction& transaction, Work& work, base::Instant now) {
  const InstanceId& id = work.revocation.id;
  work.removed = false;
  const auto found = transaction.policies().find(id.level, id.target);
  if (!found) return base::failure(found.error());
  if (!*found) return {};
  const model::PolicyId stored = (*found)->id;
  if (const auto removed = transaction.policies().remove(stored); !removed) return base::failure(removed.error());
  transaction.append(now, work.revocation.caller, model::PolicyRevoked{stored, id.level, id.target});
  work.removed = true;
  return {};
}

}  // namespace

void RevokePolicy::operator()(Revocation revocation, base::Instant now, store::StillWanted still_wanted,
                              Done done) const {
  if (revocation.id.target.provider != revocation.caller) {
    return done(base::failure(base::forbidden(fmt::format("the policy belongs to {}; {} may only revoke its own",
                                                          revocation.id.target.provider, revocation.caller))));
  }
  if (revocation.id.level != model::PolicyLevel::kProvider) return done(false);
  const auto work = std::make_shared<Work>(Work{std::move(revocation), false});
  store_.submit(
      [work, now, still_wanted = std::move(still_wanted)](store::Transaction& transaction) mutable -> base::Status {
        if (const auto wanted_still = still_wanted(); !wanted_still) return wanted_still;
        return revoke(transaction, *work, now);
      },
      [work, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::failure(std::move(status.error())));
        if (work->removed) {
          const InstanceId& id = work->revocation.id;
          base::log::info("audit", "revoke",
                          {{"caller", work->revocation.caller}, {"policy", model::instance_id(id.level, id.target)}});
        }
        done(work->removed);
      });
}

}  // namespace jeton::authorization
