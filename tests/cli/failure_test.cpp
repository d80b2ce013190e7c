// From what a server or the network did to an exit code and one sentence.
#include "app/cli/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kManagementPath = "/consumerauthorization/authorization/mgmt/query";
constexpr std::string_view kQueuePath = "/queue/next?subQueue=q";
constexpr std::string_view kOwnPath = "/consumerauthorization/authorization/grant";

TEST(Failure, OfAnswers) {
  const struct {
    int status;
    std::string_view body;
    std::string_view path;
    std::string_view caller;
    ExitCode exit;
    std::string_view message;
    std::string_view advice;
  } rows[] = {
      {400, R"({"errorMessage":"the target name is required","errorCode":400})", kOwnPath, "Sysop", ExitCode::kFailed,
       "the target name is required", ""},
      {401, R"({"errorMessage":"credentials are missing"})", kOwnPath, "Sysop", ExitCode::kNotPermitted,
       "credentials are missing", "--as NAME"},
      {403, R"({"errorMessage":"management access refused"})", kManagementPath, "FlowReader", ExitCode::kNotPermitted,
       "management access refused", "try --as Sysop"},
      {403, R"({"errorMessage":"no"})", kManagementPath, "Sysop", ExitCode::kNotPermitted, "no", "identity.management"},
      {403, R"({"errorMessage":"not yours"})", kOwnPath, "FlowReader", ExitCode::kNotPermitted, "not yours", ""},
      {404, "<html>", kOwnPath, "Sysop", ExitCode::kFailed, "status 404 and no explanation",
       "address of a Jeton server"},
      {503, R"({"errorMessage":"stopping"})", kOwnPath, "Sysop", ExitCode::kFailed, "stopping", "try again"},
      {409, R"({"correlationId":"c","message":"held by another"})", kQueuePath, "Sysop", ExitCode::kFailed,
       "held by another", ""},
      {400, R"({"detail":"query parameter 'assignedTo' must be given","instance":"/queue/next","status":400})",
       kQueuePath, "Sysop", ExitCode::kFailed, "'assignedTo' must be given", ""},
      {401, R"({"correlationId":null,"message":"not valid here"})", kQueuePath, "Sysop", ExitCode::kNotPermitted,
       "not valid here", "JETON_QUEUE_TOKEN"},
      {403, R"({"correlationId":"c","message":"closed to this caller"})", kQueuePath, "Sysop", ExitCode::kNotPermitted,
       "closed to this caller", "JETON_QUEUE_TOKEN"},
      {500, "", kOwnPath, "Sysop", ExitCode::kFailed, "status 500", "log"},
  };
  for (const auto& row : rows) {
    const Failure failure = failure_of_answer(row.status, row.body, row.path, row.caller);
    EXPECT_EQ(failure.exit, row.exit) << row.body;
    EXPECT_THAT(failure.message, HasSubstr(std::string(row.message)));
    EXPECT_THAT(failure.advice, HasSubstr(std::string(row.advice)));
    EXPECT_EQ(failure.advice.empty(), row.advice.empty()) << failure.advice;
  }
}

TEST(Failure, OfTheTransport) {
  const struct {
    base::ErrorCode code;
    ExitCode exit;
  } rows[] = {{base::ErrorCode::kExternal, ExitCode::kNotReachable},
              {base::ErrorCode::kTimeout, ExitCode::kNotReachable},
              {base::ErrorCode::kTooLarge, ExitCode::kFailed},
              {base::ErrorCode::kInvalid, ExitCode::kUsage}};
  for (const auto& row : rows) EXPECT_EQ(failure_of_transport({row.code, "x", {}}).exit, row.exit);
}

TEST(Failure, IsOneLineOnStderrThatSaysWhatToTry) {
  const Ran ran = CommandLineRun().run({"policy", "list"});
  EXPECT_EQ(ran.exit, 4);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "jeton: http://127.0.0.1:8445 cannot be reached: Connection refused; is the server running? start it with "
            "`jeton serve`, or "
            "name another with --server\n");
}

TEST(Failure, NeverShowsTheTokenNorWhatWouldMoveTheCursor) {
  CommandLineRun line;
  line.http.answer(400,
                   R"({"errorMessage":"the token se%cret= \u001b[2Jis self-contained, see /verify/se%25cret%3D"})");
  const Ran ran = line.run({"token", "verify", "se%cret=", "--as", "PumpStation"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_THAT(ran.err, Not(HasSubstr("cret")));
  EXPECT_THAT(ran.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.err, HasSubstr("is self-contained"));
}

TEST(Failure, AnAnswerThatIsNoneOfOursIsNotTakenForOne) {
  for (const char* verb :
       {"policy list", "token list", "token verify x --as P", "policy verify t --consumer C --provider P"}) {
    CommandLineRun line;
    line.http.answer(200, "<html>hello</html>");
    EXPECT_EQ(line.run(words(verb)).exit, 1) << verb;
  }
}

}  // namespace
}  // namespace jeton::cli
