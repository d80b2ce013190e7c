// Requests that wait for their turn: a bounded queue a service, each with a thread of its own, so that services do not
// hold up one another (arrowhead-mqtt 16.3).
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/mqtt/topics.hpp"
#include "base/clock.hpp"

namespace jeton::api::mqtt {

/// A message as it came. limits::kJsonPaddingBytes readable bytes are behind its text.
struct Message {
  const Topics::Entry* topic = nullptr;
  std::string text;
  base::Tick received;
};

namespace detail {
struct Lane;
}

/// One request that has been begun. Ends with it: until then it counts among those of its service. One thread at a
/// time.
class Ticket {
 public:
  Ticket() = default;
  explicit Ticket(std::shared_ptr<detail::Lane> lane) : lane_(std::move(lane)) {}
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&& other) noexcept;
  ~Ticket() { give_back(); }

  void give_back() noexcept;
  /// The request makes room for others of its service until it ends. It is still waited for in the end.
  void step_aside() noexcept;

 private:
  std::shared_ptr<detail::Lane> lane_;
  bool aside_ = false;
};

class ServiceQueues {
 public:
  /// Begins a request, on its service's thread. It may go on elsewhere; the ticket goes with it.
  using Begin = std::function<void(Message, Ticket)>;

  struct Bounds {
    std::size_t waiting_max;  ///< messages of one service
    std::size_t bytes_max;    ///< of all that wait, of all services
    std::size_t begun_max;    ///< requests of one service that have a ticket; more wait
  };
  /// `clock` outlives it.
  ServiceQueues(std::size_t services, const Bounds& bounds, const base::Clock& clock, Begin begin);
  ~ServiceQueues();
  ServiceQueues(const ServiceQueues&) = delete;
  ServiceQueues& operator=(const ServiceQueues&) = delete;

  /// Never blocks. False, and the message stays as it is: its queue is full, or closed.
  bool put(Message& message);
  struct Left {
    std::size_t unbegun = 0;  ///< messages, which are dropped
    std::size_t undone = 0;   ///< requests that were begun and go on, those included that have stepped aside

    bool operator==(const Left&) const = default;
  };
  /// Takes no more, waits until what waits and what was begun is done, at most until `patience` is over, then ends the
  /// threads. What was not done by then. Idempotent.
  Left finish(base::Duration patience);
  std::size_t waiting() const;

 private:
  void run(detail::Lane& lane);

  const Bounds bounds_;
  const base::Clock& clock_;
  const Begin begin_;
  std::atomic<std::size_t> bytes_ = 0;
  std::vector<std::shared_ptr<detail::Lane>> lanes_;
  std::vector<std::thread> threads_;
};

}  // namespace jeton::api::mqtt
