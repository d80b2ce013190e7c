// The names of the restricted sub-queues, in memory: every request asks.
#pragma once
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// Follows the event log. Thread-safe.
class RestrictedSubQueues final : public store::Follower {
 public:
  /// Before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void apply(std::span<const model::Event> events) noexcept override;

  bool contains(std::string_view sub_queue) const;
  /// By name.
  std::vector<std::string> names() const;

 private:
  mutable std::shared_mutex mutex_;  ///< guards names_
  std::set<std::string, std::less<>> names_;
};

}  // namespace jeton::queues
