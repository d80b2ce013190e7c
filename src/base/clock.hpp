// Time is a parameter: rules and stores are told it. Only the composition root owns a SystemClock; tests own a
// ManualClock.
#pragma once
#include <atomic>
#include <chrono>

namespace jeton::base {

using Duration = std::chrono::nanoseconds;
/// Wall time (UTC), for validity: when something was issued, when it ends.
using Instant = std::chrono::sys_time<Duration>;
/// Monotonic time, for waiting: time-outs, back-off, measuring.
struct MonotonicTag {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonotonicTag, Duration>;
  static constexpr bool is_steady = true;
};
using Tick = MonotonicTag::time_point;

/// Thread-safe. Wall time may jump in both directions; monotonic time never goes back.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant wall() const = 0;
  virtual Tick monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant wall() const override;
  Tick monotonic() const override;
};

/// A clock that moves when it is told to. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = Instant{std::chrono::seconds{1'900'000'000}})
      : wall_(start.time_since_epoch().count()) {}
  Instant wall() const override { return Instant{Duration{wall_.load()}}; }
  Tick monotonic() const override { return Tick{Duration{monotonic_.load()}}; }
  /// Moves both readings.
  void advance(Duration by) {
    wall_ += by.count();
    monotonic_ += by.count();
  }
  /// Moves only the wall time, as an administrator or NTP would.
  void set_wall(Instant to) { wall_ = to.time_since_epoch().count(); }

 private:
  std::atomic<Duration::rep> wall_;
  std::atomic<Duration::rep> monotonic_{0};
};

}  // namespace jeton::base
