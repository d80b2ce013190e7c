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

TEST(AnswerMemory, OneQuestionAnswersAllWhoAskTheSameMeanwhile) {
  World world;
  Memory memory(world.clock, {.asking_max = 8});
  std::atomic<int> asked = 0;
  std::latch begun(1);
  std::latch may_end(1);
  std::vector<std::thread> threads;
  std::atomic<int> sum = 0;
  threads.emplace_back([&] {
    sum += *memory.ask("a", [&] {
      ++asked;
      begun.count_down();
      may_end.wait();
      return Memory::Answer{1, 1h, 0};
    });
  });
  begun.wait();
  std::latch all_there(5);
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      all_there.count_down();
      sum += *memory.ask("a", [&] {
        ++asked;
        return Memory::Answer{1, 1h, 0};
      });
    });
  }
  all_there.wait();
  may_end.count_down();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(asked, 1);
}

TEST(AnswerMemory, AQuestionThatThrowsLeavesTheOthersToAskThemselves) {
  World world;
  Memory memory(world.clock);
  std::latch begun(1);
  std::latch may_end(1);
  std::thread first([&] {
    EXPECT_THROW(memory.ask("a",
                            [&]() -> Memory::Answer {
                              begun.count_down();
                              may_end.wait();
                              throw std::runtime_error("x");
                            }),
                 std::runtime_error);
  });
  begun.wait();
  std::thread second([&] { EXPECT_EQ(memory.ask("a", [] { return Memory::Answer{2, 1s, 0}; }), 2); });
  may_end.count_down();
  first.join();
  second.join();
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
  may_end.count_down();
  first.join();
  second.join();
  EXPECT_EQ(memory.ask("c", world.question(3, 1h)), 3);
}

}  // namespace
}  // namespace jeton::base
