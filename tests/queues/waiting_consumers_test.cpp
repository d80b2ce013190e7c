// Long polls.
#include "queue_world.hpp"

namespace jeton::queues::testing {
namespace {

using namespace std::chrono_literals;
using Taken = std::vector<model::Message>;

class WaitingConsumersTest : public ::testing::Test {
 protected:
  Awaited<Taken> wait(std::string sub_queue, std::string assignee, base::Duration time = 10s) {
    Awaited<Taken> taken;
    world_.waiting.wait({.sub_queue = std::move(sub_queue),
                         .assigned_to = std::move(assignee),
                         .visibility = {},
                         .count_max = 1,
                         .actor = "test"},
                        world_.clock.monotonic() + time, {}, taken.completion());
    world_.settle();
    return taken;
  }
  World world_;
};

TEST_F(WaitingConsumersTest, WhatIsReadyIsAnsweredAtOnce) {
  const auto uuid = world_.put("q").uuid;
  EXPECT_EQ(wait("q", "w").get()->front().uuid, uuid);
  EXPECT_EQ(world_.waiting.size(), 0U);
}

TEST_F(WaitingConsumersTest, AMessageThatArrivesWakesTheOneWhoWaitsLongest) {
  auto first = wait("q", "first");
  auto second = wait("q", "second");
  auto elsewhere = wait("other", "third");
  EXPECT_EQ(world_.waiting.size(), 3U);
  const auto uuid = world_.put("q").uuid;
  EXPECT_EQ(first.get()->front().uuid, uuid);
  world_.settle();
  EXPECT_FALSE(second.ready());
  EXPECT_FALSE(elsewhere.ready());
  EXPECT_EQ(world_.find(uuid)->assigned_to, "first");
}

TEST_F(WaitingConsumersTest, SoDoesOneThatIsReleasedOrWhoseDelayEnds) {
  const auto held = world_.put("q", "1", "somebody").uuid;
  auto one = wait("q", "one");
  ASSERT_TRUE(world_.give_back(held));
  EXPECT_EQ(one.get()->front().uuid, held);
  ASSERT_TRUE(
      world_.publish({{.sub_queue = "q", .assigned_to = {}, .payload = "2", .uuid = {}, .delay = 2s, .ttl = {}}}));
  auto other = wait("q", "other");
  EXPECT_FALSE(other.ready());
  world_.pass(2s);
  EXPECT_EQ(other.get()->front().payload, "2");
}

TEST_F(WaitingConsumersTest, WhenTheTimeIsOverTheAnswerIsEmpty) {
  auto waiting = wait("q", "w", 5s);
  world_.clock.advance(4999ms);
  world_.waiting.expire(world_.clock.monotonic());
  EXPECT_FALSE(waiting.ready());
  EXPECT_EQ(world_.waiting.next_deadline(), world_.clock.monotonic() + 1ms);
  world_.clock.advance(1ms);
  world_.waiting.expire(world_.clock.monotonic());
  EXPECT_TRUE(waiting.get()->empty());
  EXPECT_EQ(world_.waiting.size(), 0U);
}

TEST_F(WaitingConsumersTest, ABatchWakesAsManyAsItHasMessages) {
  std::vector<Awaited<Taken>> waiting;
  for (int i = 0; i < 5; ++i) waiting.push_back(wait("q", "w" + std::to_string(i)));
  ASSERT_TRUE(world_.publish(std::vector<NewMessage>(
      3, {.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = {}, .delay = {}, .ttl = {}})));
  world_.settle();
  EXPECT_EQ(std::ranges::count_if(waiting, [](auto& one) { return one.ready(); }), 3);
  EXPECT_EQ(world_.waiting.size(), 2U);
}

TEST_F(WaitingConsumersTest, ManyWaitingAndPublishingAtOnceLoseNothing) {
  constexpr int kMessages = 300;
  std::atomic<int> received{0};
  std::promise<void> all;
  for (int i = 0; i < kMessages; ++i) {
    world_.waiting.wait({.sub_queue = "q", .assigned_to = "w", .visibility = {}, .count_max = 1, .actor = "test"},
                        world_.clock.monotonic() + 10s, {}, [&](base::Result<Taken> taken) {
                          if (taken && taken->size() == 1 && ++received == kMessages) all.set_value();
                        });
    if (i % 3 == 0) {
      for (int j = 0; j < 3; ++j) world_.put("q");
    }
  }
  ASSERT_EQ(all.get_future().wait_for(30s), std::future_status::ready) << received << " of " << kMessages;
  EXPECT_EQ(world_.waiting.size(), 0U);
}

TEST_F(WaitingConsumersTest, WhoseClientIsGoneTakesNothingAndTheNextOneGetsIt) {
  Awaited<Taken> taken;
  std::atomic<bool> gone{false};
  world_.waiting.wait(
      {.sub_queue = "q", .assigned_to = "w", .visibility = {}, .count_max = 1, .actor = "test"},
      world_.clock.monotonic() + 10s,
      [&]() -> base::Status {
        if (!gone) return {};
        return base::failure(base::unavailable("the client is gone"));
      },
      taken.completion());
  auto behind = wait("q", "behind");
  gone = true;
  const auto uuid = world_.put("q").uuid;
  EXPECT_FALSE(taken.get());
  EXPECT_EQ(behind.get()->front().uuid, uuid);
}

TEST_F(WaitingConsumersTest, WhoIsNotWantedAnyMoreIsDismissedWithoutAMessage) {
  Awaited<Taken> taken;
  std::atomic<bool> gone{false};
  world_.waiting.wait(
      {.sub_queue = "q", .assigned_to = "w", .visibility = {}, .count_max = 1, .actor = "test"},
      world_.clock.monotonic() + 10s,
      [&]() -> base::Status {
        if (!gone) return {};
        return base::failure(base::unavailable("the client is gone"));
      },
      taken.completion());
  world_.settle();
  world_.waiting.dismiss_unwanted();
  EXPECT_EQ(world_.waiting.size(), 1U);
  gone = true;
  world_.waiting.dismiss_unwanted();
  EXPECT_FALSE(taken.get());
  EXPECT_EQ(world_.waiting.size(), 0U);
}

// In one commit: one consumer takes what was there, another finds nothing, and a message arrives. Both were asking when
// it did, so the first is told of it, who has no use for it.
TEST_F(WaitingConsumersTest, WhoLeavesWithAMessageHandsOnTheNewsOfAnother) {
  const auto old = world_.put("q").uuid;
  std::promise<void> gate;
  world_.store->submit(
      [open = gate.get_future().share()](store::Transaction&) -> base::Status {
        open.wait();
        return {};
      },
      {});
  const auto ask = [&](Awaited<Taken>& taken) {
    world_.waiting.wait({.sub_queue = "q", .assigned_to = "w", .visibility = {}, .count_max = 1, .actor = "test"},
                        world_.clock.monotonic() + 10s, {}, taken.completion());
  };
  Awaited<Taken> first;
  Awaited<Taken> second;
  ask(first);
  ask(second);
  Awaited<Taken> published;
  world_.publish_messages({{.sub_queue = "q", .assigned_to = {}, .payload = "2", .uuid = {}, .delay = {}, .ttl = {}}},
                          "test", world_.clock.wall(), {}, published.completion());
  gate.set_value();
  EXPECT_EQ(first.get()->front().uuid, old);
  const auto fresh = published.get()->front().uuid;
  world_.settle();
  ASSERT_TRUE(second.ready());
  EXPECT_EQ(second.get()->front().uuid, fresh);
}

TEST_F(WaitingConsumersTest, ClosingAnswersAllAndNoneWaitsAfterwards) {
  auto waiting = wait("q", "w");
  world_.waiting.close();
  EXPECT_TRUE(waiting.get()->empty());
  EXPECT_TRUE(wait("q", "w").get()->empty());
}

}  // namespace
}  // namespace jeton::queues::testing
