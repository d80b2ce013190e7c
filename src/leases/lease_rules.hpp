// What may be leased, for how long, and what becomes of a lease when a call to its provider ends (token-lease 1.1.7,
// 5.2 to 5.4). Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "model/lease.hpp"

namespace jeton::leases {

/// Bounds of a lease's time; all above zero.
struct TtlLimits {
  base::Duration by_default = std::chrono::hours{1};
  base::Duration maximum = std::chrono::hours{24};
  bool zero_allowed = false;  ///< a lease that ends at once
  double jitter = 0.0;        ///< the greatest part by which a granted time is shortened, in [0, 0.1]
};

/// The time that is granted to who asked for `asked`: at most the maximum, shortened by jitter * random (in [0, 1)).
/// kInvalid, at "ttl", below zero, and for zero where that is not allowed.
base::Result<base::Duration> granted_ttl(base::Duration asked, const TtlLimits& limits, double random);

/// When a renewed lease ends: `increment` from now, at most its hard end. kInvalid, at "increment", unless it is above
/// zero; kConflict when the hard end has been reached, within a second, so that it cannot be renewed any more.
base::Result<base::Instant> renewed_end(const model::Lease& lease, base::Duration increment, base::Instant now);

/// Whether its owner may use it: active, and not expired.
bool lives(const model::Lease& lease, base::Instant now);

/// Retries of taking back (5.3). Waits double from kFirstRetry to kRetryMax, spread by a half.
inline constexpr base::Duration kFirstRetry = std::chrono::seconds{10};
inline constexpr base::Duration kRetryMax = std::chrono::minutes{15};
inline constexpr std::int64_t kAttemptsMax = 8;  ///< whose outcome is not known; then irrevocable
inline constexpr base::Duration kIrrevocableRetry = std::chrono::hours{24};
/// A request that timed out may still be executed: it is not looked for earlier than the settle time after its
/// deadline, and once more after the same time (5.2). It is as long as a call may take, within these.
inline constexpr base::Duration kSettleTimeMin = std::chrono::seconds{1};
inline constexpr base::Duration kSettleTimeMax = std::chrono::seconds{5};

/// What becomes of a lease whose revocation was tried.
struct AfterRevoke {
  model::LeaseState state = model::LeaseState::kRevoked;
  std::optional<base::Instant> due_at;  ///< when to try again; absent when it ended
  std::int64_t attempts = 0;
  std::string last_error;
};
/// `random` in [0, 1). A provider that is away or refuses our account costs the lease no attempt (5.3); one that asks
/// to wait makes the pauses longer, and no lease irrevocable.
AfterRevoke after_revoke(const model::Lease& lease, const Provider::Outcome<void>& outcome, base::Instant now,
                         base::Duration settle_time, double random);

/// Why a lease that is due ends.
model::LeaseEnd reason_of(const model::Lease& lease);

}  // namespace jeton::leases
