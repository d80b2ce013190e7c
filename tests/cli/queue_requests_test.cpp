// What each verb of queues sends, and whose token with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kServer = "http://127.0.0.1:8445";

using Row = SentRow;

class QueueRequests : public testing::TestWithParam<Row> {};

TEST_P(QueueRequests, AreAsTheContractSays) {
  CommandLineRun line;
  expect_sent(GetParam(), kServer, line);
  ASSERT_FALSE(line.http.sent.empty());
  EXPECT_EQ(line.http.sent.front().authorization, "");
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, QueueRequests,
    testing::Values(Row{R"(queue publish invoices {"no":4711,"x":1.10})", "POST /queue/entry",
                        R"({"subQueue":"invoices","payload":{"no":4711,"x":1.10}})"},
                    Row{"queue publish a/b null --delay 30s --ttl 1h --assign-to w --uuid 'id 1'",
                        "POST /queue/entry?delay=30s&ttl=1h",
                        R"({"subQueue":"a/b","payload":null,"assignedTo":"w","uuid":"id 1"})"},
                    Row{R"(queue publish q --text 'say "hi"')", "POST /queue/entry",
                        R"({"subQueue":"q","payload":"say \"hi\""})"},
                    Row{"queue next a/b --as-assignee 'w 1'", "PUT /queue/next?subQueue=a%2Fb&assignedTo=w%201"},
                    Row{"queue next q --as-assignee w --count 5 --wait 20s --visibility 30s",
                        "PUT /queue/next?subQueue=q&assignedTo=w&count=5&wait=20s&visibility=30s"},
                    Row{"queue next q --as-assignee w --wait 1h", "PUT /queue/next?subQueue=q&assignedTo=w&wait=20s"},
                    Row{"queue list", "GET /queue/keys"},
                    Row{"queue list a/b", "GET /queue/all?detailed=true&subQueue=a%2Fb&limit=50"},
                    Row{"queue assign u/1 --as-assignee w --visibility 5m",
                        "PUT /queue/entry/u%2F1/assign?assignedTo=w&visibility=5m"},
                    Row{"queue release u", "PUT /queue/entry/u/release"},
                    Row{"queue release u --as-assignee w", "PUT /queue/entry/u/release?assignedTo=w"},
                    Row{"queue delete u", "DELETE /queue/entry/u"},
                    Row{"queue delete u v --as-assignee w", "DELETE /queue/entries?assignedTo=w&uuid=u&uuid=v"},
                    Row{"queue delete u v", "DELETE /queue/entries?uuid=u&uuid=v"},
                    Row{"queue clear q", "DELETE /queue/keys?subQueue=q"},
                    Row{"queue clear --all --yes", "DELETE /queue/keys"}, Row{"queue restrict a/b", "POST /auth/a%2Fb"},
                    Row{"queue restrict q --scope consume", "POST /auth/q?scope=consume"},
                    Row{"queue unrestrict q", "DELETE /auth/q"},
                    Row{"queue unrestrict q --clear", "DELETE /auth/q?clearQueue=true"},
                    Row{"queue owners", "GET /queue/owners"}, Row{"queue owners q", "GET /queue/owners?subQueue=q"}));

TEST(QueueRequestsOfStandardInput, ThePayloadIsReadWhenNoneIsTyped) {
  for (const char* arguments : {"queue publish q", "queue publish q -"}) {
    CommandLineRun line;
    line.in = "\n { \"a\": [1,\n 2] }\n";
    line.run(words(arguments));
    ASSERT_EQ(line.http.sent.size(), 1U);
    EXPECT_EQ(line.http.sent.front().body, "{\"subQueue\":\"q\",\"payload\":{ \"a\": [1,\n 2] }}");
  }
}

TEST(QueueRequestsOfStandardInput, AnEmptyTextIsAPayload) {
  CommandLineRun line;
  line.run({"queue", "publish", "q", "--text", ""});
  ASSERT_EQ(line.http.sent.size(), 1U);
  EXPECT_EQ(line.http.sent.front().body, R"({"subQueue":"q","payload":""})");
}

TEST(QueueRequestsOfStandardInput, AnEmptyArgumentIsNoPayload) {
  CommandLineRun line;
  const Ran ran = line.run({"queue", "publish", "q", ""});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.err, "jeton: there is no payload; expected JSON, or --text TEXT\n");
  EXPECT_TRUE(line.http.sent.empty());
}

TEST(QueueTokens, OptionsWinOverVariablesAndOnlyRestrictNamesTheCaller) {
  const Environment token = {{"JETON_QUEUE_TOKEN", "set"}};
  const Environment name = {{"JETON_AS", "Operator"}};
  const Environment both = {{"JETON_QUEUE_TOKEN", "set"}, {"JETON_AS", "Operator"}};
  const struct {
    Environment environment;
    const char* arguments;
    const char* authorization;
  } rows[] = {{{}, "queue list", ""},
              {{}, "queue list --token typed", "Bearer typed"},
              {token, "queue list", "Bearer set"},
              {token, "queue list --token typed", "Bearer typed"},
              {name, "queue list", ""},
              {{}, "queue restrict q", ""},
              {{}, "queue restrict q --as Sysop", "Bearer SYSTEM//Sysop"},
              {name, "queue restrict q", "Bearer SYSTEM//Operator"},
              {both, "queue restrict q", "Bearer set"},
              {both, "queue restrict q --as Me", "Bearer SYSTEM//Me"},
              {both, "queue restrict q --as Me --token typed", "Bearer typed"},
              {name, "queue unrestrict q", ""},
              {token, "token revoke r", "Bearer SYSTEM//Sysop"}};
  for (const auto& row : rows) {
    CommandLineRun line;
    line.environment = row.environment;
    line.run(words(row.arguments));
    ASSERT_EQ(line.http.sent.size(), 1U) << row.arguments;
    EXPECT_EQ(line.http.sent.front().authorization, row.authorization) << row.arguments;
  }
}

TEST(QueueRequestsInPieces, ALongWaitIsAskedForAgainUntilItIsOver) {
  CommandLineRun line;
  for (int i = 0; i < 3; ++i) line.http.answer(204, "");
  EXPECT_EQ(line.run(words("queue next q --as-assignee w --wait 45s")).exit, 3);
  ASSERT_EQ(line.http.sent.size(), 3U);
  EXPECT_THAT(line.http.sent[1].line, HasSubstr("wait=20s"));
  EXPECT_THAT(line.http.sent[2].line, HasSubstr("wait=5s"));
}

TEST(QueueRequestsInPieces, AMessageEndsTheWait) {
  CommandLineRun line;
  line.http.answer(200, R"({"messages":[]})");
  line.http.answer(200, R"({"messages":[{"uuid":"u","payload":1}]})");
  EXPECT_EQ(line.run(words("queue next q --as-assignee w --wait 45s --count 2")).exit, 0);
  EXPECT_EQ(line.http.sent.size(), 2U);
}

TEST(QueueRequestsInPieces, PagesAreFetchedUntilNoneFollows) {
  CommandLineRun line;
  line.http.answer(200, R"({"q":[{"uuid":"a"},{"uuid":"b"}]})", {{"x-queue-next", "7"}});
  line.http.answer(200, R"({"q":[{"uuid":"c","later":1}]})");
  const Ran ran = line.run(words("queue list q --json"));
  EXPECT_EQ(ran.out, R"({"q":[{"uuid":"a"},{"uuid":"b"},{"uuid":"c","later":1}]})"
                     "\n");
  ASSERT_EQ(line.http.sent.size(), 2U);
  EXPECT_THAT(line.http.sent[1].line, HasSubstr("&limit=50&after=7"));
}

TEST(QueueRequestsInPieces, ManyUuidsGoInSeveralRequestsOfBoundedLength) {
  CommandLineRun line;
  std::vector<std::string> arguments = {"queue", "delete"};
  for (int i = 0; i < 300; ++i) {
    arguments.push_back(std::to_string(i) + std::string(36, 'x'));
    line.http.answer(200, R"({"deleted":[]})");
  }
  const Ran ran = line.run(arguments);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 300);
  std::size_t values = 0;
  for (const Sent& sent : line.http.sent) {
    EXPECT_LT(sent.line.size(), 5'000U);
    for (std::size_t at = sent.line.find('='); at != std::string::npos; at = sent.line.find('=', at + 1)) ++values;
  }
  EXPECT_EQ(values, 300U);
}

}  // namespace
}  // namespace jeton::cli
