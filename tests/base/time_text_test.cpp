#include "base/time_text.hpp"

namespace jeton::base {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMoment = Instant{std::chrono::sys_days{std::chrono::year{2031} / 3 / 4} + 5h + 6min + 7s};

// arrowhead-authorization 2.7
TEST(TimeText, PrintsFractionInGroupsOfThree) {
  EXPECT_EQ(format_instant(kMoment), "2031-03-04T05:06:07Z");
  EXPECT_EQ(format_instant(kMoment + 100ms), "2031-03-04T05:06:07.100Z");
  EXPECT_EQ(format_instant(kMoment + 123456us), "2031-03-04T05:06:07.123456Z");
  EXPECT_EQ(format_instant(kMoment + 123456789ns), "2031-03-04T05:06:07.123456789Z");
}

TEST(TimeText, ReadsEveryAllowedForm) {
  EXPECT_EQ(parse_instant("2031-03-04T05:06:07Z"), kMoment);
  EXPECT_EQ(parse_instant("2031-03-04t05:06:07z"), kMoment);
  EXPECT_EQ(parse_instant("2031-03-04T05:06:07.Z"), kMoment);
  EXPECT_EQ(parse_instant("2031-03-04T05:06:07.5Z"), kMoment + 500ms);
  EXPECT_EQ(parse_instant("2031-03-04T05:06:07.123456789Z"), kMoment + 123456789ns);
  EXPECT_EQ(parse_instant("2031-03-04T07:06:07+02:00"), kMoment);
  EXPECT_EQ(parse_instant("2031-03-04T03:36:06-01:30:01"), kMoment);
  EXPECT_EQ(parse_instant("2031-03-03T24:00:00Z"), parse_instant("2031-03-04T00:00:00Z"));
  EXPECT_EQ(parse_instant("2031-03-04T05:05:60Z"), parse_instant("2031-03-04T05:06:00Z"));
}

TEST(TimeText, RefusesEveryOtherForm) {
  for (const char* bad :
       {"", " ", "2031-03-04T05:06Z", "2031-03-04T05:06:07", "2031-03-04T05:06:07+0200", "2031-03-04 05:06:07Z",
        " 2031-03-04T05:06:07Z", "2031-03-04T05:06:07Z ", "2031-02-30T05:06:07Z", "2031-13-01T05:06:07Z",
        "2031-03-04T25:06:07Z", "2031-03-04T24:00:01Z", "2031-03-04T05:60:07Z", "2031-03-04T05:06:61Z",
        "2031-03-04T05:06:07.1234567890Z", "2031-03-04T05:06:07+19:00", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z",
        "x"}) {
    const auto parsed = parse_instant(bad);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
  }
}

TEST(TimeText, SaysWhenADateIsTooLate) {
  EXPECT_THAT(parse_instant("9999-12-31T23:59:59Z").error().message, testing::HasSubstr("too late"));
  EXPECT_THAT(parse_instant("9999-12-32T23:59:59Z").error().message, testing::HasSubstr("not a date-time"));
}

TEST(TimeText, DurationsTakeAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("60m"), 60min);
  EXPECT_EQ(parse_duration("12h"), 12h);
  EXPECT_EQ(parse_duration("7d"), 24h * 7);
  EXPECT_EQ(parse_duration("0"), 0s);
  for (const char* bad : {"", "5", "-5s", "5 s", "5sec", "s", "99999999999999d"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  EXPECT_EQ(format_duration(60min), "1h");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(400ms), "400ms");
}

}  // namespace
}  // namespace jeton::base
