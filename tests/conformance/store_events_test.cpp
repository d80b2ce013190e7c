// The event log: numbers, cursors, retention.
#include "base/limits.hpp"
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

using testing::ElementsAre;

class StoreEvents : public StoreConformance {
 protected:
  /// Appends `count` events, one a write, a second apart.
  void append(int count) {
    for (int i = 0; i < count; ++i) {
      clock_.advance(std::chrono::seconds{1});
      EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
        transaction.append(now(), "actor", model::TokenUsed{.id = {1}, .uses_left = i});
        return {};
      }));
    }
  }
  std::vector<std::int64_t> ids_after(std::int64_t cursor, std::size_t limit) {
    std::vector<std::int64_t> ids;
    EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
      const auto events = snapshot.events().after({cursor}, limit);
      if (!events) return base::failure(events.error());
      for (const model::Event& event : *events) ids.push_back(event.id.value);
      return {};
    }));
    return ids;
  }
  std::int64_t trim(base::Instant before, std::int64_t count_max) {
    std::int64_t removed = 0;
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      const auto trimmed = transaction.events().trim(before, count_max);
      if (!trimmed) return base::failure(trimmed.error());
      removed = *trimmed;
      return {};
    }));
    return removed;
  }
};

TEST_P(StoreEvents, AnEmptyLogHasNoEnds) {
  EXPECT_EQ(store().last_event(), model::EventId{});
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
    EXPECT_EQ(snapshot.events().oldest(), model::EventId{});
    EXPECT_EQ(snapshot.events().newest(), model::EventId{});
    return {};
  }));
  EXPECT_THAT(ids_after(0, 10), ElementsAre());
}

TEST_P(StoreEvents, AnEventIsReadAsItWasAppended) {
  const model::PolicySet policy = sample_policy(3);
  ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    transaction.append(now(), "Sysop", model::PolicyGranted{policy});
    return {};
  }));
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
    const auto events = snapshot.events().after({0}, 10);
    EXPECT_TRUE(events && events->size() == 1);
    const model::Event& event = events->front();
    EXPECT_EQ(event.id, store().last_event());
    EXPECT_EQ(event.at, now());
    EXPECT_EQ(event.actor, "Sysop");
    EXPECT_EQ(std::get<model::PolicyGranted>(event.body).policy, policy);
    return {};
  }));
}

TEST_P(StoreEvents, ACursorGoesOnWhereItStopped) {
  append(5);
  EXPECT_THAT(ids_after(0, 2), ElementsAre(1, 2));
  EXPECT_THAT(ids_after(2, 2), ElementsAre(3, 4));
  EXPECT_THAT(ids_after(4, 2), ElementsAre(5));
  EXPECT_THAT(ids_after(5, 2), ElementsAre());
}

TEST_P(StoreEvents, OneReadIsBounded) {
  ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    for (std::size_t i = 0; i <= base::limits::kEventsPerReadMax; ++i)
      transaction.append(now(), "actor", model::TokenUsed{});
    return {};
  }));
  EXPECT_EQ(ids_after(0, base::limits::kEventsPerReadMax * 2).size(), base::limits::kEventsPerReadMax);
}

TEST_P(StoreEvents, OneReadIsBoundedByBytesToo) {
  const std::string large(base::limits::kEventBytesPerReadMax * 2 / 3, 'x');
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      transaction.append(now(), "actor", model::EncryptionKeyRemoved{large});
      return {};
    }));
  }
  EXPECT_THAT(ids_after(0, 10), ElementsAre(1, 2));
  EXPECT_THAT(ids_after(2, 10), ElementsAre(3));
}

TEST_P(StoreEvents, AnEventThatCannotBeReadIsNamedBehindThoseBeforeIt) {
  append(2);
  ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    transaction.append(now(), "actor", model::EncryptionKeyRemoved{"\xff is no UTF-8"});
    return {};
  }));
  append(1);
  EXPECT_THAT(ids_after(0, 10), ElementsAre(1, 2));
  const base::Status read = store().read([&](const Snapshot& snapshot) -> base::Status {
    const auto events = snapshot.events().after({2}, 10);
    return events ? base::Status{} : base::failure(events.error());
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::ErrorCode::kInternal);
  EXPECT_THAT(read.error().message, testing::HasSubstr("event 3 "));
  EXPECT_THAT(ids_after(3, 10), ElementsAre(4)) << "who knows its number goes on behind it";
}

TEST_P(StoreEvents, NumbersReservedInOneBodyReachFollowersInAscendingOrder) {
  ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    const model::EventId reserved = transaction.next_event();
    transaction.append(now(), "actor", model::TokenUsed{});
    transaction.append(reserved, now(), "actor", model::TokenUsed{});
    return {};
  }));
  EXPECT_THAT(follower_.ids(), ElementsAre(1, 2));
  EXPECT_EQ(store().last_event().value, 2);
}

TEST_P(StoreEvents, ANumberIsNotGivenTwiceAfterAFailure) {
  model::EventId failed;
  (void)store().write([&](Transaction& transaction) -> base::Status {
    failed = transaction.append(now(), "actor", model::TokenUsed{});
    return base::failure(base::invalid("no"));
  });
  append(1);
  EXPECT_GT(store().last_event(), failed);
}

TEST_P(StoreEvents, TrimTakesTheOldestAndNeverTheNewest) {
  const base::Instant begin = now();
  append(6);
  const auto after_seconds = [&](int seconds) { return begin + std::chrono::seconds{seconds}; };
  EXPECT_EQ(trim(after_seconds(3), 100), 2);
  EXPECT_THAT(ids_after(0, 10), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(trim(after_seconds(100), 1), 1);
  EXPECT_EQ(trim(after_seconds(100), -1), 0);
  EXPECT_EQ(trim(after_seconds(100), 100), 2);
  EXPECT_THAT(ids_after(0, 10), ElementsAre(6));
  EXPECT_EQ(trim(after_seconds(100), 100), 0);
}

TEST_P(StoreEvents, NumbersGoOnAfterTrimAndReopening) {
  if (!GetParam().survives_closing) GTEST_SKIP() << "a database in memory is gone with the process";
  append(3);
  EXPECT_EQ(trim(now() + std::chrono::hours{1}, 100), 2);
  open();
  EXPECT_EQ(store().last_event().value, 3);
  append(1);
  EXPECT_THAT(ids_after(0, 10), ElementsAre(3, 4));
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreEvents, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
