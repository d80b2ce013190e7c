#include "leases/abandon_lease.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "base/strings.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {
namespace {

using base::failure;
using base::Result;
using model::Lease;

base::Error ended_already(const Lease& lease) {
  return {base::ErrorCode::kConflict,
          fmt::format("lease {} has ended already: it is {}", lease.name, base::enum_text(lease.state)),
          {}};
}

base::Error may_be_made(const Lease& lease) {
  return {
      base::ErrorCode::kConflict,
      fmt::format("lease {} may still be being made; it is taken back when that is over, ask again then", lease.name),
      {}};
}

// Nothing was asked about it yet, because its making may not be over: what came of that would be nobody's.
bool waits_for_its_making(const Lease& lease, base::Instant now) {
  return lease.state == model::LeaseState::kUnknown && lease.last_error.empty() && lease.due_at && now < *lease.due_at;
}

}  // namespace

void AbandonLease::operator()(std::string caller, LeaseRef which, std::string reason, Done done) {
  if (base::is_blank(reason)) {
    return done(failure(base::invalid(
        "reason is missing; say why a credential that may still work is given up, for whoever reads the audit log",
        "reason")));
  }
  Who who{.name = caller, .operates = true};
  LeaseRef revoked = which;
  revoke_(std::move(who), std::move(revoked), {},
          [this, caller = std::move(caller), which = std::move(which), reason = std::move(reason),
           done = std::move(done)](Result<RevokeLease::Outcome> asked) mutable {
            if (!asked) return done(failure(std::move(asked.error())));
            switch (asked->revoked) {
              case Revoked::kUnknown:
                return done(failure(no_such_lease(which)));
              case Revoked::kBefore:
                return done(failure(ended_already(asked->lease)));
              case Revoked::kNow:
                return done(std::move(asked->lease));
              case Revoked::kLater:
                return abandon(std::move(caller), {.id = asked->lease.name, .provider = {}}, std::move(reason),
                               std::move(done));
            }
          });
}

void AbandonLease::abandon(std::string caller, LeaseRef which, std::string reason, Done done) {
  auto body = [this, caller, which = std::move(which), reason](store::Transaction& transaction) -> Result<Lease> {
    const base::Instant now = time_.now();
    auto found = find_lease(transaction.leases(), {.name = caller, .operates = true}, which, now);
    if (!found) return failure(found.error());
    if (!*found) return failure(no_such_lease(which));
    Lease lease = **std::move(found);
    if (model::is_ended(lease.state)) return lease;  // a sweep was quicker
    if (waits_for_its_making(lease, now)) return failure(may_be_made(lease));
    const auto ended = end_lease(transaction, lease, {model::LeaseState::kAbandoned, model::LeaseEnd::kForced, reason},
                                 now, keep_, caller);
    if (!ended) return failure(ended.error());
    return lease;
  };
  store::submit_for<Lease>(store_, {}, std::move(body),
                           [caller, reason, done = std::move(done)](Result<Lease> lease) mutable {
                             if (lease && lease->state == model::LeaseState::kAbandoned)
                               base::log::warn("audit", "lease given up: its credential may still work",
                                               {{"caller", caller}, {"lease", lease->name}, {"reason", reason}});
                             done(std::move(lease));
                           });
}

}  // namespace jeton::leases
