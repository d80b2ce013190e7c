#include "leases/lease_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_text.hpp"

namespace jeton::leases {
namespace {

using model::Lease;
using model::LeaseState;

base::Duration scaled(base::Duration duration, double by) {
  return base::Duration{static_cast<base::Duration::rep>(static_cast<double>(duration.count()) * by)};
}

// Doubles with every attempt, and is spread by a half.
base::Duration retry_pause(std::int64_t attempts, double random) {
  base::Duration pause = kFirstRetry;
  for (std::int64_t i = 1; i < attempts && pause < kRetryMax; ++i) pause *= 2;
  return scaled(std::min(pause, kRetryMax), 0.75 + random / 2);
}

AfterRevoke irrevocable(std::int64_t attempts, std::string error, base::Instant now, double random) {
  return {.state = LeaseState::kIrrevocable,
          .due_at = now + scaled(kIrrevocableRetry, 0.9 + random / 5),
          .attempts = attempts,
          .last_error = std::move(error)};
}

}  // namespace

base::Result<base::Duration> granted_ttl(base::Duration asked, const TtlLimits& limits, double random) {
  if (asked < base::Duration::zero() || (asked == base::Duration::zero() && !limits.zero_allowed)) {
    return base::failure(
        base::invalid("ttl must be above 0 milliseconds: a lease of no time would be taken back at once", "ttl"));
  }
  const base::Duration granted = std::min(asked, limits.maximum);
  return scaled(granted, 1.0 - limits.jitter * random);
}

base::Result<base::Instant> renewed_end(const Lease& lease, base::Duration increment, base::Instant now) {
  if (increment <= base::Duration::zero())
    return base::failure(base::invalid("increment must be above 0 milliseconds; it counts from now", "increment"));
  if (lease.hard_end - now <= std::chrono::seconds{1}) {
    return base::failure({base::ErrorCode::kConflict,
                          fmt::format("lease {} cannot be renewed any more: its time ends for good at {}", lease.name,
                                      base::format_instant(lease.hard_end)),
                          {}});
  }
  // Compared before it is added: a huge increment must not wrap.
  return increment >= lease.hard_end - now ? lease.hard_end : now + increment;
}

bool lives(const Lease& lease, base::Instant now) {
  return lease.state == LeaseState::kActive && now < *lease.expires_at;
}

AfterRevoke after_revoke(const Lease& lease, const Provider::Outcome<void>& outcome, base::Instant now,
                         base::Duration settle_time, double random) {
  if (outcome) {
    // A request whose end is not known may still be executed: the first "it is not there" is not believed.
    if (lease.state == LeaseState::kUnknown) return {.state = LeaseState::kRevoking, .due_at = now + settle_time};
    return {};
  }
  const Problem& problem = outcome.error();
  if (problem.trouble == Trouble::kRejected) return irrevocable(lease.attempts + 1, problem.message, now, random);
  const LeaseState state = lease.state == LeaseState::kIntent ? LeaseState::kUnknown : lease.state;
  if (is_of_provider(problem.trouble)) {
    return {.state = state,
            .due_at = now + scaled(kFirstRetry, 0.75 + random / 2),
            .attempts = lease.attempts,
            .last_error = problem.message};
  }
  const std::int64_t attempts = lease.attempts + 1;
  if (attempts >= kAttemptsMax && problem.trouble != Trouble::kBusy)
    return irrevocable(attempts, problem.message, now, random);
  const base::Duration pause = std::clamp(problem.retry_after.value_or(base::Duration::zero()),
                                          retry_pause(attempts, random), kIrrevocableRetry);
  return {.state = state, .due_at = now + pause, .attempts = attempts, .last_error = problem.message};
}

model::LeaseEnd reason_of(const Lease& lease) {
  if (lease.end != model::LeaseEnd::kNone) return lease.end;
  return lease.state == LeaseState::kActive ? model::LeaseEnd::kExpired : model::LeaseEnd::kUnknown;
}

}  // namespace jeton::leases
