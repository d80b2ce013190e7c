// What time does to messages: visibility, delay, time to live, dead letters, and the rows of cleared sub-queues.
#include "base/limits.hpp"
#include "queue_world.hpp"

namespace jeton::queues::testing {
namespace {

using namespace std::chrono_literals;

TEST(MessageKeeper, AHoldWithAVisibilityEndsByItself) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_EQ(world.take_one("q", "crashing", 30s), uuid);
  world.pass(29s);
  EXPECT_EQ(world.take_one("q", "other", 30s), "");
  world.pass(1s);
  EXPECT_EQ(world.take_one("q", "other", 30s), uuid);
  EXPECT_EQ(world.find(uuid)->attempts, 2);
}

TEST(MessageKeeper, WhoHoldsItProlongsItByAssigningAgain) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_EQ(world.take_one("q", "slow", 30s), uuid);
  world.pass(20s);
  ASSERT_EQ(world.hold(uuid, "slow", 30s).value()->assigned, Assigned::kBefore);
  world.pass(20s);
  EXPECT_EQ(world.find(uuid)->assigned_to, "slow");
  world.pass(10s);
  EXPECT_EQ(world.find(uuid)->assigned_to, std::nullopt);
}

TEST(MessageKeeper, AReleasedMessageDoesNotFallBackByAnOldDeadline) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_EQ(world.take_one("q", "a", 30s), uuid);
  ASSERT_TRUE(world.give_back(uuid));
  ASSERT_EQ(world.take_one("q", "b"), uuid);
  world.pass(60s);
  EXPECT_EQ(world.find(uuid)->assigned_to, "b") << "held without a visibility: until it is released";
}

TEST(MessageKeeper, ADelayedMessageWaitsAndKeepsItsPlace) {
  World world;
  auto delayed =
      world.publish({{.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = {}, .delay = 10s, .ttl = {}}});
  const auto later = world.put("q").uuid;
  EXPECT_EQ(world.take_one("q", "w"), later);
  EXPECT_EQ(world.take_one("q", "w"), "");
  world.pass(10s);
  EXPECT_EQ(world.take_one("q", "w"), delayed->front().uuid);
}

TEST(MessageKeeper, WhatHasExpiredIsGoneForEveryoneAtOnceAndRemovedSoon) {
  World world;
  const auto uuid =
      world.publish({{.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = {}, .delay = {}, .ttl = 10s}})
          ->front()
          .uuid;
  world.clock.advance(10s);
  EXPECT_EQ(world.take_one("q", "w"), "") << "no sweep was needed";
  EXPECT_FALSE(world.hold(uuid, "w").value().has_value());
  EXPECT_TRUE(world.erase({uuid})->empty());
  world.pass(0s);
  EXPECT_EQ(world.find(uuid), std::nullopt);
  EXPECT_EQ(world.sub_queues().front().depth, 0);
}

TEST(MessageKeeper, AMessageThatNobodyFinishesBecomesADeadLetter) {
  World world(model::RestrictionMode::kHybrid, 2);
  const auto uuid = world.put("q").uuid;
  ASSERT_EQ(world.take_one("q", "a", 1s), uuid);
  world.pass(1s);
  ASSERT_EQ(world.take_one("q", "a"), uuid);
  const auto released = world.give_back(uuid);
  EXPECT_EQ(released.value()->message.sub_queue, "q.dead");
  EXPECT_EQ(world.take_one("q", "a"), "");
  EXPECT_EQ(world.find(uuid)->sub_queue, "q.dead");
  EXPECT_EQ(world.take_one("q.dead", "doctor", 1s), uuid);
  world.pass(1s);
  EXPECT_EQ(world.take_one("q.dead", "doctor"), uuid) << "a dead letter stays where it is";
  for (const auto& sub_queue : world.sub_queues()) EXPECT_EQ(sub_queue.depth, sub_queue.name == "q" ? 0 : 1);
}

TEST(MessageKeeper, TheRowsOfAClearedSubQueueGoAPieceAtATime) {
  World world;
  const int count = static_cast<int>(base::limits::kClearedPerCommitMax) + 10;
  for (int i = 0; i < count; i += 500) {
    std::vector<NewMessage> batch(
        static_cast<std::size_t>(std::min(500, count - i)),
        {.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = {}, .delay = {}, .ttl = {}});
    ASSERT_TRUE(world.publish(std::move(batch)));
  }
  ASSERT_TRUE(world.clear("q"));
  EXPECT_TRUE(world.list("q").empty());
  world.put("q", "\"new\"");
  const auto waiting = [&] {
    std::size_t cleared = 0;
    world.read([&](const store::Snapshot& snapshot) { cleared = snapshot.sub_queues().cleared()->size(); });
    return cleared;
  };
  EXPECT_EQ(waiting(), 1U);
  world.engine.run_due(world.clock.wall());
  world.settle();
  EXPECT_EQ(waiting(), 1U) << "more than one piece";
  world.pass(0s);
  EXPECT_EQ(waiting(), 0U);
  ASSERT_EQ(world.list("q").size(), 1U);
  EXPECT_EQ(world.list("q").front().payload, "\"new\"");
}

TEST(MessageKeeper, MemoryHoldsOneDeadlineHoweverManyThereAre) {
  World world;
  const auto uuid = world.put("q").uuid;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(world.hold(uuid, "slow", 3600s + i * 1s));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(world.publish(
        {{.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = {}, .delay = {}, .ttl = 7200s - i * 1s}}));
  }
  std::size_t waiting = 0;
  for (const auto& kind : world.engine.figures()) waiting += kind.waiting;
  EXPECT_LT(waiting, 60U) << "one, and those that were the next before it";
  world.pass(7200s);
  EXPECT_EQ(world.list("q").size(), 1U);
  EXPECT_EQ(world.find(uuid)->assigned_to, std::nullopt);
  EXPECT_EQ(world.keeper.next(), std::nullopt);
}

TEST(MessageKeeper, DeadlinesAreKnownAgainAfterAStart) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_EQ(world.take_one("q", "a", 5s), uuid);
  expiry::Engine engine;
  MessageKeeper keeper(engine, *world.store, world.dead_letters);
  world.read([&](const store::Snapshot& snapshot) { ASSERT_TRUE(keeper.load(snapshot)); });
  EXPECT_EQ(keeper.next(), world.clock.wall() + 5s);
  engine.run_due(world.clock.wall() + 5s);
  world.settle();
  EXPECT_EQ(world.find(uuid)->assigned_to, std::nullopt);
}

}  // namespace
}  // namespace jeton::queues::testing
