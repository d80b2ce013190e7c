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
  std::vector<model::Event> events;  ///< ascending; empty: nothing new
  model::EventId cursor;             ///< where to go on
  bool trimmed = false;              ///< events between the cursor asked for and the first one here are gone for ever
};

/// Thread-safe.
class Feed final : public store::Follower {
 public:
  /// Called after every commit that had events, on the commit thread: quick, must not call the feed or the store.
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

  std::unique_ptr<Subscription> subscribe(Wake wake);
  std::size_t subscribers() const;

  /// At most `limit` events behind `cursor` (and at most limits::kEventsPerReadMax). May read the store: workers and
  /// tasks only.
  base::Result<Batch> read(model::EventId cursor, std::size_t limit);

 private:
  void unsubscribe(std::uint64_t id);
  bool read_tail(model::EventId cursor, std::size_t limit, Batch& out) const;

  store::Store& store_;
  mutable std::mutex tail_mutex_;  // guards tail_ and tail_begin_
  std::deque<model::Event> tail_;
  model::EventId tail_begin_;       // every committed event behind this one is in tail_
  mutable std::mutex wakes_mutex_;  // guards wakes_ and next_id_; held while waking
  std::map<std::uint64_t, Wake> wakes_;
  std::uint64_t next_id_ = 1;
};

}  // namespace jeton::events
