// A small shared memory of the bodies that run in one group: what an earlier, not yet committed body did, where a later
// one would otherwise ask an in-memory index that only knows what was committed.
#pragma once
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace jeton::store {

/// What a body sets is gone when the body fails, and everything when its
/// group ends. Commit thread only.
class GroupOverlay {
 public:
  /// `hash` is a hash or an id of the owner's choice; the owner, usually the index that asks, keeps the keys of
  /// different users apart.
  struct Key {
    const void* owner = nullptr;
    std::uint64_t hash = 0;

    bool operator==(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      std::size_t seed = 0;
      boost::hash_combine(seed, key.owner);
      boost::hash_combine(seed, key.hash);
      return seed;
    }
  };

  std::optional<std::int64_t> find(Key key) const;
  void set(Key key, std::int64_t value);
  void erase(Key key);

  /// For the group: a body begins, a body failed, the group ended.
  void begin_body() { undo_.clear(); }
  void roll_back_body();
  void clear();

 private:
  boost::unordered_flat_map<Key, std::int64_t> values_;
  std::vector<std::pair<Key, std::optional<std::int64_t>>> undo_;  ///< what was there before each change
};

}  // namespace jeton::store
