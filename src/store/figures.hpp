// What the store counts about itself, for metrics.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace jeton::store {

/// Counts of values up to each bound; the last count is of those above all bounds.
template <std::size_t kBounds>
struct Histogram {
  std::array<std::uint64_t, kBounds + 1> counts{};
  double sum = 0;
};

inline constexpr std::array<double, 10> kGroupSizeBounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
inline constexpr std::array<double, 12> kCommitSecondsBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                             0.01,   0.025,   0.05,   0.1,   0.5,    1};

/// Since start().
struct Figures {
  std::uint64_t writes = 0;          ///< bodies that were committed
  std::uint64_t writes_failed = 0;   ///< bodies that failed, or whose commit did
  std::uint64_t writes_refused = 0;  ///< not taken: queue full, or not running
  std::uint64_t commits = 0;
  std::uint64_t commits_failed = 0;
  std::size_t writes_waiting = 0;                         ///< right now
  Histogram<kGroupSizeBounds.size()> group_sizes;         ///< bodies a commit
  Histogram<kCommitSecondsBounds.size()> commit_seconds;  ///< COMMIT with its sync
};

}  // namespace jeton::store
