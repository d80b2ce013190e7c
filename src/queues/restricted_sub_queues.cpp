#include "queues/restricted_sub_queues.hpp"

#include <mutex>
#include <variant>

#include "store/transaction.hpp"

namespace jeton::queues {

base::Status RestrictedSubQueues::load(const store::Snapshot& snapshot) {
  const auto all = snapshot.sub_queues().all();
  if (!all) return base::failure(all.error());
  const std::unique_lock lock(mutex_);
  for (const model::SubQueue& sub_queue : *all) {
    if (sub_queue.restricted) names_.insert(sub_queue.name);
  }
  return {};
}

void RestrictedSubQueues::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* restricted = std::get_if<model::SubQueueRestricted>(&event.body)) {
      const std::unique_lock lock(mutex_);
      names_.insert(restricted->sub_queue);
    } else if (const auto* opened = std::get_if<model::SubQueueOpened>(&event.body)) {
      const std::unique_lock lock(mutex_);
      names_.erase(opened->sub_queue);
    }
  }
}

bool RestrictedSubQueues::contains(std::string_view sub_queue) const {
  const std::shared_lock lock(mutex_);
  return names_.contains(sub_queue);
}

std::vector<std::string> RestrictedSubQueues::names() const {
  const std::shared_lock lock(mutex_);
  return {names_.begin(), names_.end()};
}

}  // namespace jeton::queues
