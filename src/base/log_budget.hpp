// So that a flood of one kind of event does not bury the other lines of the log.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.hpp"

namespace jeton::base {

/// Thread-safe.
class LogBudget {
 public:
  /// Lines of one kind in a period.
  static constexpr std::size_t kLinesMax = 3;
  static constexpr Duration kPeriod = std::chrono::seconds{10};

  /// Whether to write a line of this kind: the number of those that were left out since the last one; absent: leave
  /// this one out as well. What a kind is, is its user's choice; two kinds may come to share a budget.
  std::optional<std::uint64_t> pass(std::string_view kind, Tick now) {
    const std::scoped_lock lock(mutex_);
    Kind& found = kinds_[std::hash<std::string_view>{}(kind) % kinds_.size()];
    if (!found.began || now < *found.began || now - *found.began >= kPeriod) {
      found.began = now;
      found.lines = 0;
    }
    if (found.lines == kLinesMax) {
      ++found.left_out;
      return std::nullopt;
    }
    ++found.lines;
    return std::exchange(found.left_out, 0);
  }

 private:
  struct Kind {
    std::optional<Tick> began;  // of the period
    std::size_t lines = 0;      // written in it
    std::uint64_t left_out = 0;
  };
  std::mutex mutex_;  // guards kinds_
  std::array<Kind, 64> kinds_{};
};

}  // namespace jeton::base
