#include "events/feed.hpp"

#include "base/limits.hpp"
#include "crypto/aead.hpp"
#include "events/retention.hpp"
#include "store/open_store.hpp"

namespace jeton::events {
namespace {

using namespace std::chrono_literals;

class FeedTest : public testing::Test {
 protected:
  void SetUp() override {
    store->follow(feed);
    store->start();
  }
  void TearDown() override { store->stop(); }

  // Commits `count` events, in writes of at most 500.
  void append(std::int64_t count) {
    while (count > 0) {
      const std::int64_t step = std::min<std::int64_t>(count, 500);
      ASSERT_TRUE(store->write([&](store::Transaction& transaction) -> base::Status {
        for (std::int64_t i = 0; i < step; ++i)
          transaction.append(clock.wall(), "test", model::EncryptionKeyRemoved{"S"});
        return {};
      }));
      count -= step;
    }
  }

  std::int64_t oldest() {
    std::int64_t id = 0;
    EXPECT_TRUE(store->read([&](const store::Snapshot& snapshot) -> base::Status {
      const auto found = snapshot.events().oldest();
      if (!found) return base::failure(found.error());
      id = found->value;
      return {};
    }));
    return id;
  }

  const crypto::Sealer sealer = *crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  base::ManualClock clock;
  const std::unique_ptr<store::Store> store =
      *store::open_store({.url = "sqlite::memory:", .data_folder = {}}, sealer, clock);
  Feed feed{*store};
};

TEST_F(FeedTest, GivesWhatLiesBehindACursorInOrder) {
  append(5);
  const auto batch = feed.read({2}, 2);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->events.size(), 2U);
  EXPECT_EQ(batch->events[0]->id.value, 3);
  EXPECT_EQ(batch->cursor.value, 4);
  EXPECT_FALSE(batch->trimmed);
  EXPECT_TRUE(feed.read({5}, 10)->events.empty());
}

TEST_F(FeedTest, AFollowerFarBehindReadsFromTheStoreWithoutAGap) {
  const auto total = static_cast<std::int64_t>(base::limits::kEventsInMemoryMax) + 700;
  append(total);
  model::EventId cursor;
  std::int64_t seen = 0;
  for (;;) {
    const auto batch = feed.read(cursor, 300);
    ASSERT_TRUE(batch);
    if (batch->events.empty()) break;
    for (const auto& event : batch->events) ASSERT_EQ(event->id.value, ++seen);
    cursor = batch->cursor;
  }
  EXPECT_EQ(seen, total);
}

TEST_F(FeedTest, SaysWhenTheLogWasTrimmedPastTheCursor) {
  const auto many = static_cast<std::int64_t>(base::limits::kEventsInMemoryMax);
  append(10);
  clock.advance(2h);
  append(many + 10);
  Retention retention(*store, 1h);
  ASSERT_EQ(retention.trim_some(clock.wall()), false);
  EXPECT_TRUE(feed.read({3}, 10)->trimmed);
  EXPECT_FALSE(feed.read({10}, 10)->trimmed);
}

TEST_F(FeedTest, WakesItsSubscribersAfterEachCommitAndNoLonger) {
  std::atomic<int> woken = 0;
  auto subscription = feed.subscribe([&] { ++woken; });
  append(1);
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(feed.subscribers(), 1U);
  subscription.reset();
  append(1);
  EXPECT_EQ(woken, 1);
}

TEST_F(FeedTest, RetentionTrimsABoundedNumberAndSaysThatThereIsMore) {
  constexpr auto kStep = static_cast<std::int64_t>(base::limits::kEventsPerTrimMax);
  append(kStep + 5);
  clock.advance(2h);
  Retention retention(*store, 1h);
  EXPECT_EQ(retention.trim_some(clock.wall()), true);
  EXPECT_EQ(oldest(), kStep + 1);
  EXPECT_EQ(retention.trim_some(clock.wall()), false);
  EXPECT_EQ(oldest(), kStep + 5) << "the newest stays";
}

TEST_F(FeedTest, LargeEventsArePartOfMemoryByTheirBytes) {
  // Twice what may stay in memory, in far fewer events than may.
  const std::string large(base::limits::kEventBytesInMemoryMax / 32, 'x');
  for (int i = 0; i < 64; ++i) {
    const base::Status written = store->write([&](store::Transaction& transaction) -> base::Status {
      transaction.append(clock.wall(), "test", model::EncryptionKeyRemoved{large});
      return {};
    });
    ASSERT_TRUE(written);
  }
  const auto newest = feed.read({63}, 10);
  ASSERT_TRUE(newest);
  ASSERT_EQ(newest->events.size(), 1U);
  EXPECT_EQ(feed.read({63}, 10)->events[0], newest->events[0]) << "from memory: the same object, not a copy";
  const auto oldest = feed.read({}, 256);
  ASSERT_TRUE(oldest);
  EXPECT_EQ(oldest->events.size(), 2U) << "a read is bounded by bytes as well";
  EXPECT_NE(feed.read({}, 256)->events[0], oldest->events[0]) << "from the store";
}

TEST_F(FeedTest, RetentionKeepsTheNewestEvent) {
  append(3);
  clock.advance(1000h);
  Retention retention(*store, 1h);
  EXPECT_EQ(retention.trim_some(clock.wall()), false);
  EXPECT_EQ(oldest(), 3);
  append(1);
  EXPECT_EQ(store->last_event().value, 4);
}

}  // namespace
}  // namespace jeton::events
