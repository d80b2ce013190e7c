#include "leases/renew_lease.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "leases/failure.hpp"
#include "leases/lease_records.hpp"
#include "leases/lease_rules.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {
namespace {

using base::failure;
using base::Result;
using model::Lease;

base::Error changed_meanwhile(const Lease& lease) {
  return {base::ErrorCode::kConflict,
          fmt::format("lease {} was changed by another request at the same moment; ask again", lease.name),
          {}};
}

}  // namespace

struct RenewLease::Work {
  Who who;
  LeaseRef which;
  base::Duration increment{};
  Done done;
  Lease lease;    // as it was read
  Lease renewed;  // as it was recorded
  base::Instant new_end;
  base::Duration granted{};
  base::Secret secret;
  std::unique_ptr<Turns::Turn> turn;

  bool extends() const { return new_end > *lease.expires_at; }
};

std::unique_ptr<RenewLease::Turns::Turn> RenewLease::Turns::take(model::LeaseId id) {
  const std::scoped_lock lock(mutex_);
  return taken_.insert(id.value).second ? std::make_unique<Turn>(*this, id) : nullptr;
}

void RenewLease::Turns::give_back(model::LeaseId id) {
  const std::scoped_lock lock(mutex_);
  taken_.erase(id.value);
}

void RenewLease::operator()(Who who, LeaseRef which, base::Duration increment, store::StillWanted still_wanted,
                            Done done) {
  const auto work = std::make_shared<Work>();
  work->who = std::move(who);
  work->which = std::move(which);
  work->increment = increment;
  work->done = std::move(done);
  auto body = [this, work](store::Transaction& transaction) -> base::Status { return begin(transaction, *work); };
  auto wanted_body = [body = std::move(body), wanted = std::make_shared<store::StillWanted>(std::move(still_wanted))](
                         store::Transaction& transaction) -> base::Status {
    if (*wanted) {
      if (auto still = (*wanted)(); !still) return still;
    }
    return body(transaction);
  };
  store_.submit(std::move(wanted_body), [this, work](base::Status begun) {
    if (!begun) return work->done(failure(std::move(begun.error())));
    tell(work);
  });
}

// Shortening is recorded at once, extending only when the provider has taken it.
base::Status RenewLease::begin(store::Transaction& transaction, Work& work) {
  const base::Instant now = time_.now();
  auto found = find_lease(transaction.leases(), work.who, work.which, now);
  if (!found) return failure(found.error());
  if (!*found || !lives(**found, now)) return failure(no_such_lease(work.which));
  work.lease = **std::move(found);
  if (!work.turn) work.turn = turns_.take(work.lease.id);
  if (!work.turn) return failure(changed_meanwhile(work.lease));
  const auto end =
      renewed_end(work.lease, work.increment == base::Duration::zero() ? work.lease.ttl : work.increment, now);
  if (!end) return failure(end.error());
  work.new_end = *end;
  work.granted = *end - now;
  auto secret = work.lease.owner() == work.who.name ? transaction.leases().secret(work.lease)
                                                    : Result<base::Secret>(base::Secret{});
  if (!secret) return failure(secret.error());
  work.secret = *std::move(secret);
  return work.extends() ? base::Status{} : record(transaction, work, now);
}

base::Status RenewLease::record(store::Transaction& transaction, Work& work, base::Instant now) const {
  Lease lease = work.lease;
  lease.expires_at = work.new_end;
  lease.ttl = work.granted;
  lease.due_at = work.new_end;
  const auto changed = transaction.leases().change(work.lease, lease);
  if (!changed) return failure(changed.error());
  if (!*changed) return failure(changed_meanwhile(work.lease));
  transaction.append(now, work.who.name, model::LeaseRenewed{lease.id, lease.name, lease.provider(), work.new_end});
  work.renewed = std::move(lease);
  return {};
}

void RenewLease::tell(const SharedWork& work) {
  Instance* instance = instances_.known(work->lease.provider());
  if (instance == nullptr && !work->extends()) return finish(work);
  if (instance == nullptr) {
    return work->done(failure({base::ErrorCode::kExternal,
                               fmt::format("provider {} is not configured any more", work->lease.provider()),
                               {}}));
  }
  const bool extends = work->extends();
  const bool taken = instance->submit_call([this, work, instance, extends] {
    const auto told = instance->guarded(Instance::Call::kRenew, 0.5, [&] {
      return instance->provider().renew(work->lease.handle, work->new_end, instance->call_deadline());
    });
    if (!extends) {
      if (!told)
        base::log::warn("leases", "a provider did not take the new end of a lease; it is taken back in time anyway",
                        {{"lease", work->lease.name}, {"trouble", told.error().message}});
      return finish(work);
    }
    if (!told && !lives(work->lease, time_.now())) return work->done(failure(no_such_lease(work->which)));
    if (!told) return work->done(failure(error_of(instance->name(), told.error())));
    store_.submit(
        [this, work](store::Transaction& transaction) -> base::Status {
          const base::Instant now = time_.now();
          if (!lives(work->lease, now)) return failure(no_such_lease(work->which));
          return record(transaction, *work, now);
        },
        [this, work](base::Status recorded) {
          if (!recorded) return work->done(failure(std::move(recorded.error())));
          finish(work);
        });
  });
  if (taken) return;
  if (!extends) return finish(work);
  work->done(failure(base::unavailable("too many requests wait for provider " + instance->name())));
}

void RenewLease::finish(const SharedWork& work) const {
  base::log::info("audit", "lease renewed", {{"caller", work->who.name}, {"lease", work->renewed.name}});
  work->done(OwnedLease{std::move(work->renewed), std::move(work->secret)});
}

}  // namespace jeton::leases
