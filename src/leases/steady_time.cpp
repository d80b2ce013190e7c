#include "leases/steady_time.hpp"

namespace jeton::leases {

SteadyTime::SteadyTime(const base::Clock& clock, base::Duration step_max)
    : clock_(clock), step_max_(step_max), wall_(clock.wall()), tick_(clock.monotonic()) {}

base::Instant SteadyTime::now() const {
  const std::scoped_lock lock(mutex_);
  return read();
}

std::optional<base::Duration> SteadyTime::step() const {
  const std::scoped_lock lock(mutex_);
  read();
  return stepped_ ? std::optional(by_) : std::nullopt;
}

base::Instant SteadyTime::read() const {
  const base::Tick tick = clock_.monotonic();
  const base::Instant wall = clock_.wall();
  const base::Instant planned = wall_ + (tick - tick_);
  by_ = wall - planned;
  const bool is_small = by_ <= step_max_ && by_ >= -step_max_;
  if (!is_small && !stepped_) stepped_ = tick;
  const bool is_believed = is_small || (by_ > base::Duration::zero() && tick - *stepped_ >= kBelieveAfter);
  if (!is_believed) return planned;
  stepped_.reset();
  wall_ = wall;
  tick_ = tick;
  return wall;
}

}  // namespace jeton::leases
