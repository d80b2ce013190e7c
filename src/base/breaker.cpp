#include "base/breaker.hpp"

#include <algorithm>

namespace jeton::base {

Breaker::Admitted Breaker::admit(Tick now) {
  if (state_ == State::kClosed) return Admitted::kYes;
  if (state_ == State::kHalfOpen || now < open_until_) return Admitted::kNo;
  state_ = State::kHalfOpen;
  return Admitted::kAsProbe;
}

void Breaker::answered() {
  state_ = State::kClosed;
  failures_ = 0;
  pause_ = Duration::zero();
}

void Breaker::failed(Admitted as, Tick now, double jitter) {
  if (as == Admitted::kAsProbe) return open(now, jitter);
  if (state_ == State::kClosed && ++failures_ >= rules_.failures_to_open) open(now, jitter);
}

void Breaker::abandoned(Admitted as, Tick now) {
  if (as != Admitted::kAsProbe) return;
  state_ = State::kOpen;
  open_until_ = now;
}

Duration Breaker::left(Tick now) const {
  if (state_ != State::kOpen) return {};
  return std::max(open_until_ - now, Duration::zero());
}

void Breaker::open(Tick now, double jitter) {
  constexpr double kLeast = 0.8;  // of the pause, and as much above it
  constexpr double kSpread = 0.4;
  pause_ = pause_ == Duration::zero() ? rules_.first_pause : std::min(pause_ * 2, rules_.pause_max);
  state_ = State::kOpen;
  failures_ = 0;
  const double nanoseconds = static_cast<double>(pause_.count()) * (kLeast + kSpread * jitter);
  open_until_ = now + Duration{static_cast<Duration::rep>(nanoseconds)};
}

}  // namespace jeton::base
