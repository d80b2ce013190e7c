#include "app/task_runner.hpp"

#include <latch>

namespace jeton::app {
namespace {

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
  TaskRunner runner;
  runner.add("shaky", [&, calls = 0](TaskContext& context) mutable -> base::Status {
    again.count_down();
    if (++calls == 1) throw std::runtime_error("broken pipe");
    while (context.wait(std::chrono::hours(1))) {
    }
    return {};
  });
  runner.start();
  while (runner.figures()[0].failures == 0) std::this_thread::yield();
  EXPECT_EQ(runner.figures()[0].last.error().message, "broken pipe");
  runner.wake("shaky");  // ends the pause before the next try
  again.wait();
  runner.stop();
  EXPECT_EQ(runner.figures()[0].failures, 1U);
}

TEST(TaskRunner, WakeEndsAWaitEarly) {
  std::latch steps(3);
  TaskRunner runner;
  runner.add("waiting", [&](TaskContext& context) -> base::Status {
    do {
      if (!steps.try_wait()) steps.count_down();
    } while (context.wait(std::chrono::hours(1)));
    return {};
  });
  runner.start();
  while (!steps.try_wait()) runner.wake("waiting");
  runner.stop();
  SUCCEED() << "the latch opened only because waits of an hour were cut short";
}

}  // namespace
}  // namespace jeton::app
