// The ids of messages whose publisher chose none: UUIDs of version 7 (RFC 9562 5.7), ascending as text in the order in
// which they are made (message-queue 2.3).
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace jeton::queues {

/// Thread-safe.
class MessageUuids {
 public:
  /// `random_bytes(n)` gives n of them.
  explicit MessageUuids(std::function<std::string(std::size_t)> random_bytes)
      : random_bytes_(std::move(random_bytes)) {}

  /// Greater than all before, also within a millisecond and when the clock goes back.
  std::string next(base::Instant now);

 private:
  const std::function<std::string(std::size_t)> random_bytes_;
  std::mutex mutex_;        ///< guards last_
  std::uint64_t last_ = 0;  ///< 48 bits of milliseconds, 12 bits that count within one
};

}  // namespace jeton::queues
