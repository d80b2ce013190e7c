// What the programs that load the store from within share: a clock, and operations of which so many always wait.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <ctime>
#include <functional>
#include <mutex>

#include "base/clock.hpp"

namespace jeton::bench {

inline constexpr std::size_t kWaiting = 64;  ///< operations that share a commit

inline const base::SystemClock kClock;

inline double seconds_since(base::Tick begin) {
  return std::chrono::duration<double>(kClock.monotonic() - begin).count();
}

/// Of all threads of this process. Steadier than the rate where others use the machine or the disk as well.
inline double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Keeps kWaiting operations waiting until so many are answered: each answer hands in the next, so that every group is
/// as large as one of the bare loop.
class Waiting {
 public:
  using Operation = std::function<void(std::size_t number, std::function<void()> answered)>;

  /// Operations per second.
  static double rate(std::size_t count, const Operation& operation) {
    Waiting waiting(count, operation);
    const base::Tick begin = kClock.monotonic();
    for (std::size_t i = 0; i < kWaiting; ++i) waiting.hand_in();
    std::unique_lock lock(waiting.mutex_);
    waiting.ended_.wait(lock, [&] { return waiting.answered_ == count; });
    return static_cast<double>(count) / seconds_since(begin);
  }

 private:
  Waiting(std::size_t count, const Operation& operation) : count_(count), operation_(operation) {}
  void hand_in() {
    const std::size_t number = next_.fetch_add(1);
    if (number >= count_) return;
    operation_(number, [this] {
      hand_in();
      const std::scoped_lock lock(mutex_);
      if (++answered_ == count_) ended_.notify_one();
    });
  }

  const std::size_t count_;
  const Operation& operation_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;  ///< guards answered_
  std::condition_variable ended_;
  std::size_t answered_ = 0;
};

}  // namespace jeton::bench
