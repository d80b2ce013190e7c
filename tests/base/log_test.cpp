#include "base/log.hpp"

namespace jeton::base::log {
namespace {

TEST(Log, RemembersEntriesWithTheirFieldsOnOneLine) {
  const ManualClock clock;
  ASSERT_TRUE(configure({.level = Level::kInfo}, clock));
  debug("test", "not kept");
  warn("test.remember", "a line", {{"plain", "1"}, {"with blank", "x y"}, {"break", "a\nb"}});
  const auto found = entries([](const Entry& entry) { return entry.logger == "test.remember"; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Level::kWarn);
  EXPECT_EQ(found[0].at, clock.wall());
  EXPECT_EQ(found[0].message, R"(a line plain=1 with blank="x y" break="a\u000ab")");
  EXPECT_TRUE(entries([](const Entry& entry) { return entry.message == "not kept"; }).empty());
}

TEST(Log, RefusesAFileItCannotOpen) {
  const ManualClock clock;
  const auto result = configure({.file = "/dev/null/x.log"}, clock);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where, "log.file");
}

TEST(Log, LevelsHaveNames) {
  EXPECT_EQ(parse_level("warn"), Level::kWarn);
  EXPECT_EQ(parse_level("ALL"), std::nullopt);
  EXPECT_EQ(to_string(Level::kFatal), "FATAL");
}

}  // namespace
}  // namespace jeton::base::log
