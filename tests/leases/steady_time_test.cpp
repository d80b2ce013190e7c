// Clock steps: no mass revocation, no immortal lease (token-lease 5.9, acceptance 9).
#include "leases/steady_time.hpp"

#include <gtest/gtest.h>

namespace jeton::leases {
namespace {

using namespace std::chrono_literals;

struct Clocks {
  base::ManualClock clock;
  SteadyTime time{clock, 5min};
};

TEST(SteadyTime, FollowsSmallCorrections) {
  Clocks c;
  c.clock.set_wall(c.clock.wall() + 3min);
  EXPECT_EQ(c.time.now(), c.clock.wall());
  c.clock.set_wall(c.clock.wall() - 4min);
  EXPECT_EQ(c.time.now(), c.clock.wall());
  EXPECT_EQ(c.time.step(), std::nullopt);
}

TEST(SteadyTime, GoesOnAfterThePlanWhenTheClockJumpsForwards) {
  Clocks c;
  const base::Instant before = c.time.now();
  c.clock.set_wall(before + 1h);
  EXPECT_EQ(c.time.now(), before);
  EXPECT_EQ(c.time.step(), base::Duration(1h));
  c.clock.advance(5min);
  EXPECT_EQ(c.time.now(), before + 5min);
}

TEST(SteadyTime, BelievesAStepForwardsThatLasts) {
  Clocks c;
  c.clock.set_wall(c.time.now() + 1h);
  EXPECT_NE(c.time.now(), c.clock.wall());
  c.clock.advance(SteadyTime::kBelieveAfter);
  EXPECT_EQ(c.time.now(), c.clock.wall());
  EXPECT_EQ(c.time.step(), std::nullopt);
}

TEST(SteadyTime, AClockThatIsPutRightAgainWasNeverBelieved) {
  Clocks c;
  const base::Instant before = c.time.now();
  c.clock.set_wall(before + 1h);
  EXPECT_EQ(c.time.now(), before);
  c.clock.set_wall(before);
  EXPECT_EQ(c.time.now(), before);
  EXPECT_EQ(c.time.step(), std::nullopt);
  c.clock.advance(SteadyTime::kBelieveAfter);
  c.clock.set_wall(c.clock.wall() + 1h);
  EXPECT_EQ(c.time.now(), before + SteadyTime::kBelieveAfter) << "a new step has to last by itself";
}

TEST(SteadyTime, NeverBelievesAStepBackwards) {
  Clocks c;
  const base::Instant before = c.time.now();
  c.clock.set_wall(before - 1h);
  c.clock.advance(30min);
  EXPECT_EQ(c.time.now(), before + 30min);
  EXPECT_EQ(c.time.step(), -base::Duration(1h));
}

}  // namespace
}  // namespace jeton::leases
