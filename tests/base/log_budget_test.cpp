#include "base/log_budget.hpp"

#include <gtest/gtest.h>

namespace jeton::base {
namespace {

TEST(LogBudget, ALineNowAndThenSaysHowManyWereLeftOut) {
  LogBudget budget;
  ManualClock clock;
  for (std::size_t i = 0; i < LogBudget::kLinesMax; ++i) EXPECT_EQ(budget.pass("full", clock.monotonic()), 0U);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(budget.pass("full", clock.monotonic()));
  clock.advance(LogBudget::kPeriod - std::chrono::nanoseconds{1});
  EXPECT_FALSE(budget.pass("full", clock.monotonic()));
  clock.advance(std::chrono::nanoseconds{1});
  EXPECT_EQ(budget.pass("full", clock.monotonic()), 1001U);
  EXPECT_EQ(budget.pass("full", clock.monotonic()), 0U) << "told once";
}

TEST(LogBudget, OneKindDoesNotHideAnother) {
  LogBudget budget;
  for (std::size_t i = 0; i <= LogBudget::kLinesMax; ++i) budget.pass("full", {});
  EXPECT_FALSE(budget.pass("full", {}));
  EXPECT_TRUE(budget.pass("away", {}));
}

}  // namespace
}  // namespace jeton::base
