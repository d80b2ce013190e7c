#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <sstream>

#include "app/cli/display_width.hpp"
#include "app/cli/output.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/table.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

TEST(Display, WidthCountsColumns) {
  const struct {
    const char* text;
    std::size_t columns;
  } rows[] = {{"", 0},       {"abc", 3}, {"Grüße", 5},    {"e\xCC\x81", 1}, {"泵站", 4},
              {"ポンプ", 6}, {"🚰", 2},  {"\xFF\xC3", 2}, {"…", 1}};
  for (const auto& row : rows) EXPECT_EQ(display_width(row.text), row.columns) << row.text;
}

TEST(Display, WhatWouldMoveTheCursorIsWrittenOut) {
  const struct {
    const char* text;
    const char* expected;
  } rows[] = {{"Pümpe 泵", "Pümpe 泵"},
              {"a\x1b[2Jb", "a\\x1b[2Jb"},
              {"a\nb\tc", "a\\x0ab\\x09c"},
              {"\xC2\x9B", "\\xc2\\x9b"},
              {"\xE2\x80\xAE"
               "x",
               "\\xe2\\x80\\xaex"},
              {"\xFF", "\\xff"}};
  for (const auto& row : rows) EXPECT_EQ(printable(row.text), row.expected);
}

TEST(Display, TableAlignsByWidthAndLeavesEmptyColumnsOut) {
  const Table table{.headers = {"NAME", "SCOPE", "WHO", "LAST"},
                    .rows = {{"泵", "", "only A", "x"}, {"Pumpe7", "", "", ""}, {"a\x1b", "", "everyone", "yz"}}};
  EXPECT_EQ(render(table, false),
            "NAME    WHO       LAST\n"
            "泵      only A    x\n"
            "Pumpe7\n"
            "a\\x1b   everyone  yz\n");
  EXPECT_TRUE(render(table, true).starts_with("\x1b[1mNAME    WHO       LAST\x1b[0m\n"));
}

TEST(Display, RelativeTimes) {
  const base::Instant now = *base::parse_instant("2031-03-04T05:06:07Z");
  const struct {
    std::int64_t seconds;
    const char* text;
  } rows[] = {{0, "now"},       {58, "in 58s"},      {-58, "58s ago"},   {60, "in 1m"},          {-3'599, "59m ago"},
              {3'600, "in 1h"}, {172'799, "in 47h"}, {172'800, "in 2d"}, {-86'400 * 9, "9d ago"}};
  for (const auto& row : rows) EXPECT_EQ(relative_text(now + std::chrono::seconds(row.seconds), now), row.text);
  EXPECT_EQ(relative_text(now + std::chrono::milliseconds(999), now), "now");
}

TEST(Display, TimesAreLocal) {
  ::setenv("TZ", "UTC-2", 1);  // two hours east
  ::tzset();
  const base::Instant at = *base::parse_instant("2031-03-04T23:06:07.9Z");
  EXPECT_EQ(shown_time(at, at - std::chrono::seconds(58)), "2031-03-05 01:06:07 (in 58s)");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(local_text(at), "2031-03-04 23:06:07");
}

TEST(Display, ProgressShowsAfterASecondOnATerminalAndIsWipedByResults) {
  for (const bool terminal : {true, false}) {
    std::ostringstream out;
    std::ostringstream err;
    base::ManualClock clock;
    Output output(out, err, clock, {.json = false, .colour = false, .progress = terminal});
    clock.advance(std::chrono::milliseconds(999));
    output.progress("1 of 3");
    EXPECT_EQ(err.str(), "");
    clock.advance(std::chrono::milliseconds(1));
    output.progress("2 of 3");
    output.line("done");
    EXPECT_EQ(err.str(), terminal ? "\r\x1b[K2 of 3\r\x1b[K" : "");
    EXPECT_EQ(out.str(), "done\n");
  }
}

TEST(Display, WhatIsLeftIsSaidInTwoUnits) {
  using std::chrono::seconds;
  const struct {
    base::Duration left;
    const char* text;
  } rows[] = {{seconds{-5}, "ended"},      {seconds{0}, "ended"},      {std::chrono::milliseconds{900}, "0s"},
              {seconds{45}, "45s"},        {seconds{60}, "1m"},        {seconds{750}, "12m 30s"},
              {seconds{3'600}, "1h"},      {seconds{11'130}, "3h 5m"}, {seconds{86'400}, "1d"},
              {seconds{183'600}, "2d 3h"}, {seconds{90'000}, "1d 1h"}, {seconds{3'630}, "1h"}};
  for (const auto& row : rows) EXPECT_EQ(left_text(row.left), row.text);
}

}  // namespace
}  // namespace jeton::cli
