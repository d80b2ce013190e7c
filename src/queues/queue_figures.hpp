// Depth and age of sub-queues for the metrics page, read from the store now and then: a scrape never waits for it.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// Thread-safe.
class QueueFigures {
 public:
  struct SubQueue {
    std::string name;
    std::int64_t depth = 0;
    std::optional<base::Instant> oldest;  ///< when the oldest ready message was published
  };

  explicit QueueFigures(store::Store& store) : store_(store) {}
  /// Reads them anew: the limits::kSubQueuesInMetricsMax deepest ones, and the sum of all.
  base::Status refresh();

  std::vector<SubQueue> deepest() const;
  std::int64_t messages() const;

 private:
  store::Store& store_;
  mutable std::mutex mutex_;  ///< guards the next two
  std::vector<SubQueue> deepest_;
  std::int64_t messages_ = 0;
};

}  // namespace jeton::queues
