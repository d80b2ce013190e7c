// Leaves alone for a while who does not answer (a circuit breaker): nobody waits for a server that is known to be away,
// and one request at a time finds out whether it is back. Pure; not thread-safe.
#pragma once
#include <cstdint>

#include "base/clock.hpp"

namespace jeton::base {

class Breaker {
 public:
  struct Rules {
    int failures_to_open = 3;  ///< in a row
    Duration first_pause = std::chrono::milliseconds{500};
    Duration pause_max = std::chrono::seconds{5};  ///< the pause doubles up to here while probes fail
  };
  enum class State : std::uint8_t {
    kClosed,    ///< all may call
    kOpen,      ///< nobody, until the pause is over
    kHalfOpen,  ///< one is calling to find out; all others may not
  };
  enum class Admitted : std::uint8_t { kNo, kYes, kAsProbe };

  explicit Breaker(Rules rules) : rules_(rules) {}

  /// Whoever is admitted reports how it went, by exactly one of the three members below.
  Admitted admit(Tick now);
  /// The other side answered, whatever it said.
  void answered();
  /// It did not. `jitter` in [0, 1) spreads the pauses of many callers. What began before others found the trouble says
  /// nothing new: only a probe's failure makes the pause longer.
  void failed(Admitted as, Tick now, double jitter);
  /// Nothing was learnt: the call was given up.
  void abandoned(Admitted as, Tick now);

  State state() const { return state_; }
  /// Until the next probe; zero when one may go.
  Duration left(Tick now) const;

 private:
  void open(Tick now, double jitter);

  Rules rules_;
  State state_ = State::kClosed;
  int failures_ = 0;   // in a row, while closed
  Duration pause_{};   // the last one; zero: closed
  Tick open_until_{};  // while open
};

}  // namespace jeton::base
