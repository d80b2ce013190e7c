#include "net/mqtt/outbox.hpp"

#include <utility>

namespace jeton::net::mqtt {
namespace {

std::size_t bytes_of(const Outgoing& message) {
  return message.topic.size() + message.payload.size();
}

}  // namespace

Outbox::Put Outbox::put(Outgoing message) {
  const std::size_t bytes = bytes_of(message);
  const std::scoped_lock lock(mutex_);
  // A message past the bound on bytes goes alone, so that none is too large for ever.
  const bool full = messages_.size() >= bounds_.messages_max || (bytes_ != 0 && bytes_ + bytes > bounds_.bytes_max);
  if (closed_ || full) return {};
  const bool was_empty = messages_.empty();
  messages_.push_back(std::move(message));
  bytes_ += bytes;
  size_.store(messages_.size(), std::memory_order_relaxed);
  return {.taken = true, .was_empty = was_empty};
}

std::optional<Outgoing> Outbox::take() {
  const std::scoped_lock lock(mutex_);
  if (messages_.empty()) return std::nullopt;
  Outgoing message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= bytes_of(message);
  size_.store(messages_.size(), std::memory_order_relaxed);
  return message;
}

std::size_t Outbox::close() {
  std::deque<Outgoing> dropped;  // ends outside the lock
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  messages_.swap(dropped);
  bytes_ = 0;
  size_.store(0, std::memory_order_relaxed);
  return dropped.size();
}

}  // namespace jeton::net::mqtt
