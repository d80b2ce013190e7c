#include "queues/message_keeper.hpp"

#include <chrono>
#include <utility>
#include <variant>

#include "base/limits.hpp"
#include "queues/free_message.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {
namespace {

/// How late a message may become ready; sweeps are for many deadlines at once.
constexpr base::Duration kDeadlineQuantum = std::chrono::milliseconds{20};
/// Pause between two pieces of clearing, so that it does not take every commit.
constexpr base::Duration kClearingQuantum = std::chrono::milliseconds{20};
constexpr base::Instant kAtOnce{};
constexpr const char* kActor = "queues.keeper";

template <class Id>
std::vector<Id> ids_of(std::span<const expiry::Due> due) {
  std::vector<Id> ids;
  ids.reserve(due.size());
  for (const expiry::Due& deadline : due) ids.push_back({static_cast<std::int64_t>(deadline.key)});
  return ids;
}

std::uint64_t key_of(std::int64_t id) {
  return static_cast<std::uint64_t>(id);
}

}  // namespace

MessageKeeper::MessageKeeper(expiry::Engine& engine, store::Store& store, DeadLetters dead_letters)
    : engine_(engine),
      store_(store),
      dead_letters_(std::move(dead_letters)),
      deadlines_(engine.add("messages", kDeadlineQuantum)),
      cleared_(engine.add("cleared-sub-queues", kClearingQuantum)),
      next_(engine, deadlines_) {
  engine.on_due(deadlines_, [this](std::span<const expiry::Due> due, base::Instant now, expiry::Engine::Done done) {
    keep_due(due.front().at, now, std::move(done));
  });
  engine.on_due(cleared_, [this](std::span<const expiry::Due> due, base::Instant now, expiry::Engine::Done done) {
    remove_cleared(ids_of<model::SubQueueId>(due), now, std::move(done));
  });
}

base::Status MessageKeeper::load(const store::Snapshot& snapshot) {
  const auto next = snapshot.messages().next_deadline();
  if (!next) return base::failure(next.error());
  next_.expect(*next);
  const auto cleared = snapshot.sub_queues().cleared();
  if (!cleared) return base::failure(cleared.error());
  for (const model::SubQueueId id : *cleared) engine_.schedule(cleared_, key_of(id.value), kAtOnce);
  return {};
}

void MessageKeeper::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* arrived = std::get_if<model::MessageArrived>(&event.body)) {
      next_.expect(arrived->deadline);
    } else if (const auto* held = std::get_if<model::MessageHeld>(&event.body)) {
      next_.expect(held->deadline);
    } else if (const auto* readied = std::get_if<model::MessageReadied>(&event.body)) {
      next_.expect(readied->deadline);
    } else if (const auto* cleared = std::get_if<model::SubQueueCleared>(&event.body)) {
      if (cleared->messages != 0) engine_.schedule(cleared_, key_of(cleared->id.value), kAtOnce);
    }
  }
}

void MessageKeeper::keep_due(base::Instant due_since, base::Instant now, expiry::Engine::Done done) {
  next_.begin();
  auto body = [this, now](store::Transaction& transaction) -> base::Result<std::optional<base::Instant>> {
    const auto due = transaction.messages().due(now, static_cast<std::int64_t>(expiry::kBatchMax));
    if (!due) return base::failure(due.error());
    for (const model::MessageId id : *due) {
      if (const auto kept = keep(transaction, id, now); !kept) return base::failure(kept.error());
    }
    return transaction.messages().next_deadline();
  };
  store::submit_for<std::optional<base::Instant>>(
      store_, {}, std::move(body),
      [this, due_since, done = std::move(done)](const base::Result<std::optional<base::Instant>>& next) mutable {
        if (next) {
          next_.expect(*next);
        } else {
          next_.again(due_since);
        }
        done(next ? base::Status{} : base::failure(next.error()));
      });
}

base::Status MessageKeeper::keep(store::Transaction& transaction, model::MessageId id, base::Instant now) const {
  const auto found = transaction.messages().find(id);
  if (!found) return base::failure(found.error());
  if (!*found) {  // of a cleared sub-queue, whose rows go in pieces
    const auto removed = transaction.messages().remove_unseen(id);
    return removed ? base::Status{} : base::failure(removed.error());
  }
  const model::Message& message = **found;
  if (!lives(message, now)) {
    const auto removed = transaction.messages().remove(message);
    if (!removed) return base::failure(removed.error());
    return *removed ? transaction.sub_queues().count_out(message.sub_queue_id, 1) : base::Status{};
  }
  if (!message.due_at || now < *message.due_at) return {};
  const auto freed = free_message(transaction, message, dead_letters_, now, kActor);
  return freed ? base::Status{} : base::failure(freed.error());
}

void MessageKeeper::remove_cleared(const std::vector<model::SubQueueId>& ids, base::Instant now,
                                   expiry::Engine::Done done) {
  // What is not finished in this piece is due again.
  auto body = [ids](store::Transaction& transaction) -> base::Result<std::vector<model::SubQueueId>> {
    auto left = static_cast<std::int64_t>(base::limits::kClearedPerCommitMax);
    std::vector<model::SubQueueId> unfinished;
    for (const model::SubQueueId id : ids) {
      if (left > 0) {
        const auto removed = transaction.messages().remove_cleared(id, left);
        if (!removed) return base::failure(removed.error());
        left -= *removed;
      }
      if (left <= 0) {
        unfinished.push_back(id);
        continue;
      }
      if (const auto forgotten = transaction.sub_queues().forget_cleared(id); !forgotten)
        return base::failure(forgotten.error());
    }
    return unfinished;
  };
  store::submit_for<std::vector<model::SubQueueId>>(
      store_, {}, std::move(body),
      [this, now, done = std::move(done)](base::Result<std::vector<model::SubQueueId>> unfinished) mutable {
        if (!unfinished) return done(base::failure(unfinished.error()));
        for (const model::SubQueueId id : *unfinished) engine_.schedule(cleared_, key_of(id.value), now);
        done({});
      });
}

}  // namespace jeton::queues
