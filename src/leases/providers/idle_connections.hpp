// Connections to a service that wait for their next use.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace jeton::leases {

/// Thread-safe. How many are in use at a time is up to who uses them.
template <class Connection>
class IdleConnections {
 public:
  /// One that was idle longer is given up: whatever lies between may have forgotten it without a word.
  static constexpr base::Duration kIdleMax = std::chrono::seconds{60};

  explicit IdleConnections(std::size_t most) : most_(most) {}

  /// The one that was used last; null when there is none.
  std::unique_ptr<Connection> take(base::Tick now) {
    std::vector<Idle> given_up;  // ends after the lock
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return nullptr;
    if (now - idle_.back().since > kIdleMax) {
      given_up.swap(idle_);
      return nullptr;
    }
    auto out = std::move(idle_.back().connection);
    idle_.pop_back();
    return out;
  }

  void give(std::unique_ptr<Connection> connection, base::Tick now) {
    std::unique_ptr<Connection> too_many;  // ends after the lock
    const std::scoped_lock lock(mutex_);
    if (idle_.size() >= most_) {
      too_many = std::move(connection);
    } else {
      idle_.push_back({std::move(connection), now});
    }
  }

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    base::Tick since;
  };
  const std::size_t most_;
  std::mutex mutex_;  // guards idle_
  std::vector<Idle> idle_;
};

}  // namespace jeton::leases
