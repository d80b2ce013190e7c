// Order, assignment by next, uuids and batches: message-queue 4.1, 4.4 and rows 20, 40 to 44 of its section 10.
#include <thread>

#include "base/limits.hpp"

#include "queue_world.hpp"

namespace jeton::queues::testing {
namespace {

using namespace std::chrono_literals;

NewMessage with_uuid(std::string sub_queue, std::string uuid) {
  return {.sub_queue = std::move(sub_queue),
          .assigned_to = {},
          .payload = "1",
          .uuid = std::move(uuid),
          .delay = {},
          .ttl = {}};
}

TEST(PublishAndNext, Row40APayloadComesBackAsItWent) {
  World world;
  for (const char* payload : {"1", "\"text\"", "[\"a\",\"b\"]", "true", "null", "{}", "[]", R"({"a":{"b":[1,{}]}})",
                              "18446744073709551616", "\"\\u0000é\""}) {
    const auto message = world.put("q", payload);
    EXPECT_EQ(world.find(message.uuid)->payload, payload);
  }
}

TEST(PublishAndNext, Row44IdsAscendInOrderOfArrivalAndNextFollowsIt) {
  World world;
  std::vector<std::string> uuids;
  for (int i = 0; i < 20; ++i) uuids.push_back(world.put("q").uuid);
  EXPECT_TRUE(std::ranges::is_sorted(uuids));
  for (const std::string& expected : uuids) EXPECT_EQ(world.take_one("q", "worker"), expected);
}

TEST(PublishAndNext, Row20NothingFreeMeansNothing) {
  World world;
  EXPECT_EQ(world.take_one("unknown", "worker"), "");
  EXPECT_TRUE(world.sub_queues().empty()) << "asking makes no sub-queue (Q8)";
  const auto held = world.put("q", "1", "worker");
  EXPECT_EQ(world.take_one("q", "worker"), "") << "even for who holds it";
  const auto free = world.put("q");
  EXPECT_EQ(world.take_one("q", "other"), free.uuid);
  EXPECT_EQ(world.find(free.uuid)->assigned_to, "other");
  EXPECT_EQ(world.find(held.uuid)->assigned_to, "worker");
}

TEST(PublishAndNext, AReleasedMessageIsFirstAgain) {
  World world;
  const auto first = world.put("q");
  world.put("q");
  ASSERT_EQ(world.take_one("q", "a"), first.uuid);
  ASSERT_TRUE(world.give_back(first.uuid));
  EXPECT_EQ(world.take_one("q", "b"), first.uuid);
}

TEST(PublishAndNext, Row41AUuidIsUsedOnceOverAllSubQueues) {
  World world;
  ASSERT_TRUE(world.publish({with_uuid("q", "mine")}));
  for (const char* sub_queue : {"q", "other"}) {
    const auto again = world.publish({with_uuid(sub_queue, "mine")});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, base::ErrorCode::kConflict);
    EXPECT_NE(again.error().message.find("[mine]"), std::string::npos);
  }
  EXPECT_EQ(world.sub_queues().size(), 1U) << "nothing of a refused message stays";
}

TEST(PublishAndNext, TheUuidOfAnExpiredMessageIsFreeBeforeItIsSwept) {
  World world;
  NewMessage short_lived = with_uuid("q", "mine");
  short_lived.ttl = 1s;
  ASSERT_TRUE(world.publish({short_lived}));
  world.clock.advance(1s);
  ASSERT_TRUE(world.publish({with_uuid("q", "mine")}));
  EXPECT_EQ(world.take_one("q", "w"), "mine");
  EXPECT_EQ(world.sub_queues().front().depth, 1);
}

TEST(PublishAndNext, ThereAreOnlySoManySubQueues) {
  World world;
  EXPECT_TRUE(world.store->write([](store::Transaction& transaction) -> base::Status {
    for (std::size_t i = 0; i < base::limits::kSubQueuesMax; ++i) {
      const model::EventId event = transaction.next_event();
      const auto made = transaction.sub_queues().restrict(std::to_string(i), {event.value});
      if (!made) return base::failure(made.error());
      transaction.append(event, {}, "test", model::SubQueueRestricted{std::to_string(i)});
    }
    return {};
  }));
  const auto refused = world.publish({with_uuid("one more", "mine")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kTooManyRequests);
  EXPECT_NE(refused.error().message.find("[one more]"), std::string::npos);
  EXPECT_TRUE(world.publish({with_uuid("7", "mine")})) << "one that is there has room";
}

TEST(PublishAndNext, ABatchIsKeptWholeOrNotAtAll) {
  World world;
  const auto refused = world.publish({with_uuid("q", "a"), with_uuid("q", "b"), with_uuid("q", "a")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict);
  EXPECT_TRUE(world.list("q").empty());
  EXPECT_TRUE(world.sub_queues().empty());
  ASSERT_TRUE(world.publish({with_uuid("q", "a"), with_uuid("r", "b")}));
  EXPECT_EQ(world.sub_queues().size(), 2U);
}

TEST(PublishAndNext, SeveralAreTakenInOrderUpToTheCount) {
  World world;
  for (int i = 0; i < 5; ++i) world.put("q", std::to_string(i));
  const auto taken =
      world.take({.sub_queue = "q", .assigned_to = "w", .visibility = {}, .count_max = 3, .actor = "test"});
  ASSERT_EQ(taken.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(taken[i].payload, std::to_string(i));
    EXPECT_EQ(taken[i].assigned_to, "w");
    EXPECT_EQ(taken[i].attempts, 1);
  }
}

TEST(PublishAndNext, ParallelConsumersNeverGetTheSameMessage) {
  World world;
  constexpr int kMessages = 400;
  for (int i = 0; i < kMessages; ++i) world.put("q");
  std::mutex mutex;
  std::vector<std::string> taken;
  {
    std::vector<std::jthread> consumers;
    for (int c = 0; c < 8; ++c) {
      consumers.emplace_back([&, c] {
        for (;;) {
          const std::string uuid = world.take_one("q", "consumer" + std::to_string(c));
          if (uuid.empty()) return;
          const std::scoped_lock lock(mutex);
          taken.push_back(uuid);
        }
      });
    }
  }
  std::ranges::sort(taken);
  EXPECT_EQ(taken.size(), static_cast<std::size_t>(kMessages));
  EXPECT_EQ(std::ranges::adjacent_find(taken), taken.end());
}

TEST(PublishAndNext, DepthIsCounted) {
  World world;
  const auto message = world.put("q");
  world.put("q");
  world.take_one("q", "w");
  EXPECT_EQ(world.sub_queues().front().depth, 2) << "held ones count";
  ASSERT_TRUE(world.erase({message.uuid}));
  EXPECT_EQ(world.sub_queues().front().depth, 1);
}

}  // namespace
}  // namespace jeton::queues::testing
