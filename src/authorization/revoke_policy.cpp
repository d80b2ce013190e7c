#include "authorization/revoke_policy.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::authorization {
namespace {

base::Result<bool> revoke(store::Transaction& transaction, const Revocation& revocation, base::Instant now) {
  const InstanceId& id = revocation.id;
  const auto found = transaction.policies().find(id.level, id.target);
  if (!found) return base::failure(found.error());
  if (!*found) return false;
  const model::PolicyId stored = (*found)->id;
  if (const auto removed = transaction.policies().remove(stored); !removed) return base::failure(removed.error());
  transaction.append(now, revocation.caller, model::PolicyRevoked{stored, id.level, id.target});
  return true;
}

}  // namespace

void RevokePolicy::operator()(Revocation revocation, base::Instant now, store::StillWanted still_wanted,
                              Done done) const {
  if (revocation.id.target.provider != revocation.caller) {
    return done(base::failure(base::forbidden(fmt::format("the policy belongs to {}; {} may only revoke its own",
                                                          revocation.id.target.provider, revocation.caller))));
  }
  if (revocation.id.level != model::PolicyLevel::kProvider) return done(false);
  auto body = [revocation, now](store::Transaction& transaction) { return revoke(transaction, revocation, now); };
  store::submit_for<bool>(
      store_, std::move(still_wanted), std::move(body),
      [revocation = std::move(revocation), done = std::move(done)](base::Result<bool> removed) mutable {
        if (removed && *removed) {
          const InstanceId& id = revocation.id;
          base::log::info("audit", "revoke",
                          {{"caller", revocation.caller}, {"policy", model::instance_id(id.level, id.target)}});
        }
        done(std::move(removed));
      });
}

}  // namespace jeton::authorization
