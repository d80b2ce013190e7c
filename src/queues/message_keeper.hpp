// Does to messages what time does: ends delays and holds, removes what has expired and what was cleared. Driven by the
// expiry engine.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "expiry/engine.hpp"
#include "expiry/next_deadline.hpp"
#include "model/queue.hpp"
#include "queues/assignment_rules.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// Follows the event log to learn of deadlines. The store has them in order; memory knows only when the next one is,
/// and so stays as it is however many there are and whatever becomes of their messages.
class MessageKeeper final : public store::Follower {
 public:
  /// Adds its kinds to the engine.
  MessageKeeper(expiry::Engine& engine, store::Store& store, DeadLetters dead_letters);

  /// Before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void apply(std::span<const model::Event> events) noexcept override;

  /// When it will look at messages next.
  std::optional<base::Instant> next() const { return next_.next(); }

 private:
  void keep_due(base::Instant due_since, base::Instant now, expiry::Engine::Done done);
  base::Status keep(store::Transaction& transaction, model::MessageId id, base::Instant now) const;
  void remove_cleared(const std::vector<model::SubQueueId>& ids, base::Instant now, expiry::Engine::Done done);

  expiry::Engine& engine_;
  store::Store& store_;
  const DeadLetters dead_letters_;
  const expiry::KindId deadlines_;
  const expiry::KindId cleared_;
  expiry::NextDeadline next_;
};

}  // namespace jeton::queues
