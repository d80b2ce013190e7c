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
/// thing still ends then, and who has given up many of them calls discard_if(). The same key may be in it many times.
/// Not thread-safe.
class DeadlineIndex {
 public:
  void schedule(std::uint64_t key, base::Instant at);
  /// nullopt: nothing is scheduled.
  std::optional<base::Instant> next_deadline() const;
  /// Takes deadlines that are not after `now`, earliest first, until `out` is full. The number taken.
  std::size_t take_due(base::Instant now, std::span<Due> out);
  /// Drops what `unwanted` says yes to, in one pass over all. The number dropped.
  std::size_t discard_if(const std::function<bool(const Due&)>& unwanted);

  void reserve(std::size_t count) { heap_.reserve(count); }
  std::size_t size() const { return heap_.size(); }
  std::size_t bytes() const { return heap_.capacity() * sizeof(Due); }

 private:
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);

  std::vector<Due> heap_;
};

}  // namespace jeton::expiry
