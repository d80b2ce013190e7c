#include "base/clock.hpp"

namespace jeton::base {

Instant SystemClock::wall() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Tick SystemClock::monotonic() const {
  return Tick{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace jeton::base
