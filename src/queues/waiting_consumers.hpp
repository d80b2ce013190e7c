// Long polls: consumers that wait until a message of their sub-queue is ready. Woken by the event log; nothing asks the
// store while nothing happens.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "queues/next.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// Thread-safe. A message that becomes ready wakes one consumer of its sub-queue, the one that waits longest.
class WaitingConsumers final : public store::Follower {
 public:
  WaitingConsumers(Next& next, const base::Clock& clock) : next_(next), clock_(clock) {}

  /// Asks at once, and again whenever something arrives, until there is a message or it is `until`: then the answer is
  /// empty. Past limits::kWaitingConsumersMax, and once closed, it does not wait. `still_wanted` is asked before each
  /// try; a consumer that is gone waits no longer.
  void wait(NextRequest request, base::Tick until, store::StillWanted still_wanted, Next::Done done);

  void apply(std::span<const model::Event> events) noexcept override;

  /// Answers those whose time is over.
  void expire(base::Tick now);
  /// Ends those that are not wanted any more, so that they do not take the place of others.
  void dismiss_unwanted();
  std::optional<base::Tick> next_deadline() const;
  /// expire() whenever it is time, and dismiss_unwanted() every second, until stopped.
  void run(const std::stop_token& stop);
  /// Answers all: the server is going down. None waits from here on.
  void close();

  std::size_t size() const;

 private:
  struct Waiter;
  using Shared = std::shared_ptr<Waiter>;
  using Line = std::list<Shared>;
  using Deadlines = std::multimap<base::Tick, Shared>;

  struct Waiter {
    NextRequest request;
    base::Tick until;
    store::StillWanted still_wanted;
    Next::Done done;
    bool asking = true;    ///< a try is under way
    bool missed = false;   ///< something arrived during it
    bool waiting = false;  ///< in its line, at `place`
    Line::iterator place;
    std::optional<Deadlines::iterator> deadline;  ///< none once it has passed
  };

  void ask(const Shared& waiter);
  void answered(const Shared& waiter, base::Result<std::vector<model::Message>> taken);
  void wake(std::string_view sub_queue);
  Shared next_to_wake(std::string_view sub_queue);
  void enter(const Shared& waiter);
  void leave(Waiter& waiter);

  Next& next_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  ///< guards everything below, and the flags of waiters
  std::condition_variable_any changed_;
  boost::unordered_flat_map<std::string, Line> lines_;  ///< by sub-queue, in order of arrival; never empty
  Deadlines deadlines_;
  std::deque<std::string> to_wake_;  ///< sub-queues with a message for somebody
  bool waking_ = false;              ///< a thread is about them
  std::size_t size_ = 0;
  bool closed_ = false;
};

}  // namespace jeton::queues
