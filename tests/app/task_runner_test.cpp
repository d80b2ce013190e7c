#include "app/task_runner.hpp"

#include <latch>

namespace jeton::app {
namespace {

using namespace std::chrono_literals;

TEST(Pace, PausesDoubleUpToAMinuteAndBeginAnewAfterASuccess) {
  Pace pace(10s, 1s);
  EXPECT_EQ(pace.after_success(), 10s);
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) EXPECT_EQ(pace.after_failure(), pause);
  EXPECT_EQ(pace.after_success(), 10s);
  EXPECT_EQ(pace.after_failure(), 1s);
}

TEST(TaskRunner, StopsTasksInReverseOrderAndWaitsForThem) {
  std::mutex mutex;
  std::vector<std::string> ended;
  std::latch running(2);
  TaskRunner runner;
  for (const char* name : {"first", "second"}) {
    runner.add(name, [&, name](TaskContext& context) -> base::Status {
      running.count_down();
      while (context.wait(std::chrono::hours(1))) {
      }
      const std::scoped_lock lock(mutex);
      ended.emplace_back(name);
      return {};
    });
  }
  runner.start();
  running.wait();
  runner.stop();
  EXPECT_THAT(ended, testing::ElementsAre("second", "first"));
}

TEST(TaskRunner, AFailureIsCountedAndTheTaskGoesOn) {
  std::latch again(2);
  TaskRunner runner(1ns);
  runner.add("shaky", [&, calls = 0](TaskContext& context) mutable -> base::Status {
    again.count_down();
    if (++calls == 1) throw std::runtime_error("broken pipe");
    while (context.wait(std::chrono::hours(1))) {
    }
    return {};
  });
  runner.start();
  again.wait();
  runner.stop();
  EXPECT_EQ(runner.figures().at(0).name, "shaky");
  EXPECT_EQ(runner.figures().at(0).failures, 1U);
}

TEST(TaskRunner, AStepIsCalledAgainAfterSuccessAndAfterFailure) {
  std::latch steps(4);
  TaskRunner runner(1ns);
  runner.every("stepping", 1ns, [&, calls = 0](TaskContext&) mutable -> base::Status {
    if (!steps.try_wait()) steps.count_down();
    if (++calls % 2 == 1) return base::failure(base::unavailable("not today"));
    return {};
  });
  runner.start();
  steps.wait();
  runner.stop();
  EXPECT_GE(runner.figures().at(0).failures, 2U);
}

TEST(TaskRunner, AStepSeesThatItShouldStop) {
  std::latch running(1);
  TaskRunner runner;
  runner.every("long", 1ns, [&](TaskContext& context) -> base::Status {
    if (!running.try_wait()) running.count_down();
    while (!context.stopping()) std::this_thread::yield();
    return {};
  });
  runner.start();
  running.wait();
  runner.stop();
  SUCCEED() << "stop() returned although the step had no end of its own";
}

}  // namespace
}  // namespace jeton::app
