#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/command_line.hpp"
#include "model/event.hpp"

namespace jeton::cli {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kEnded =
    "id: 7\nevent: token.ended\n"
    R"(data: {"id":7,"at":"2031-03-04T05:06:07Z","kind":"token.ended","actor":"Sysop","body":)"
    R"({"id":3,"digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","reason":"revoked"}})"
    "\n\n";

base::Error gone() {
  return {base::ErrorCode::kExternal, "gone", {}};
}

TEST(Events, WithoutFollowTheLogIsShownOnce) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  CommandLineRun line;
  line.http.answer(200, std::string(kEnded) + "event: trimmed\ndata: {}\n\n");
  const Ran ran = line.run(words("events --after 5 --kinds token,policy.granted"));
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "       7  2031-03-04 05:06:07  token.ended               token 3: revoked  by Sysop\n");
  EXPECT_THAT(ran.err, HasSubstr("retention"));
  EXPECT_EQ(line.http.sent.at(0).line,
            "GET http://127.0.0.1:8445/events?after=5&kinds=token,policy.granted&follow=false");
}

TEST(Events, JsonIsTheDataALine) {
  CommandLineRun line;
  line.http.answer(200, "id: 1\ndata: {\"kind\":\"x\"}\n\nid: 2\ndata: {}\n\n");
  EXPECT_EQ(line.run(words("events --json")).out, "{\"kind\":\"x\"}\n{}\n");
}

TEST(Events, WhatIsNotUnderstoodIsShownAsItIs) {
  CommandLineRun line;
  line.http.answer(
      200, "id: 1\ndata: hello\n\nid: 2\ndata: {\"kind\":\"lease.created\",\"actor\":\"A\",\"body\":{\"b\":1}}\n\n");
  const Ran ran = line.run({"events"});
  EXPECT_THAT(ran.out, HasSubstr("1  hello\n"));
  EXPECT_THAT(ran.out, HasSubstr("lease.created"));
  EXPECT_THAT(ran.out, HasSubstr(R"({"b":1}  by A)"));
}

TEST(Events, LeasesAreNamed) {
  const model::EventBody bodies[] = {
      model::LeaseRequested{.name = "db/-/1", .owner = "A"},
      model::LeaseGranted{
          .name = "db/-/1", .owner = "A", .expires_at = base::Instant(std::chrono::seconds{1'931'000'000})},
      model::LeaseRenewed{.name = "db/-/1", .expires_at = base::Instant(std::chrono::seconds{1'931'000'000})},
      model::LeaseEnding{.name = "db/-/1", .reason = model::LeaseEnd::kExpired},
      model::LeaseStuck{.name = "db/-/1", .error = "it owns a table"},
      model::LeaseEnded{.name = "db/-/1", .state = model::LeaseState::kAbandoned, .note = "gone for good"},
      model::LeaseReleased{.name = "db/-/1"}};
  std::string stream;
  for (const auto& body : bodies) {
    stream += fmt::format("id: 1\ndata: {{\"kind\":\"{}\",\"actor\":\"A\",\"body\":{}}}\n\n", model::kind_of(body),
                          model::encode_body(body));
  }
  CommandLineRun line;
  line.http.answer(200, stream);
  const Ran ran = line.run({"events"});
  for (const char* what :
       {"db/-/1 for A  by A\n", "db/-/1 for A until 2031-", "db/-/1 until 2031-", "db/-/1: expired  by",
        "db/-/1: it owns a table  by", "db/-/1: abandoned, gone for good  by", "db/-/1  by A\n"})
    EXPECT_THAT(ran.out, HasSubstr(what));
}

TEST(Events, FollowComesBackWithTheLastIdAndWaitsLongerEachTime) {
  CommandLineRun line;
  line.waits_max = 5;
  line.http.answer(200, std::string(kEnded));
  line.http.fail(gone());
  line.http.answer(503, R"({"errorMessage":"stopping"})");
  line.http.fail(gone());
  line.http.answer(200, "id: 9\ndata: {}\n\n");
  line.http.answer(200, "");
  EXPECT_EQ(line.run({"events", "--follow"}).exit, 0);
  EXPECT_THAT(line.waits, ElementsAre(milliseconds(250), milliseconds(500), milliseconds(1000), milliseconds(2000),
                                      milliseconds(250), milliseconds(500)));
  std::vector<std::string> ids;
  for (const Sent& sent : line.http.sent) ids.push_back(sent.last_event_id);
  EXPECT_THAT(ids, ElementsAre("", "7", "7", "7", "7", "9"));
  EXPECT_EQ(line.http.sent.front().line, "GET http://127.0.0.1:8445/events?after=0");
}

TEST(Events, WithoutFollowABrokenConnectionIsTakenUpBehindTheLastEvent) {
  CommandLineRun line;
  line.waits_max = 100;
  line.http.break_after("id: 1\ndata: one\n\nid: 2\ndata: tw", gone());
  line.http.fail(gone());
  line.http.answer(200, "id: 2\ndata: two\n\n");
  const Ran ran = line.run({"events"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "       1  one\n       2  two\n");
  ASSERT_EQ(line.http.sent.size(), 3U);
  EXPECT_EQ(line.http.sent[2].last_event_id, "1");
  EXPECT_EQ(line.http.sent[2].line, "GET http://127.0.0.1:8445/events?after=0&follow=false");
}

TEST(Events, WithoutFollowItSoonGivesUp) {
  CommandLineRun line;
  line.waits_max = 100;
  line.http.break_after("id: 1\ndata: one\n\n", gone());
  EXPECT_EQ(line.run({"events"}).exit, 4);
  EXPECT_EQ(line.waits.size(), 8U);
}

TEST(Events, ALogThatCannotBeReadOnIsAFailure) {
  for (const char* arguments : {"events", "events --follow"}) {
    CommandLineRun line;
    line.waits_max = 100;
    line.http.answer(200, "id: 1\ndata: one\n\nevent: error\ndata: {\"reason\":\"event 2 cannot be read\"}\n\n");
    const Ran ran = line.run(words(arguments));
    EXPECT_EQ(ran.exit, 1);
    EXPECT_EQ(ran.out, "       1  one\n");
    EXPECT_THAT(ran.err, HasSubstr("event 2 cannot be read"));
    EXPECT_THAT(ran.err, HasSubstr("--after"));
  }
}

TEST(Events, FollowGivesUpOnRefusalsAndWhenTheServerWasNeverThere) {
  CommandLineRun never;
  never.waits_max = 5;
  EXPECT_EQ(never.run({"events", "--follow"}).exit, 4);
  EXPECT_TRUE(never.waits.empty());
  CommandLineRun refused;
  refused.waits_max = 5;
  refused.http.answer(403, R"({"errorMessage":"no"})");
  EXPECT_EQ(refused.run({"events", "--follow"}).exit, 5);
}

TEST(Events, FollowStaysBoundedWhenTheServerStaysAway) {
  CommandLineRun line;
  line.waits_max = 100'000;
  line.http.answer(200, "data: {}\n\n");
  EXPECT_EQ(line.run({"events", "--follow"}).exit, 4);
  EXPECT_EQ(line.waits.size(), 240U);
  EXPECT_EQ(line.waits.back(), std::chrono::seconds(15));
}

TEST(Events, TheServerMayAskForALongerPause) {
  CommandLineRun line;
  line.http.answer(200, "retry: 4000\ndata: {}\n\n");
  line.run({"events", "--follow"});
  EXPECT_THAT(line.waits, ElementsAre(milliseconds(4000)));
}

}  // namespace
}  // namespace jeton::cli
