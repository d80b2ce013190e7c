#include "base/wake_batch.hpp"

#include <gtest/gtest.h>

#include <array>

namespace jeton::base {
namespace {

struct Counter final : Sleeper {
  int wakes = 0;
  void wake() noexcept override { ++wakes; }
};

TEST(WakeBatch, WakesAtOnceOutsideOfABatch) {
  const auto sleeper = std::make_shared<Counter>();
  WakeBatch::wake(sleeper);
  WakeBatch::wake(sleeper);
  EXPECT_EQ(sleeper->wakes, 2);
}

TEST(WakeBatch, WakesEachOnceWhenTheOutermostBatchEnds) {
  const auto one = std::make_shared<Counter>();
  const auto other = std::make_shared<Counter>();
  {
    const WakeBatch outer;
    WakeBatch::wake(one);
    {
      const WakeBatch inner;
      WakeBatch::wake(other);
      WakeBatch::wake(one);
    }
    EXPECT_EQ(one->wakes + other->wakes, 0);
  }
  EXPECT_EQ(one->wakes, 1);
  EXPECT_EQ(other->wakes, 1);
}

TEST(WakeBatch, WakesAtOnceThoseItHasNoRoomFor) {
  std::array<std::shared_ptr<Counter>, 40> sleepers;
  int at_once = 0;
  {
    const WakeBatch batch;
    for (auto& sleeper : sleepers) {
      sleeper = std::make_shared<Counter>();
      WakeBatch::wake(sleeper);
      at_once += sleeper->wakes;
    }
  }
  EXPECT_GT(at_once, 0);
  for (const auto& sleeper : sleepers) EXPECT_EQ(sleeper->wakes, 1);
}

TEST(WakeBatch, KeepsASleeperAliveUntilItWasWoken) {
  std::weak_ptr<Counter> left;
  {
    const WakeBatch batch;
    const auto sleeper = std::make_shared<Counter>();
    left = sleeper;
    WakeBatch::wake(sleeper);
  }
  EXPECT_TRUE(left.expired());
}

}  // namespace
}  // namespace jeton::base
