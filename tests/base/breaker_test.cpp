#include "base/breaker.hpp"

#include <gtest/gtest.h>

namespace jeton::base {
namespace {

using namespace std::chrono_literals;
using Admitted = Breaker::Admitted;
using State = Breaker::State;

constexpr double kNoSpread = 0.5;  // the pause exactly

struct World {
  base::Tick now{};
  Breaker breaker{{.failures_to_open = 3, .first_pause = 1s, .pause_max = 4s}};

  void fail() { breaker.failed(breaker.admit(now), now, kNoSpread); }
  void open() {
    for (int i = 0; i < 3; ++i) fail();
  }
};

TEST(Breaker, OpensAfterFailuresInARowAndNotBefore) {
  World world;
  world.fail();
  world.fail();
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kYes);
  world.breaker.answered();
  world.fail();
  world.fail();
  EXPECT_EQ(world.breaker.state(), State::kClosed) << "an answer in between begins the count anew";
  world.fail();
  EXPECT_EQ(world.breaker.state(), State::kOpen);
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kNo);
  EXPECT_EQ(world.breaker.left(world.now), 1s);
}

TEST(Breaker, LetsOneFindOutWhetherTheOtherSideIsBack) {
  World world;
  world.open();
  world.now += 1s - 1ns;
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kNo);
  world.now += 1ns;
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kAsProbe);
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kNo) << "one at a time";
  world.breaker.answered();
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kYes);
}

TEST(Breaker, PausesDoubleUpToABoundAndBeginAnewAfterAnAnswer) {
  World world;
  world.open();
  for (const base::Duration pause : {1s, 2s, 4s, 4s}) {
    EXPECT_EQ(world.breaker.left(world.now), pause);
    world.now += pause;
    world.fail();
  }
  world.breaker.answered();
  world.open();
  EXPECT_EQ(world.breaker.left(world.now), 1s);
}

TEST(Breaker, FailuresOfCallsThatBeganBeforeItOpenedSayNothingNew) {
  World world;
  std::vector<Admitted> calls;
  for (int i = 0; i < 8; ++i) calls.push_back(world.breaker.admit(world.now));
  for (const Admitted as : calls) world.breaker.failed(as, world.now, kNoSpread);
  EXPECT_EQ(world.breaker.left(world.now), 1s);
}

TEST(Breaker, AProbeThatIsGivenUpLeavesItToTheNext) {
  World world;
  world.open();
  world.now += 1s;
  world.breaker.abandoned(world.breaker.admit(world.now), world.now);
  EXPECT_EQ(world.breaker.admit(world.now), Admitted::kAsProbe);
}

TEST(Breaker, JitterSpreadsThePauseByAFifth) {
  for (const auto& [jitter, pause] : {std::pair{0.0, 800ms}, {0.5, 1000ms}, {1.0, 1200ms}}) {
    World world;
    for (int i = 0; i < 3; ++i) world.breaker.failed(world.breaker.admit(world.now), world.now, jitter);
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(world.breaker.left(world.now)), pause);
  }
}

}  // namespace
}  // namespace jeton::base
