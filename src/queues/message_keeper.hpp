// Does to messages what time does: ends delays and holds, removes what has expired and what was cleared. Driven by the
// expiry engine.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "expiry/engine.hpp"
#include "model/queue.hpp"
#include "queues/assignment_rules.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// Follows the event log to learn of deadlines. What a deadline finds is judged when it is due: it may be one that the
/// message had before it changed.
class MessageKeeper final : public store::Follower {
 public:
  /// Adds its kinds to the engine.
  MessageKeeper(expiry::Engine& engine, store::Store& store, DeadLetters dead_letters);

  /// Before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void apply(std::span<const model::Event> events) noexcept override;

  /// Deadlines that wait, also such as are out of date.
  std::size_t waiting() const { return engine_.waiting(deadlines_); }

 private:
  void keep(std::vector<model::MessageId> due, base::Instant now, expiry::Engine::Done done);
  base::Status keep(store::Transaction& transaction, model::MessageId id, base::Instant now) const;
  void remove_cleared(std::vector<model::SubQueueId> ids, base::Instant now, expiry::Engine::Done done);

  expiry::Engine& engine_;
  store::Store& store_;
  const DeadLetters dead_letters_;
  const expiry::KindId deadlines_;
  const expiry::KindId cleared_;
};

}  // namespace jeton::queues
