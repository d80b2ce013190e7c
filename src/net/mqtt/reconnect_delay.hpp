// How long to wait before the next attempt to connect (arrowhead-mqtt 3.4). Pure.
#pragma once
#include <algorithm>
#include <chrono>

namespace jeton::net::mqtt {

class ReconnectDelay {
 public:
  static constexpr std::chrono::seconds kFirst{1};
  static constexpr std::chrono::seconds kLongest{128};

  /// The wait before the next attempt; twice as long each time.
  std::chrono::seconds next() {
    const auto delay = delay_;
    delay_ = std::min(delay_ * 2, kLongest);
    return delay;
  }
  /// After a success.
  void reset() { delay_ = kFirst; }

 private:
  std::chrono::seconds delay_ = kFirst;
};

}  // namespace jeton::net::mqtt
