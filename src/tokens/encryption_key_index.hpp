// The providers' encryption keys in memory, so that issuing a token waits for no disk.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/encryption_key.hpp"
#include "store/store.hpp"

namespace jeton::tokens {

/// Follows the log of events. Thread-safe.
class EncryptionKeyIndex final : public store::Follower {
 public:
  using Found = std::shared_ptr<const model::EncryptionKey>;

  /// All keys of the table, before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void apply(std::span<const model::Event> events) noexcept override;

  /// Null: the system registered none.
  Found find(std::string_view system) const;
  std::size_t size() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  mutable std::shared_mutex mutex_;  ///< guards keys_
  boost::unordered_flat_map<std::string, Found, Hash, std::equal_to<>> keys_;
};

}  // namespace jeton::tokens
