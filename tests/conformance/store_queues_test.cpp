// Sub-queues and messages: every operation of their tables.
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

using model::MessageState;
using testing::ElementsAre;
using testing::Pair;

class StoreQueues : public StoreConformance {
 protected:
  /// As publishing does it.
  model::Message publish(std::string sub_queue, std::string uuid, model::Message message = {}) {
    message.sub_queue = std::move(sub_queue);
    message.uuid = std::move(uuid);
    message.published_at = now();
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      const model::EventId event = transaction.next_event();
      message.id = {event.value};
      message.sub_queue_id = *transaction.sub_queues().count_in(message.sub_queue, {event.value});
      const auto inserted = transaction.messages().insert(message);
      if (!inserted) return base::failure(inserted.error());
      EXPECT_TRUE(*inserted);
      transaction.append(event, now(), "test",
                         model::MessageArrived{message.uuid, message.sub_queue, message.state, {}, {}});
      return {};
    }));
    return message;
  }
  template <class Body>
  void write(Body body) {
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      body(transaction);
      return {};
    }));
  }
  template <class Body>
  void read(Body body) {
    EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
      body(snapshot);
      return {};
    }));
  }
  std::optional<model::Message> find(std::string_view uuid) {
    std::optional<model::Message> found;
    read([&](const Snapshot& snapshot) { found = *snapshot.messages().find(uuid); });
    return found;
  }
  std::vector<std::string> take(std::string_view sub_queue, std::int64_t count = 1) {
    std::vector<std::string> uuids;
    write([&](Transaction& transaction) {
      const auto taken = transaction.messages().take(
          {.sub_queue = sub_queue, .assigned_to = "w", .now = now(), .until = {}, .count_max = count});
      for (const auto& message : *taken) uuids.push_back(message.uuid);
    });
    return uuids;
  }
  std::vector<std::string> list(const MessageList& wanted) {
    std::vector<std::string> uuids;
    read([&](const Snapshot& snapshot) {
      EXPECT_TRUE(snapshot.messages().list(wanted, [&](model::Message&& message) -> base::Status {
        uuids.push_back(message.uuid);
        return {};
      }));
    });
    return uuids;
  }
};

TEST_P(StoreQueues, AMessageIsReadAsItWasWrittenAlsoAfterReopening) {
  model::Message message;
  message.state = MessageState::kHeld;
  message.assigned_to = "";
  message.payload = R"({"ä":[1,{},null],"n":18446744073709551616})";
  message.due_at = now() + std::chrono::seconds{5};
  message.expires_at = now() + std::chrono::seconds{9};
  message.attempts = 3;
  const model::Message written = publish("orders", "one", message);
  EXPECT_EQ(find("one"), written);
  EXPECT_EQ(find("One"), std::nullopt) << "compared by bytes";
  if (!GetParam().survives_closing) return;
  close();
  open();
  EXPECT_EQ(find("one"), written);
}

TEST_P(StoreQueues, TakeGivesTheOldestReadyOnesOfOneSubQueue) {
  publish("a", "a1");
  publish("b", "b1");
  model::Message held;
  held.state = MessageState::kHeld;
  held.assigned_to = "x";
  publish("a", "a2", held);
  model::Message expired;
  expired.expires_at = now();
  publish("a", "a3", expired);
  publish("a", "a4");
  EXPECT_THAT(take("a", 5), ElementsAre("a1", "a4"));
  EXPECT_THAT(take("a"), ElementsAre());
  EXPECT_THAT(take("unknown"), ElementsAre());
  EXPECT_EQ(find("a4")->assigned_to, "w");
  EXPECT_EQ(find("a4")->attempts, 1);
}

TEST_P(StoreQueues, AChangeOfAMessageThatChangedMeanwhileDoesNothing) {
  const model::Message before = publish("a", "a1");
  take("a");
  model::Message wanted = before;
  wanted.assigned_to = "late";
  write([&](Transaction& transaction) {
    EXPECT_FALSE(*transaction.messages().change(before, wanted));
    const auto current = *transaction.messages().find("a1");
    EXPECT_TRUE(*transaction.messages().change(*current, before));
  });
  EXPECT_EQ(find("a1"), before);
}

// What another node did between the look and the change: took the message, gave it back, or prolonged the hold.
TEST_P(StoreQueues, AMessageThatChangedMeanwhileIsNeitherMovedNorRemoved) {
  const model::Message ready = publish("a", "a1");
  const auto expect_untouched = [&](const model::Message& read) {
    write([&](Transaction& transaction) {
      EXPECT_FALSE(*transaction.messages().move(read, {800}, ready.sub_queue_id));
      EXPECT_FALSE(*transaction.messages().remove(read));
      EXPECT_FALSE(*transaction.messages().change(read, ready));
    });
  };
  take("a");
  expect_untouched(ready);
  const model::Message held = *find("a1");
  model::Message prolonged = held;
  prolonged.due_at = now() + std::chrono::seconds{30};
  write([&](Transaction& transaction) { EXPECT_TRUE(*transaction.messages().change(held, prolonged)); });
  expect_untouched(held);
  model::Message freed = ready;
  freed.attempts = prolonged.attempts;
  write([&](Transaction& transaction) { EXPECT_TRUE(*transaction.messages().change(prolonged, freed)); });
  expect_untouched(prolonged);
  expect_untouched(ready);
  EXPECT_EQ(find("a1"), freed);
}

TEST_P(StoreQueues, AUuidIsUniqueOverAllSubQueues) {
  const model::Message one = publish("a", "same");
  write([&](Transaction& transaction) {
    model::Message again = one;
    again.id = {one.id.value + 100};
    EXPECT_FALSE(*transaction.messages().insert(again));
    EXPECT_FALSE(*transaction.messages().remove_unseen("same")) << "it is seen";
    EXPECT_FALSE(*transaction.messages().remove_unseen(one.id)) << "it is seen";
  });
}

TEST_P(StoreQueues, ListsAreInOrderAndPagesGoOnBehindOne) {
  const auto first = publish("a", "a1");
  publish("a", "a2");
  publish("b", "b1");
  publish("a", "a3");
  take("a");
  EXPECT_THAT(list({.sub_queue = "a", .assigned_to = {}, .after = {}, .count_max = 10}), ElementsAre("a1", "a2", "a3"));
  EXPECT_THAT(list({.sub_queue = "a", .assigned_to = {}, .after = first.id, .count_max = 1}), ElementsAre("a2"));
  EXPECT_THAT(list({.sub_queue = "a", .assigned_to = "w", .after = {}, .count_max = 10}), ElementsAre("a1"));
  EXPECT_THAT(list({.sub_queue = "a", .assigned_to = "W", .after = {}, .count_max = 10}), ElementsAre());
}

TEST_P(StoreQueues, OwnersAreNamedOncePerSubQueue) {
  for (const char* uuid : {"a1", "a2"}) publish("a", uuid);
  publish("b", "b1");
  take("a", 2);
  take("b");
  publish("b", "b2");
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto keep = [&](std::string_view assignee, std::string_view sub_queue) {
    pairs.emplace_back(assignee, sub_queue);
    return base::Status{};
  };
  read([&](const Snapshot& snapshot) { EXPECT_TRUE(snapshot.messages().owners(std::nullopt, keep)); });
  EXPECT_THAT(pairs, ElementsAre(Pair("w", "a"), Pair("w", "b")));
  pairs.clear();
  read([&](const Snapshot& snapshot) { EXPECT_TRUE(snapshot.messages().owners("b", keep)); });
  EXPECT_THAT(pairs, ElementsAre(Pair("w", "b")));
}

TEST_P(StoreQueues, ClearingHidesMessagesAtOnceAndTheirRowsGoInPieces) {
  model::MessageId last;
  for (const char* uuid : {"a1", "a2", "a3", "a4"}) last = publish("a", uuid).id;
  model::SubQueueId old;
  write([&](Transaction& transaction) {
    old = (*transaction.sub_queues().find("a"))->id;
    EXPECT_TRUE(*transaction.sub_queues().clear("a", {900}));
    EXPECT_FALSE(*transaction.sub_queues().clear("a", {901})) << "nothing is left to clear";
  });
  EXPECT_EQ(find("a1"), std::nullopt);
  write([&](Transaction& transaction) {
    EXPECT_THAT(*transaction.sub_queues().cleared(), ElementsAre(old));
    EXPECT_EQ(*transaction.messages().remove_cleared(old, 2), 2);
    EXPECT_TRUE(*transaction.messages().remove_unseen("a3"));
    EXPECT_TRUE(*transaction.messages().remove_unseen(last));
    EXPECT_EQ(*transaction.messages().remove_cleared(old, 2), 0);
    EXPECT_TRUE(transaction.sub_queues().forget_cleared(old));
    EXPECT_TRUE(transaction.sub_queues().cleared()->empty());
    EXPECT_TRUE(transaction.sub_queues().all()->empty());
  });
}

TEST_P(StoreQueues, ARestrictionOutlivesTheMessagesAndTheMessagesIt) {
  write([&](Transaction& transaction) {
    EXPECT_TRUE(*transaction.sub_queues().restrict("a", {500}));
    EXPECT_FALSE(*transaction.sub_queues().restrict("a", {501}));
  });
  publish("a", "a1");
  write([&](Transaction& transaction) {
    EXPECT_TRUE(*transaction.sub_queues().clear("a", {502}));
    EXPECT_TRUE((*transaction.sub_queues().find("a"))->restricted);
    EXPECT_TRUE(*transaction.sub_queues().open("a"));
    EXPECT_FALSE(*transaction.sub_queues().open("a"));
    EXPECT_EQ(*transaction.sub_queues().find("a"), std::nullopt) << "neither restricted nor listed";
  });
}

TEST_P(StoreQueues, DepthIsWhatWasCountedInLessWhatWasCountedOut) {
  const auto message = publish("a", "a1");
  publish("a", "a2");
  publish("b", "b1");
  write([&](Transaction& transaction) {
    EXPECT_TRUE(*transaction.messages().remove(message));
    EXPECT_FALSE(*transaction.messages().remove(message));
    EXPECT_TRUE(transaction.sub_queues().count_out(message.sub_queue_id, 1));
  });
  read([&](const Snapshot& snapshot) {
    EXPECT_EQ((*snapshot.sub_queues().find("a"))->depth, 1);
    EXPECT_EQ(*snapshot.sub_queues().depth(), 2);
  });
}

TEST_P(StoreQueues, AMovedMessageIsTheLastOfItsNewSubQueue) {
  const auto moved = publish("a", "a1");
  const auto there = publish("b", "b1");
  write([&](Transaction& transaction) {
    EXPECT_TRUE(*transaction.messages().move(moved, {700}, there.sub_queue_id));
    EXPECT_FALSE(*transaction.messages().move(moved, {701}, there.sub_queue_id));
  });
  EXPECT_THAT(take("b", 5), ElementsAre("b1", "a1"));
}

TEST_P(StoreQueues, DeadlinesAndTheOldestReadyOneAreFound) {
  model::Message timed;
  timed.state = MessageState::kDelayed;
  timed.due_at = now() + std::chrono::seconds{5};
  timed.expires_at = now() + std::chrono::seconds{3};
  const auto late = publish("a", "a1", timed);
  const auto plain = publish("a", "a2");
  read([&](const Snapshot& snapshot) {
    EXPECT_EQ(*snapshot.messages().next_deadline(), *timed.expires_at);
    EXPECT_TRUE(snapshot.messages().due(*timed.expires_at - std::chrono::nanoseconds{1}, 10)->empty());
    EXPECT_THAT(*snapshot.messages().due(*timed.expires_at, 10), ElementsAre(late.id));
    EXPECT_EQ(*snapshot.messages().oldest(plain.sub_queue_id), plain.published_at);
    EXPECT_EQ(*snapshot.messages().oldest({12'345}), std::nullopt);
  });
  write([&](Transaction& transaction) {
    model::Message freed = late;
    freed.state = MessageState::kReady;
    freed.due_at.reset();
    freed.expires_at = late.expires_at;
    EXPECT_TRUE(*transaction.messages().change(late, freed));
    EXPECT_EQ(*transaction.messages().next_deadline(), *timed.expires_at) << "its time ends all the same";
    EXPECT_TRUE(*transaction.messages().remove(freed));
    EXPECT_EQ(*transaction.messages().next_deadline(), std::nullopt);
  });
}

TEST_P(StoreQueues, AHoldThatIsTakenHasItsDeadline) {
  publish("a", "a1");
  const base::Instant until = now() + std::chrono::seconds{7};
  write([&](Transaction& transaction) {
    const auto taken = transaction.messages().take(
        {.sub_queue = "a", .assigned_to = "w", .now = now(), .until = until, .count_max = 1});
    ASSERT_EQ(taken->size(), 1U);
    EXPECT_EQ(taken->front(), **transaction.messages().find("a1"));
    EXPECT_EQ(*transaction.messages().next_deadline(), until);
  });
}

TEST_P(StoreQueues, ListsLeaveOutWhatHasExpired) {
  model::Message expired;
  expired.expires_at = now();
  publish("a", "a1", expired);
  publish("a", "a2");
  EXPECT_THAT(list({.sub_queue = "a", .assigned_to = {}, .after = {}, .count_max = 10, .now = now()}),
              ElementsAre("a2"));
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreQueues, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
