// What each verb of queues makes of an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kHeld =
    R"({"message":{"assignedTo":"w","payload":{"no":4711,"x":1.10},"subQueue":"invoices","uuid":"u-1"}})";
constexpr const char* kFree = R"({"message":{"assignedTo":null,"payload":"hi","subQueue":"invoices","uuid":"u-1"}})";

class QueueResults : public testing::Test {
 protected:
  QueueResults() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  Ran run(std::string_view arguments, int status, std::string body, std::vector<net::HttpHeader> headers = {}) {
    line.http.answer(status, std::move(body), std::move(headers));
    return line.run(words(arguments));
  }
  CommandLineRun line;  // its clock stands at 2030-03-17T17:46:40Z
};

TEST_F(QueueResults, PublishPutsTheUuidAloneOnStdout) {
  const Ran ran = run("queue publish invoices 1 --delay 30s", 201, kFree,
                      {{"X-Queue-Attempts", "0"}, {"X-Queue-Ready-At", "2030-03-17T17:47:10Z"}});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "u-1\n");
  EXPECT_EQ(ran.err, "published to invoices, ready at 2030-03-17 17:47:10 (in 30s)\n");
  EXPECT_EQ(run("queue publish invoices 1 --assign-to w", 201, kHeld).err, "published to invoices, held by w\n");
  const Ran json = run("queue publish invoices 1 --json", 201, kFree);
  EXPECT_EQ(json.out, std::string(kFree) + "\n");
  EXPECT_EQ(json.err, "");
}

TEST_F(QueueResults, NextPutsThePayloadAloneOnStdout) {
  const Ran ran = run("queue next invoices --as-assignee w", 200, kHeld,
                      {{"X-Queue-Attempts", "2"}, {"X-Queue-Held-Until", "2030-03-17T17:47:10Z"}});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "{\"no\":4711,\"x\":1.10}\n");
  EXPECT_EQ(ran.err,
            "message u-1 of invoices, w holds it, held until 2030-03-17 17:47:10 (in 30s), handed out 2 times\n");
  EXPECT_EQ(run("queue next invoices --as-assignee w --json", 200, kHeld).out, std::string(kHeld) + "\n");
}

TEST_F(QueueResults, NextOfSeveralIsATable) {
  const Ran ran = run("queue next q --as-assignee w --count 2", 200,
                      R"({"messages":[{"assignedTo":"w","payload":[1,2],"subQueue":"q","uuid":"a"},)"
                      R"({"assignedTo":"w","payload":null,"subQueue":"q","uuid":"b"}]})");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "UUID  PAYLOAD\na     [1,2]\nb     null\n");
}

TEST_F(QueueResults, NoMessageEndsInTheExitCode) {
  const Ran one = run("queue next q --as-assignee w", 204, "");
  EXPECT_EQ(one.exit, 3);
  EXPECT_EQ(one.out, "");
  EXPECT_EQ(one.err, "no message of q is ready\n");
  EXPECT_EQ(run("queue next q --as-assignee w --count 2", 200, R"({"messages":[]})").exit, 3);
  const Ran json = run("queue next q --as-assignee w --count 2 --json", 200, R"({"messages":[]})");
  EXPECT_EQ(json.exit, 3);
  EXPECT_EQ(json.out, "{\"messages\":[]}\n");
}

TEST_F(QueueResults, SubQueuesAreATableWithTheirDepth) {
  line.http.answer(200, R"({"keys":["mail","invoices","secret"]})");
  line.http.answer(200, "4");
  line.http.answer(200, "0");
  line.http.answer(403, R"({"correlationId":"c","message":"closed"})");
  const Ran ran = line.run(words("queue list"));
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "SUB-QUEUE  MESSAGES\ninvoices   4\nmail       0\nsecret     restricted\n");
  EXPECT_THAT(line.http.sent[1].line, HasSubstr("/queue/type/invoices"));
  const Ran none = run("queue list", 200, R"({"keys":[]})");
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "no sub-queues\n");
  EXPECT_EQ(run("queue list --json", 200, R"({"keys":["a"]})").out, "{\"keys\":[\"a\"]}\n");
}

TEST_F(QueueResults, ASubQueueThatNoPathCanNameIsCountedByItsMessages) {
  line.http.answer(200, R"({"keys":["a/b"]})");
  line.http.answer(200, R"({"a/b":[{"uuid":"a"},{"uuid":"b"}]})", {{"X-Queue-Next", "9"}});
  line.http.answer(200, R"({"a/b":[{"uuid":"c"}]})");
  EXPECT_EQ(line.run(words("queue list")).out, "SUB-QUEUE  MESSAGES\na/b        3\n");
  EXPECT_THAT(line.http.sent[1].line, HasSubstr("/queue/all?subQueue=a%2Fb&limit=10000"));
}

TEST_F(QueueResults, MessagesAreATableWithShortPayloads) {
  const std::string longest = "\"" + std::string(100, 'x') + "\"";
  const Ran ran = run("queue list q", 200,
                      R"({"q":[{"assignedTo":"w","payload":)" + longest +
                          R"(,"subQueue":"q","uuid":"a"},{"assignedTo":null,"payload":7,"subQueue":"q","uuid":"b"}]})");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "UUID  ASSIGNEE  PAYLOAD\na     w         \"" + std::string(70, 'x') + "…\nb               7\n");
  EXPECT_EQ(run("queue list q", 200, R"({"q":[]})").err, "no messages\n");
}

TEST_F(QueueResults, AssignAndReleaseSayWhatHolds) {
  EXPECT_EQ(run("queue assign u-1 --as-assignee w", 200, kHeld).out, "assigned to w: u-1\n");
  EXPECT_EQ(run("queue assign u-1 --as-assignee w", 202, kHeld).out, "already assigned to w: u-1\n");
  EXPECT_EQ(run("queue release u-1", 200, kFree).out, "released: u-1\n");
  EXPECT_EQ(run("queue release u-1", 202, kFree).out, "already free: u-1\n");
  for (const char* verb : {"queue assign u-1 --as-assignee w", "queue release u-1"}) {
    const Ran ran = run(verb, 204, "");
    EXPECT_EQ(ran.exit, 3);
    EXPECT_EQ(ran.err, "jeton: there is no message \"u-1\"\n");
  }
  const Ran held = run("queue assign u-1 --as-assignee v", 409, R"({"correlationId":"c","message":"[w] holds it"})");
  EXPECT_EQ(held.exit, 1);
  EXPECT_EQ(held.err, "jeton: [w] holds it\n");
}

TEST_F(QueueResults, DeleteSaysWhichWereThere) {
  EXPECT_EQ(run("queue delete a", 200, "").out, "deleted a\n");
  EXPECT_EQ(run("queue delete a", 204, "").out, "was not there: a\n");
  EXPECT_EQ(run("queue delete a b", 200, R"({"deleted":["b"]})").out, "was not there: a\ndeleted b\n");
  EXPECT_EQ(run("queue delete a b --json", 200, R"({"deleted":["b"]})").out, "{\"deleted\":[\"b\"]}\n");
}

TEST_F(QueueResults, ClearSaysWhenSomeKeptTheirMessages) {
  EXPECT_EQ(run("queue clear q", 204, "").out, "cleared q\n");
  EXPECT_EQ(run("queue clear --all --yes", 204, "").out, "cleared every sub-queue\n");
  const Ran some = run("queue clear --all --yes", 206, "");
  EXPECT_EQ(some.exit, 5);
  EXPECT_THAT(some.err, HasSubstr("kept their messages"));
}

TEST_F(QueueResults, RestrictPutsTheTokenAloneOnStdout) {
  const char* answer = R"({"subQueue":"q","token":"ey.J.s"})";
  const Ran ran = run("queue restrict q", 201, answer);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "ey.J.s\n");
  EXPECT_EQ(ran.err, "q is for who has this token now; it is not given again\n");
  EXPECT_EQ(run("queue restrict q --scope publish --token t", 201, answer).err, "a token of q that can only publish\n");
  EXPECT_EQ(run("queue restrict q --json", 201, answer).out, std::string(answer) + "\n");
}

TEST_F(QueueResults, StatusesOfAuthAreWorded) {
  const struct {
    const char* arguments;
    int status;
    const char* body;
    int exit;
    const char* err;
  } rows[] = {
      {"queue restrict q", 204, "", 1, "jeton: this server restricts no sub-queues; "},
      {"queue restrict q", 409, "", 1, "jeton: \"q\" is restricted already"},
      {"queue restrict q --scope publish", 409, "", 1, "jeton: \"q\" is not restricted; restrict it first"},
      {"queue restrict q --scope publish", 403, "", 5, "jeton: a token with a scope is given to who has"},
      {"queue restrict q", 401, R"({"message":"credentials are missing"})", 5,
       "jeton: credentials are missing; a server that other machines reach wants the name"},
      {"queue restrict q", 500, "", 1, "jeton: the server answered with status 500 and no explanation; "},
      {"queue unrestrict q", 202, "", 1, "jeton: this server restricts no sub-queues; "},
      {"queue unrestrict q", 403, "", 5, "jeton: a restriction is lifted by who has the sub-queue's own token; "},
      {"queue unrestrict q", 401, R"({"message":"no"})", 5, "jeton: no; a restricted sub-queue wants its token"},
  };
  for (const auto& row : rows) {
    const Ran ran = run(row.arguments, row.status, row.body);
    EXPECT_EQ(ran.exit, row.exit) << row.arguments << row.status;
    EXPECT_THAT(ran.err, StartsWith(row.err));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(run("queue unrestrict q", 200, "").out, "open to everybody: q\n");
  EXPECT_EQ(run("queue unrestrict q --clear", 200, "").out, "open to everybody: q, and empty\n");
  EXPECT_EQ(run("queue unrestrict q", 204, "").out, "was not restricted: q\n");
}

TEST_F(QueueResults, OwnersAreATable) {
  const char* answer = R"({"owners":{"worker-1":["invoices","mail"],"w":["mail"]}})";
  EXPECT_EQ(run("queue owners", 200, answer).out, "ASSIGNEE  SUB-QUEUES\nworker-1  invoices, mail\nw         mail\n");
  EXPECT_EQ(run("queue owners --json", 200, answer).out, std::string(answer) + "\n");
  EXPECT_EQ(run("queue owners", 200, R"({"owners":{}})").err, "nobody holds a message\n");
}

TEST_F(QueueResults, AnAnswerThatIsNoneOfOursIsNotTakenForOne) {
  for (const char* verb : {"queue publish q 1", "queue next q --as-assignee w", "queue list", "queue list q",
                           "queue delete a b", "queue owners"}) {
    EXPECT_EQ(run(verb, 200, "<html>hello</html>").exit, 1) << verb;
  }
}

}  // namespace
}  // namespace jeton::cli
