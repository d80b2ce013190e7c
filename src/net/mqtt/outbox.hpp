// What is to be published and has not been handed to the broker yet: bounded, filled by any thread, emptied by one.
#pragma once
#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "net/mqtt/client.hpp"

namespace jeton::net::mqtt {

class Outbox {
 public:
  struct Bounds {
    std::size_t messages_max;
    std::size_t bytes_max;
  };
  explicit Outbox(const Bounds& bounds) : bounds_(bounds) {}

  struct Put {
    bool taken = false;
    bool was_empty = false;  ///< with taken: whoever empties it may be asleep
  };
  /// Thread-safe.
  Put put(Outgoing message);
  std::optional<Outgoing> take();
  /// Takes nothing from here on, and drops what is inside. How many were dropped.
  std::size_t close();
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  bool quarter_full() const { return size() > bounds_.messages_max / 4; }

 private:
  const Bounds bounds_;
  mutable std::mutex mutex_;  // guards all below
  std::deque<Outgoing> messages_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace jeton::net::mqtt
