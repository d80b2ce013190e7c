#include "base/log.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "base/limits.hpp"
#include "base/time_text.hpp"

namespace jeton::base::log {
namespace {

TEST(Log, RemembersEntriesWithTheirFieldsOnOneLine) {
  static const ManualClock clock;  // the log keeps it
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

TEST(Log, WritesToItsFileAndKeepsTheOrder) {
  static const ManualClock clock;  // the log keeps it
  const std::string file = testing::TempDir() + "jeton_log_test.log";
  std::remove(file.c_str());
  ASSERT_TRUE(configure({.level = Level::kInfo, .json = true, .file = file}, clock));
  for (int i = 0; i < 100; ++i) info("test", "line", {{"number", fmt::to_string(i)}});
  ASSERT_TRUE(flush(std::chrono::minutes{1}));
  std::ifstream in(file);
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    EXPECT_EQ(line, fmt::format(R"({{"at":"{}","level":"INFO","logger":"test","message":"line","number":"{}"}})",
                                format_instant(clock.wall()), count));
  }
  EXPECT_EQ(count, 100);
  ASSERT_TRUE(configure({}, clock));
}

TEST(Log, WhatIsKeptIsBoundedByItsBytesToo) {
  static const ManualClock clock;  // the log keeps it
  const std::string file = testing::TempDir() + "jeton_log_test.log";
  ASSERT_TRUE(configure({.level = Level::kInfo, .file = file}, clock));
  const std::string large(limits::kLogBytesKeptMax / 10, 'x');
  for (int i = 0; i < 20; ++i) info("test.large", large);
  std::size_t kept = 0;
  for (const Entry& entry : entries([](const Entry&) { return true; })) kept += entry.message.size();
  EXPECT_LE(kept, limits::kLogBytesKeptMax);
  EXPECT_GE(kept, limits::kLogBytesKeptMax / 2);
  ASSERT_TRUE(configure({}, clock));
}

TEST(Log, RefusesAFileItCannotOpen) {
  static const ManualClock clock;  // the log keeps it
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
