#include "queues/queue_figures.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/limits.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {

base::Status QueueFigures::refresh() {
  std::vector<SubQueue> deepest;
  std::int64_t messages = 0;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto all = snapshot.sub_queues().all();
    if (!all) return base::failure(all.error());
    deepest.clear();
    messages = 0;
    for (const model::SubQueue& sub_queue : *all) messages += sub_queue.depth;
    std::erase_if(*all, [](const model::SubQueue& sub_queue) { return !sub_queue.listed; });
    std::ranges::sort(*all, [](const model::SubQueue& a, const model::SubQueue& b) {
      return std::tie(b.depth, a.name) < std::tie(a.depth, b.name);
    });
    all->resize(std::min(all->size(), base::limits::kSubQueuesInMetricsMax));
    for (model::SubQueue& sub_queue : *all) {
      const auto oldest = snapshot.messages().oldest(sub_queue.id);
      if (!oldest) return base::failure(oldest.error());
      deepest.push_back({std::move(sub_queue.name), sub_queue.depth, *oldest});
    }
    return {};
  });
  if (!read) return read;
  const std::scoped_lock lock(mutex_);
  deepest_ = std::move(deepest);
  messages_ = messages;
  return {};
}

std::vector<QueueFigures::SubQueue> QueueFigures::deepest() const {
  const std::scoped_lock lock(mutex_);
  return deepest_;
}

std::int64_t QueueFigures::messages() const {
  const std::scoped_lock lock(mutex_);
  return messages_;
}

}  // namespace jeton::queues
