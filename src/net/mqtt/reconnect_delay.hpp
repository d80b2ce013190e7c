// How long to wait before the next attempt to connect (arrowhead-mqtt 3.4). Pure.
#pragma once
#include <algorithm>
#include <chrono>

#include "base/clock.hpp"

namespace jeton::net::mqtt {

class ReconnectDelay {
 public:
  static constexpr std::chrono::seconds kFirst{1};
  static constexpr std::chrono::seconds kLongest{128};
  /// How long a connection has to stand for the waits after it to begin with kFirst again. Longer than the longest
  /// wait: of two clients with one client id each ends the other's connection, which stands for as long as the other
  /// waits.
  static constexpr std::chrono::seconds kSteady{2 * kLongest};

  /// The wait before the next attempt; twice as long each time.
  std::chrono::seconds next() {
    const auto delay = delay_;
    delay_ = std::min(delay_ * 2, kLongest);
    return delay;
  }
  /// A connection is lost that stood for `uptime`. However long it took to make it, the waits begin anew; after several
  /// that were lost soon, longer each time.
  void lost_after(base::Duration uptime) {
    if (uptime >= kSteady) {
      first_ = kFirst;
      short_lived_ = 0;
    }
    delay_ = first_;
    if (uptime >= kSteady) return;
    first_ = std::min(first_ * 2, kLongest);
    ++short_lived_;
  }
  /// Connections are made and soon lost, one after the other, as by a broker that gives our client id to another.
  bool is_contested() const { return short_lived_ >= 3; }

 private:
  std::chrono::seconds delay_ = kFirst;
  std::chrono::seconds first_ = kFirst;  // after the next connection that is lost soon
  int short_lived_ = 0;                  // connections in a row
};

}  // namespace jeton::net::mqtt
