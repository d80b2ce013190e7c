#include "tokens/encryption_key_index.hpp"

#include <mutex>
#include <utility>
#include <variant>

#include "store/transaction.hpp"

namespace jeton::tokens {

base::Status EncryptionKeyIndex::load(const store::Snapshot& snapshot) {
  const std::unique_lock lock(mutex_);
  return snapshot.encryption_keys().scan([this](model::EncryptionKey&& key) {
    auto shared = std::make_shared<const model::EncryptionKey>(std::move(key));
    keys_.insert_or_assign(shared->system, shared);
  });
}

void EncryptionKeyIndex::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* registered = std::get_if<model::EncryptionKeyRegistered>(&event.body)) {
      const std::unique_lock lock(mutex_);
      keys_.insert_or_assign(registered->system, registered->key);
    } else if (const auto* removed = std::get_if<model::EncryptionKeyRemoved>(&event.body)) {
      const std::unique_lock lock(mutex_);
      keys_.erase(removed->system);
    }
  }
}

EncryptionKeyIndex::Found EncryptionKeyIndex::find(std::string_view system) const {
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(system);
  return found == keys_.end() ? nullptr : found->second;
}

std::size_t EncryptionKeyIndex::size() const {
  const std::shared_lock lock(mutex_);
  return keys_.size();
}

}  // namespace jeton::tokens
