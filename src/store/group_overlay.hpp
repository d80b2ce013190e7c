// A small shared memory of the bodies that run in one group: what an earlier, not yet committed body did, where a later
// one would otherwise ask an in-memory index that only knows what was committed.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace jeton::store {

/// Keys are hashes or ids that the user chooses. What a body sets is gone when the body fails, and everything when its
/// group ends. Commit thread only.
class GroupOverlay {
 public:
  std::optional<std::int64_t> find(std::uint64_t key) const;
  void set(std::uint64_t key, std::int64_t value);
  void erase(std::uint64_t key);

  /// For the group: a body begins, a body failed, the group ended.
  void begin_body() { undo_.clear(); }
  void roll_back_body();
  void clear();

 private:
  boost::unordered_flat_map<std::uint64_t, std::int64_t> values_;
  std::vector<std::pair<std::uint64_t, std::optional<std::int64_t>>> undo_;  ///< what was there before each change
};

}  // namespace jeton::store
