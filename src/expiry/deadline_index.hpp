// When things end: keys ordered by their instants, 16 bytes each. Pure; it is told the time.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"

namespace jeton::expiry {

/// A thing's deadline. What a key means is the business of whoever scheduled it.
struct Due {
  std::uint64_t key = 0;
  base::Instant at;

  bool operator==(const Due&) const = default;
};

/// A heap with four children a node. Nothing is taken out before its time: whoever takes a deadline asks whether the
/// thing still ends then, and who has given up many of them calls discard_some(). The same key may be in it many times.
/// Not thread-safe.
class DeadlineIndex {
 public:
  void schedule(std::uint64_t key, base::Instant at);
  /// nullopt: nothing is scheduled.
  std::optional<base::Instant> next_deadline() const;
  /// Takes deadlines that are not after `now`, earliest first, until `out` is full. The number taken.
  std::size_t take_due(base::Instant now, std::span<Due> out);
  /// One slice of a pass over all: looks at up to `count` of the `left` deadlines that were not looked at yet, drops
  /// those that `unwanted` says yes to, and returns how many are left then; a pass begins with size() and ends at 0.
  /// What is scheduled or taken between two slices may let the pass miss some; the next one finds them.
  std::size_t discard_some(std::size_t left, std::size_t count, const std::function<bool(const Due&)>& unwanted);

  void reserve(std::size_t count) { heap_.reserve(count); }
  std::size_t size() const { return heap_.size(); }
  std::size_t bytes() const { return heap_.capacity() * sizeof(Due); }

 private:
  std::size_t sift_up(std::size_t at);  ///< where it ended
  void sift_down(std::size_t at);

  std::vector<Due> heap_;
};

}  // namespace jeton::expiry
