#include "leases/create_lease.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "crypto/digest.hpp"
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
using model::LeaseEnd;
using model::LeaseState;

// Its request may still run, or the server stopped in the middle of it: then it is taken back in some seconds.
base::Error not_settled(const Lease& lease) {
  return {base::ErrorCode::kExternalLocked,
          fmt::format("what became of lease {} of this idempotency key is not known yet; ask again", lease.name),
          "idempotency_key"};
}

base::Error another_wish(const Lease& lease) {
  return {
      base::ErrorCode::kConflict,
      fmt::format("this idempotency key is that of lease {}, of provider {}{}; expected the same provider and role, "
                  "or another key",
                  lease.name, lease.provider(),
                  lease.role().empty() ? std::string(" without a role") : " with role " + lease.role()),
      "idempotency_key"};
}

void audit(const Lease& lease, std::string_view outcome, std::string_view what) {
  base::log::info(
      "audit", what,
      {{"caller", lease.owner()}, {"lease", lease.name}, {"provider", lease.provider()}, {"outcome", outcome}});
}

}  // namespace

struct CreateLease::Work {
  LeaseWish wish;
  Instance* instance = nullptr;
  base::Tick deadline;  // of the call
  Lease lease;
  base::Secret secret;
  Provider::Make make;
  Done done;
};

void CreateLease::operator()(LeaseWish wish, store::StillWanted still_wanted, Done done) {
  const auto instance = parts_.instances.find(wish.provider);
  if (!instance) return done(failure(instance.error()));
  if (const auto role = wish.role.empty() ? base::Status{} : check_role(wish.role); !role)
    return done(failure(role.error()));
  const auto work = std::make_shared<Work>();
  work->instance = *instance;
  const Instance::Settings& settings = work->instance->settings();
  const auto ttl = granted_ttl(wish.ttl, settings.ttl, parts_.names.random_fraction());
  if (!ttl) return done(failure(ttl.error()));
  const base::Instant now = parts_.time.now();
  work->deadline = work->instance->call_deadline();
  work->secret = parts_.names.make_secret();
  const LeaseNames::Names names = parts_.names.make(settings.name, wish.role);
  Lease& lease = work->lease;
  lease.name = names.lease;
  lease.subject = wish.owner;
  lease.audience = settings.name;
  lease.scope = wish.role;
  lease.issued_at = now;
  lease.expires_at = now + *ttl;
  lease.ttl = *ttl;
  lease.hard_end = now + std::max(settings.ttl.maximum, *ttl);
  lease.due_at = now + settings.call_time_max + work->instance->settle_time();
  lease.released = true;  // what a call of ours leaves behind is no revocation that anybody has to look at
  lease.idempotency_key = wish.idempotency_key;
  auto prepared = work->instance->provider().prepare({.label = names.label,
                                                      .lease = lease.name,
                                                      .secret = work->secret.reveal(),
                                                      .owner = wish.owner,
                                                      .role = wish.role,
                                                      .expires_at = *lease.expires_at,
                                                      .options = wish.options});
  if (!prepared) return done(failure(prepared.error()));
  lease.handle = std::move(prepared->handle);
  work->make = std::move(prepared->make);
  work->wish = std::move(wish);
  work->done = std::move(done);
  write_intent(work, std::move(still_wanted));
}

// The record that is enough to undo whatever the provider will do.
void CreateLease::write_intent(const SharedWork& work, store::StillWanted still_wanted) {
  using Living = std::optional<OwnedLease>;  // of the same idempotency key
  auto body = [this, work](store::Transaction& transaction) -> Result<Living> {
    Lease& lease = work->lease;
    const base::Instant now = lease.issued_at;
    if (!lease.idempotency_key.empty()) {
      auto earlier = transaction.leases().find_by_key(lease.owner(), lease.idempotency_key);
      if (!earlier) return failure(earlier.error());
      if (*earlier && (*earlier)->state == LeaseState::kIntent) return failure(not_settled(**earlier));
      if (*earlier && lives(**earlier, now)) {
        if ((*earlier)->provider() != lease.provider() || (*earlier)->role() != lease.role())
          return failure(another_wish(**earlier));
        auto secret = transaction.leases().secret(**earlier);
        if (!secret) return failure(secret.error());
        return OwnedLease{**std::move(earlier), *std::move(secret)};
      }
      if (*earlier) {
        const auto ended = begin_ending(transaction, **earlier, {LeaseEnd::kExpired, now, false}, now, lease.owner());
        if (!ended) return failure(ended.error());
      }
    }
    if (const auto reserved =
            reserve(transaction, lease, parts_.quotas, work->instance->settings().leases_max, work->wish.exempt);
        !reserved)
      return failure(reserved.error());
    const model::EventId event = transaction.next_event();
    lease.id = {event.value};
    if (const auto inserted = transaction.leases().insert(lease); !inserted) return failure(inserted.error());
    transaction.append(event, now, lease.owner(),
                       model::LeaseRequested{lease.id, lease.name, lease.owner(), lease.provider(), lease.handle.label,
                                             *lease.due_at});
    return Living{};
  };
  store::submit_for<Living>(parts_.store, std::move(still_wanted), std::move(body),
                            [this, work](Result<Living> living) mutable {
                              if (!living) return work->done(failure(std::move(living.error())));
                              if (*living) {
                                audit((*living)->lease, "repeated", "secret of a lease shown");
                                return work->done(Created{**std::move(living), true});
                              }
                              call(work);
                            });
}

// On the commit thread: the call itself is made elsewhere.
void CreateLease::call(const SharedWork& work) {
  if (work->instance->submit_call([this, work] { make(work); })) return;
  write_failure(
      work,
      {.trouble = Trouble::kBusy, .message = "too many requests wait for it here; try again later", .retry_after = {}});
}

void CreateLease::make(const SharedWork& work) {
  const base::Duration left = time_left(work->deadline, parts_.time.clock().monotonic());
  if (2 * left < work->instance->settings().call_time_max) {
    return write_failure(work, {.trouble = Trouble::kBusy,
                                .message = "the request waited here until its time was over; try again later",
                                .retry_after = {}});
  }
  auto made = work->instance->guarded(Instance::Call::kCreate, parts_.names.random_fraction(),
                                      [&work] { return work->make(work->deadline); });
  if (!made) return write_failure(work, made.error());
  write_active(work, *std::move(made));
}

void CreateLease::write_active(const SharedWork& work, Credential made) {
  const auto credential = std::make_shared<Credential>(std::move(made));
  if (credential->value.empty()) credential->value = work->secret;
  work->lease.handle.external_id = credential->external_id;
  auto body = [this, work, credential](store::Transaction& transaction) -> Result<Lease> {
    const auto read = transaction.leases().find(work->lease.id);
    if (!read) return failure(read.error());
    Lease lease = work->lease;
    lease.state = LeaseState::kActive;
    lease.digest = parts_.digest(credential->value.reveal());
    lease.issued = credential->issued;
    lease.due_at = lease.expires_at;
    lease.released = false;
    const auto changed = *read && (*read)->state == LeaseState::kIntent ? transaction.leases().change(**read, lease)
                                                                        : Result<bool>(false);
    if (!changed) return failure(changed.error());
    if (!*changed) {
      return failure({base::ErrorCode::kTimeout,
                      fmt::format("provider {} answered too late; what it made is taken back", lease.provider()),
                      {}});
    }
    if (const auto kept = transaction.leases().set_secret(lease, credential->value); !kept)
      return failure(kept.error());
    transaction.append(parts_.time.now(), lease.owner(),
                       model::LeaseGranted{lease.id, lease.name, lease.owner(), lease.provider(),
                                           lease.handle.external_id, lease.digest, lease.issued_at, *lease.expires_at});
    return lease;
  };
  store::submit_for<Lease>(parts_.store, {}, std::move(body), [this, work, credential](Result<Lease> lease) mutable {
    if (lease) {
      audit(*lease, "success", "lease granted");
      return work->done(Created{OwnedLease{*std::move(lease), std::move(credential->value)}, false});
    }
    undo(work);
    audit(work->lease, base::to_string(lease.error().code), "lease not granted");
    work->done(failure(std::move(lease.error())));
  });
}

// It could not be recorded. The intent stays until the taking back is confirmed; this is only sooner.
void CreateLease::undo(const SharedWork& work) {
  work->instance->submit_revocation([this, work] {
    const std::array<model::LeaseHandle, 1> handle = {work->lease.handle};
    const auto outcomes = work->instance->revoke(handle, parts_.names.random_fraction());
    if (!outcomes.front())
      base::log::warn("leases", "what was made too late could not be taken back at once; its record has it tried again",
                      {{"lease", work->lease.name}, {"trouble", outcomes.front().error().message}});
  });
}

void CreateLease::write_failure(const SharedWork& work, const Problem& problem) {
  const bool ambiguous = problem.trouble == Trouble::kAmbiguous;
  auto body = [this, work, problem, ambiguous](store::Transaction& transaction) -> base::Status {
    auto lease = transaction.leases().find(work->lease.id);
    if (!lease) return failure(lease.error());
    if (!*lease || (*lease)->state != LeaseState::kIntent) return {};  // it was taken for lost meanwhile
    const base::Instant now = parts_.time.now();
    const auto done =
        ambiguous
            ? begin_ending(transaction, **lease, {LeaseEnd::kUnknown, *(*lease)->due_at, true}, now, (*lease)->owner())
            : end_lease(transaction, **lease, {LeaseState::kAborted, LeaseEnd::kRefused, problem.message}, now,
                        parts_.keep, (*lease)->owner());
    return done ? base::Status{} : failure(done.error());
  };
  // Should it fail, the intent says enough.
  parts_.store.submit(std::move(body), [work, problem](const base::Status&) {
    base::Error error = error_of(work->lease.provider(), problem);
    if (problem.trouble == Trouble::kAmbiguous) error.message += "; what was made is taken back";
    audit(work->lease, base::to_string(error.code), "lease not granted");
    work->done(failure(std::move(error)));
  });
}

}  // namespace jeton::leases
