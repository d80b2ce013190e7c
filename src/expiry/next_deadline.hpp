// For things whose deadlines the store has in order: memory knows only when the next one is, and so stays as it is
// however many there are and whatever becomes of them.
#pragma once
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/clock.hpp"
#include "expiry/engine.hpp"

namespace jeton::expiry {

/// Thread-safe. Its kind's handler begins with begin(), looks in the store for what is due, and ends with expect() of
/// the next one there, or with again().
class NextDeadline {
 public:
  /// The kind is its alone.
  NextDeadline(Engine& engine, KindId kind) : engine_(engine), kind_(kind) {
    engine.keep_while(kind, [this](std::uint64_t key) {
      return key == static_cast<std::uint64_t>(next_.load(std::memory_order_relaxed));
    });
  }
  NextDeadline(const NextDeadline&) = delete;
  NextDeadline& operator=(const NextDeadline&) = delete;
  ~NextDeadline() = default;

  /// Something is due then. The engine may keep some that were expected before an earlier one was: it gives them up
  /// when they are many.
  void expect(std::optional<base::Instant> at) {
    if (!at) return;
    const std::int64_t wanted = at->time_since_epoch().count();
    if (make_next(wanted)) engine_.schedule(kind_, static_cast<std::uint64_t>(wanted), *at);
  }
  /// What is expected from here on is expected anew.
  void begin() { next_.store(kNever, std::memory_order_relaxed); }
  /// The engine hands the batch over again, which was due since then.
  void again(base::Instant due_since) { make_next(due_since.time_since_epoch().count()); }

  std::optional<base::Instant> next() const {
    const std::int64_t next = next_.load(std::memory_order_relaxed);
    if (next == kNever) return std::nullopt;
    return base::Instant{base::Duration{next}};
  }

 private:
  // Unless an earlier one is.
  bool make_next(std::int64_t wanted) {
    std::int64_t before = next_.load(std::memory_order_relaxed);
    do {
      if (before <= wanted) return false;
    } while (!next_.compare_exchange_weak(before, wanted, std::memory_order_relaxed));
    return true;
  }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  Engine& engine_;
  const KindId kind_;
  std::atomic<std::int64_t> next_{kNever};  ///< in nanoseconds since 1970
};

}  // namespace jeton::expiry
