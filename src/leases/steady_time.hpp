// Wall time that does not follow a jump: leases go on after the plan by which they were granted (token-lease 5.9).
#pragma once
#include <mutex>
#include <optional>

#include "base/clock.hpp"

namespace jeton::leases {

/// Thread-safe. Small corrections of the wall clock are taken over. A step of more than `step_max` is not: time goes on
/// by the monotonic clock. A step forwards is believed when it has lasted for kBelieveAfter; until then nothing is
/// taken back because of it, and somebody may put the clock right. A step backwards is believed never: at the next
/// start the wall clock counts.
class SteadyTime {
 public:
  static constexpr base::Duration kBelieveAfter = std::chrono::minutes{10};

  SteadyTime(const base::Clock& clock, base::Duration step_max);

  base::Instant now() const;
  /// How far the wall clock is ahead (negative: behind) while it is not believed; nullopt: it is.
  std::optional<base::Duration> step() const;
  const base::Clock& clock() const { return clock_; }

 private:
  base::Instant read() const;

  const base::Clock& clock_;
  const base::Duration step_max_;
  mutable std::mutex mutex_;  // guards the rest
  mutable base::Instant wall_;
  mutable base::Tick tick_;
  mutable std::optional<base::Tick> stepped_;  ///< since when the wall clock is not believed
  mutable base::Duration by_{};
};

}  // namespace jeton::leases
