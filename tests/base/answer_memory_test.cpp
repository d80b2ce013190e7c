#include "base/answer_memory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace jeton::base {
namespace {

using namespace std::chrono_literals;
using Memory = AnswerMemory<int>;

struct World {
  ManualClock clock;
  int asked = 0;
  auto question(int value, Duration keep) {
    return [this, value, keep] {
      ++asked;
      return Memory::Answer{value, keep, 0};
    };
  }
};

TEST(AnswerMemory, AsksOnceWhileTheAnswerIsKept) {
  World world;
  Memory memory(world.clock);
  EXPECT_EQ(memory.recall("a"), std::nullopt);
  EXPECT_EQ(memory.ask("a", world.question(1, 5s)), 1);
  EXPECT_EQ(memory.ask("a", world.question(2, 5s)), 1);
  EXPECT_EQ(memory.recall("a"), 1);
  EXPECT_EQ(world.asked, 1);
  world.clock.advance(5s - 1ns);
  EXPECT_EQ(memory.recall("a"), 1);
  world.clock.advance(1ns);
  EXPECT_EQ(memory.recall("a"), std::nullopt);
  EXPECT_EQ(memory.ask("a", world.question(3, 5s)), 3);
}

TEST(AnswerMemory, TheTimeOfAnAnswerBeginsWhenItWasAskedFor) {
  World world;
  Memory memory(world.clock);
  memory.ask("a", [&] {
    world.clock.advance(4s);
    return Memory::Answer{1, 5s, 0};
  });
  world.clock.advance(1s);
  EXPECT_EQ(memory.recall("a"), std::nullopt);
}

TEST(AnswerMemory, KeepsNothingThatIsNotToBeKept) {
  World world;
  Memory memory(world.clock);
  EXPECT_EQ(memory.ask("a", world.question(1, Duration::zero())), 1);
  EXPECT_EQ(memory.ask("a", world.question(2, Duration::zero())), 2);
  EXPECT_EQ(memory.size(), 0U);
}

TEST(AnswerMemory, IsBoundedInAnswersAndInWhatTheyWeigh) {
  World world;
  Memory memory(world.clock, {.answers_max = 3, .bytes_max = 100});
  for (const char* key : {"a", "b", "c", "d"}) memory.put(key, {1, 1h, 10});
  EXPECT_EQ(memory.size(), 3U);
  EXPECT_EQ(memory.recall("a"), std::nullopt) << "the oldest goes";
  EXPECT_EQ(memory.recall("d"), 1);
  memory.put("e", {1, 1h, 90});
  EXPECT_EQ(memory.size(), 1U);
  EXPECT_EQ(memory.recall("e"), 1);
  memory.put("f", {1, 1h, 100});
  EXPECT_EQ(memory.recall("f"), std::nullopt) << "larger than all there is room for";
  EXPECT_EQ(memory.recall("e"), 1) << "and pushes nothing out";
}

TEST(AnswerMemory, ReplacingTheSameAnswerForEverTakesNoRoom) {
  World world;
  Memory memory(world.clock, {.answers_max = 2, .bytes_max = 1000});
  memory.put("long", {7, 24h, 0});
  for (int i = 0; i < 1000; ++i) memory.put("a", {i, 1h, 1});
  EXPECT_EQ(memory.recall("a"), 999);
  EXPECT_LE(memory.size(), 2U);
}

TEST(AnswerMemory, ForgetsWhatItIsToldTo) {
  World world;
  Memory memory(world.clock);
  memory.put("a", {1, 1h, 0});
  memory.forget("a");
  memory.forget("b");
  EXPECT_EQ(memory.recall("a"), std::nullopt);
}

// Goes on once that many wait for somebody else's answer: they have boarded, so that its end reaches all of them.
void await_followers(const Memory& memory, std::size_t count) {
  while (memory.following() < count) std::this_thread::yield();
}

TEST(AnswerMemory, OneQuestionAnswersAllWhoAskTheSameMeanwhile) {
  World world;
  Memory memory(world.clock);
  std::atomic<int> asked = 0;
  std::atomic<int> sum = 0;
  constexpr std::size_t kFollowers = 5;
  const auto question = [&] {
    ++asked;
    await_followers(memory, kFollowers);
    return Memory::Answer{1, 1h, 0};
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i <= kFollowers; ++i) threads.emplace_back([&] { sum += *memory.ask("a", question); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(memory.following(), 0U);
}

TEST(AnswerMemory, WhoeverWaitsForTheSameAnswerTakesNoPlaceFromThoseWhoAsk) {
  World world;
  // Fewer places of either kind than threads; a turn is longer than the test.
  Memory memory(world.clock, {.asking_max = 2, .following_max = 3, .turn = 1h});
  std::atomic<int> asked = 0;
  std::atomic<int> sum = 0;
  std::latch may_end(1);
  const auto question = [&] {
    ++asked;
    may_end.wait();
    return Memory::Answer{1, 1h, 0};
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) threads.emplace_back([&] { sum += memory.ask("a", question).value_or(0); });
  await_followers(memory, 9);
  EXPECT_EQ(memory.ask("b", world.question(2, 1h), 0s), 2) << "others' questions are asked meanwhile";
  may_end.count_down();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 10) << "all of them are answered";
  EXPECT_EQ(asked, 1);
}

TEST(AnswerMemory, WhoeverWaitsOnTopIsSentAwayAfterATurn) {
  World world;
  Memory memory(world.clock, {.following_max = 1, .turn = Duration::zero()});
  std::latch begun(1);
  std::latch may_end(1);
  const auto slow = [&] {
    begun.count_down();
    may_end.wait();
    return Memory::Answer{1, 1h, 0};
  };
  std::thread first([&] { EXPECT_EQ(memory.ask("a", slow), 1); });
  begun.wait();
  std::thread second([&] { EXPECT_EQ(memory.ask("a", slow), 1) << "it has the place to wait"; });
  await_followers(memory, 1);
  EXPECT_EQ(memory.ask("a", world.question(2, 1h)), std::nullopt);
  EXPECT_EQ(memory.ask("b", world.question(3, 1h)), 3) << "which says nothing about other questions";
  EXPECT_EQ(memory.unanswered(), 1U);
  may_end.count_down();
  first.join();
  second.join();
  EXPECT_EQ(memory.ask("a", world.question(2, 1h)), 1);
  EXPECT_EQ(world.asked, 1) << "only for b";
}

TEST(AnswerMemory, NobodyWaitsForOthersLongerThanHePatientlyWould) {
  World world;
  Memory memory(world.clock, {.asking_max = 1, .turn = 1h});
  std::latch begun(1);
  std::latch may_end(1);
  std::thread first([&] {
    memory.ask("a", [&] {
      begun.count_down();
      may_end.wait();
      return Memory::Answer{1, 1h, 0};
    });
  });
  begun.wait();
  EXPECT_EQ(memory.ask("a", world.question(2, 1h), 1ms), std::nullopt) << "for the answer";
  EXPECT_EQ(memory.ask("b", world.question(2, 1h), 1ms), std::nullopt) << "for a place";
  may_end.count_down();
  first.join();
  EXPECT_EQ(memory.ask("b", world.question(2, 1h), 1ms), 2);
}

TEST(AnswerMemory, AQuestionThatThrowsLeavesTheOthersToAskThemselves) {
  World world;
  Memory memory(world.clock);
  std::latch begun(1);
  std::atomic<int> asked = 0;
  std::thread first([&] {
    EXPECT_THROW(memory.ask("a",
                            [&]() -> Memory::Answer {
                              begun.count_down();
                              await_followers(memory, 3);
                              throw std::runtime_error("x");
                            }),
                 std::runtime_error);
  });
  begun.wait();
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] {
      EXPECT_EQ(memory.ask("a",
                           [&] {
                             ++asked;
                             return Memory::Answer{2, 1h, 0};
                           }),
                2);
    });
  }
  first.join();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(asked, 1) << "one of them, for all";
}

TEST(AnswerMemory, QuestionsWithoutAnAnswerHoldNoMoreThreadsThanTheyMay) {
  World world;
  Memory memory(world.clock, {.asking_max = 2, .turn = Duration::zero()});
  std::latch begun(2);
  std::latch may_end(1);
  const auto slow = [&] {
    begun.count_down();
    may_end.wait();
    return Memory::Answer{1, 1h, 0};
  };
  std::thread first([&] { EXPECT_EQ(memory.ask("a", slow), 1); });
  std::thread second([&] { EXPECT_EQ(memory.ask("b", slow), 1); });
  begun.wait();
  EXPECT_EQ(memory.ask("c", world.question(3, 1h)), std::nullopt);
  memory.put("d", {4, 1h, 0});
  EXPECT_EQ(memory.recall("d"), 4) << "what is known needs no place";
  EXPECT_EQ(memory.ask("d", world.question(3, 1h)), 4) << "nor when it is asked for";
  EXPECT_EQ(memory.unanswered(), 1U);
  may_end.count_down();
  first.join();
  second.join();
  EXPECT_EQ(memory.ask("c", world.question(3, 1h)), 3);
}

}  // namespace
}  // namespace jeton::base
