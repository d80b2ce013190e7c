#include "events/feed.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace jeton::events {

void Feed::apply(std::span<const model::Event> events) noexcept {
  share(std::make_shared<const std::vector<model::Event>>(events.begin(), events.end()));
}

void Feed::share(const std::shared_ptr<const std::vector<model::Event>>& events) noexcept {
  {
    const std::scoped_lock lock(tail_mutex_);
    for (const model::Event& event : *events) {
      tail_.push_back({std::shared_ptr<const model::Event>(events, &event), model::bytes_of(event)});
      tail_bytes_ += tail_.back().bytes;
    }
    while (tail_.size() > base::limits::kEventsInMemoryMax || tail_bytes_ > base::limits::kEventBytesInMemoryMax) {
      tail_begin_ = tail_.front().id();
      tail_bytes_ -= tail_.front().bytes;
      tail_.pop_front();
    }
  }
  const std::scoped_lock lock(wakes_mutex_);
  for (const auto& [id, wake] : wakes_) wake();
}

std::unique_ptr<Feed::Subscription> Feed::subscribe(Wake wake) {
  const std::scoped_lock lock(wakes_mutex_);
  const std::uint64_t id = next_id_++;
  wakes_.emplace(id, std::move(wake));
  return std::make_unique<Subscription>(*this, id);
}

void Feed::unsubscribe(std::uint64_t id) {
  const std::scoped_lock lock(wakes_mutex_);
  wakes_.erase(id);
}

std::size_t Feed::subscribers() const {
  const std::scoped_lock lock(wakes_mutex_);
  return wakes_.size();
}

bool Feed::read_tail(model::EventId cursor, std::size_t limit, Batch& out) const {
  const std::scoped_lock lock(tail_mutex_);
  if (cursor < tail_begin_) return false;
  auto at = std::ranges::upper_bound(tail_, cursor, {}, &Remembered::id);
  std::size_t bytes = 0;
  for (; at != tail_.end() && out.events.size() < limit && bytes < base::limits::kEventBytesPerReadMax; ++at) {
    out.events.push_back(at->event);
    bytes += at->bytes;
  }
  out.more = at != tail_.end();
  return true;
}

base::Result<Batch> Feed::read(model::EventId cursor, std::size_t limit) {
  limit = std::min(limit, base::limits::kEventsPerReadMax);
  Batch batch;
  if (!read_tail(cursor, limit, batch)) {
    const auto status = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
      const auto oldest = snapshot.events().oldest();
      if (!oldest) return base::failure(oldest.error());
      auto found = snapshot.events().after(cursor, limit);
      if (!found) return base::failure(found.error());
      batch.events.clear();
      for (model::Event& event : *found) batch.events.push_back(std::make_shared<const model::Event>(std::move(event)));
      // Numbers may have gaps, so an oldest event later than the next number proves a trim only when something else was
      // there before: the log begins with number 1, and a cursor is a number once seen (or 0).
      batch.trimmed = *oldest && cursor.value + 1 < oldest->value;
      return {};
    });
    if (!status) return base::failure(status.error());
    batch.more = !batch.events.empty();
  }
  batch.cursor = batch.events.empty() ? cursor : batch.events.back()->id;
  return batch;
}

}  // namespace jeton::events
