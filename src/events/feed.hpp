// Following the event log by cursor. A follower that was away resumes where it stopped: from memory when it is nearly
// up to date, else from the store; nothing is skipped, and it is told when the log was trimmed past its cursor.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "model/event.hpp"
#include "store/store.hpp"

namespace jeton::events {

/// What lies behind a cursor.
struct Batch {
  using Events = std::vector<std::shared_ptr<const model::Event>>;
  Events events;          ///< ascending; empty: nothing new
  model::EventId cursor;  ///< where to go on
  bool more = false;      ///< there may be more behind it already; never when it is empty
  bool trimmed = false;   ///< events between the cursor asked for and the first one here are gone for ever
};

/// Thread-safe.
class Feed final : public store::Follower {
 public:
  /// Called after every commit that had events, on the commit thread: quick. It must not call the feed or the store,
  /// nor let a subscription end, its own or another, not even as the last owner of what holds one: that would wait for
  /// itself.
  using Wake = std::function<void()>;

  /// A place in the list of those to wake; ends with the object. The last wake may still be running when the destructor
  /// begins, never after it returned.
  class Subscription {
   public:
    Subscription(Feed& feed, std::uint64_t id) : feed_(&feed), id_(id) {}
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription() { feed_->unsubscribe(id_); }

   private:
    Feed* feed_;
    std::uint64_t id_;
  };

  explicit Feed(store::Store& store) : store_(store), tail_begin_(store.last_event()) {}

  void apply(std::span<const model::Event> events) noexcept override;
  /// The events of one commit stay in memory together, until none of them is wanted.
  void share(const std::shared_ptr<const std::vector<model::Event>>& events) noexcept override;

  std::unique_ptr<Subscription> subscribe(Wake wake);
  std::size_t subscribers() const;

  /// At most `limit` events behind `cursor` (and at most limits::kEventsPerReadMax or kEventBytesPerReadMax); fewer do
  /// not mean that there are no more. May read the store: workers and tasks only. kInternal, with its
  /// number, when the next event cannot be read.
  base::Result<Batch> read(model::EventId cursor, std::size_t limit);

 private:
  struct Remembered {
    std::shared_ptr<const model::Event> event;
    std::size_t bytes;
    model::EventId id() const { return event->id; }
  };

  void unsubscribe(std::uint64_t id);
  bool read_tail(model::EventId cursor, std::size_t limit, Batch& out) const;

  store::Store& store_;
  mutable std::mutex tail_mutex_;  // guards the next three
  std::deque<Remembered> tail_;    // bounded by limits::kEventsInMemoryMax and kEventBytesInMemoryMax
  std::size_t tail_bytes_ = 0;
  model::EventId tail_begin_;       // every committed event behind this one is in tail_
  mutable std::mutex wakes_mutex_;  // guards wakes_ and next_id_; held while waking
  std::map<std::uint64_t, Wake> wakes_;
  std::uint64_t next_id_ = 1;
};

}  // namespace jeton::events
