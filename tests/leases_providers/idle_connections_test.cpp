#include "leases/providers/idle_connections.hpp"

#include <gtest/gtest.h>

namespace jeton::leases {
namespace {

using Idle = IdleConnections<int>;

TEST(IdleConnections, GivesTheOneThatWasUsedLast) {
  const base::Tick now{};
  Idle idle(2);
  EXPECT_EQ(idle.take(now), nullptr);
  for (int i = 1; i <= 3; ++i) idle.give(std::make_unique<int>(i), now);
  EXPECT_EQ(*idle.take(now), 2);  // the third was one too many
  EXPECT_EQ(*idle.take(now), 1);
  EXPECT_EQ(idle.take(now), nullptr);
}

TEST(IdleConnections, GivesUpWhatWasIdleForTooLong) {
  const base::Tick begin{};
  Idle idle(2);
  idle.give(std::make_unique<int>(1), begin);
  idle.give(std::make_unique<int>(2), begin + Idle::kIdleMax);
  EXPECT_EQ(*idle.take(begin + Idle::kIdleMax * 2), 2);
  EXPECT_EQ(idle.take(begin + Idle::kIdleMax * 2), nullptr);
}

}  // namespace
}  // namespace jeton::leases
