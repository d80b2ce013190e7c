// What each verb makes of an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "base/time_text.hpp"
#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kPolicy =
    R"({"instanceId":"PR|LOCAL|P|SERVICE_DEF|t","level":"PROVIDER","cloud":"LOCAL","provider":"P","targetType":"SERVICE_DEF","target":"t",)"
    R"("defaultPolicy":{"policyType":"BLACKLIST","policyList":["A","B"]},"scopedPolicies":{"read":{"policyType":"ALL"}},)"
    R"("createdBy":"P","createdAt":"2030-03-17T17:44:40Z"})";
constexpr const char* kToken =
    R"({"tokenType":"TIME_LIMITED_TOKEN","targetType":"SERVICE_DEF","token":"c2VjcmV0","expiresAt":"2030-03-17T17:47:38Z"})";

class Results : public testing::Test {
 protected:
  Results() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  Ran run(std::string_view arguments, int status, std::string body) {
    line.http.answer(status, std::move(body));
    return line.run(words(arguments));
  }
  CommandLineRun line;  // its clock stands at 2030-03-17T17:46:40Z
};

TEST_F(Results, GrantSaysWhatHoldsNow) {
  const Ran created = run("policy grant t --deny A,B --as P", 201, kPolicy);
  EXPECT_EQ(created.exit, 0);
  EXPECT_EQ(created.out, "granted PR|LOCAL|P|SERVICE_DEF|t: all but A, B; read: everyone\n");
  EXPECT_THAT(run("policy grant t --deny A,B --as P", 200, kPolicy).out, HasSubstr("already granted PR|"));
  EXPECT_THAT(
      run("policy grant t --all --provider P", 201, std::string(R"({"entries":[)") + kPolicy + R"(],"count":1})").out,
      HasSubstr("granted PR|"));
}

TEST_F(Results, RevokeTellsWhetherItWasThereWhenTheWireDoes) {
  EXPECT_EQ(run("policy revoke PR|LOCAL|P|SERVICE_DEF|t --as P", 200, "").out, "revoked PR|LOCAL|P|SERVICE_DEF|t\n");
  EXPECT_EQ(run("policy revoke PR|LOCAL|P|SERVICE_DEF|t --as P", 204, "").out,
            "was not there: PR|LOCAL|P|SERVICE_DEF|t\n");
  EXPECT_EQ(run("policy revoke PR|LOCAL|P|SERVICE_DEF|t", 200, "").out,
            "no longer granted: PR|LOCAL|P|SERVICE_DEF|t\n");
  EXPECT_EQ(run("token revoke a=", 200, "").out, "no longer accepted: a=\n");
  EXPECT_EQ(run("token revoke a= --json", 200, "").out, "");
}

TEST_F(Results, PoliciesAreATable) {
  const Ran ran =
      run("policy list --level provider", 200, std::string(R"({"entries":[)") + kPolicy + R"(],"count":1})");
  EXPECT_EQ(ran.out,
            "POLICY                    WHO MAY       SCOPES          BY  CREATED\n"
            "PR|LOCAL|P|SERVICE_DEF|t  all but A, B  read: everyone  P   2030-03-17 17:44:40 (2m ago)\n");
}

TEST_F(Results, PolicyQuestionsEndInTheExitCode) {
  const struct {
    const char* arguments;
    const char* answer;
    int exit;
    const char* out;
  } rows[] = {
      {"policy verify t --consumer C --provider P --as C", "true", 0, "granted: C may use t of P\n"},
      {"policy verify t --consumer C --provider P --as C", "false", 3, "denied: C may not use t of P\n"},
      {"policy verify t --consumer C --provider P --scope s", R"({"entries":[{"granted":true}],"count":1})", 0,
       "granted: C may use t of P with scope s\n"},
      {"policy verify t --consumer C --provider P", R"({"entries":[{"granted":false}],"count":1})", 3,
       "denied: C may not use t of P\n"},
      {"policy verify t --consumer C --provider P", R"({"entries":[],"count":0})", 3, "denied: C may not use t of P\n"},
      {"policy verify t --consumer C --provider P --as C --json", "false", 3, "false\n"},
      {"policy verify t --consumer C --provider P --as C", "maybe", 1, ""},
  };
  for (const auto& row : rows) {
    const Ran ran = run(row.arguments, 200, row.answer);
    EXPECT_EQ(ran.exit, row.exit) << row.arguments << row.answer;
    EXPECT_EQ(ran.out, row.out);
  }
}

TEST_F(Results, AGeneratedTokenStandsAloneOnStdout) {
  const Ran own = run("token generate t --provider P --as C", 201, kToken);
  EXPECT_EQ(own.exit, 0);
  EXPECT_EQ(own.out, "c2VjcmV0\n");
  EXPECT_EQ(own.err, "a time token of C for t of P; it ends 2030-03-17 17:47:38 (in 58s)\n");
  const Ran other =
      run("token generate t --provider P --for C --variant usage", 201,
          R"({"entries":[{"tokenType":"USAGE_LIMITED_TOKEN","token":"dXNl","usageLimit":5,"usageLeft":5}],"count":1})");
  EXPECT_EQ(other.out, "dXNl\n");
  EXPECT_EQ(other.err, "a usage token of C for t of P; it can be used 5 times\n");
  EXPECT_EQ(run("token generate t --provider P --as C --json", 201, kToken).out, std::string(kToken) + "\n");
}

TEST_F(Results, NoPolicyForAnotherIsANo) {
  const Ran ran = run("token generate t --provider P --for C", 201, R"({"entries":[],"count":0})");
  EXPECT_EQ(ran.exit, 3);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "jeton: no policy lets C use t of P; grant one: jeton policy grant t --provider P --allow C\n");
}

TEST_F(Results, TokenQuestionsEndInTheExitCode) {
  const char* valid =
      R"({"verified":true,"consumerCloud":"LOCAL","consumer":"C","targetType":"SERVICE_DEF","target":"t","scope":"s"})";
  EXPECT_EQ(run("token verify x --as P", 200, valid).out, "valid: C may use t with scope s\n");
  const Ran invalid = run("token verify x --as P", 200, R"({"verified":false})");
  EXPECT_EQ(invalid.exit, 3);
  EXPECT_EQ(invalid.out, "not valid for P\n");
  EXPECT_EQ(invalid.err, "");
  EXPECT_THAT(run("token verify x", 200, R"({"verified":false})").err, HasSubstr("--as PROVIDER"));
  line.in = "  from-stdin= \nsecond line";
  EXPECT_EQ(run("token verify - --as P --json", 200, valid).out, std::string(valid) + "\n");
  EXPECT_THAT(line.http.sent.back().line, HasSubstr("/token/verify/from-stdin%3D"));
}

TEST_F(Results, TokensAreATable) {
  const Ran ran = run(
      "token list", 200,
      R"({"entries":[{"tokenReference":"AAA=","tokenType":"USAGE_LIMITED_TOKEN","consumerCloud":"G|O","consumer":"C",)"
      R"("provider":"P","target":"t","usageLimit":5,"usageLeft":2,"createdAt":"2030-03-17T17:46:40Z"},)"
      R"({"tokenReference":"B=","tokenType":"SELF_CONTAINED_TOKEN","consumerCloud":"LOCAL","consumer":"Dispatcher",)"
      R"("provider":"P","target":"t","scope":"w","expiresAt":"2030-03-17T18:46:40Z"}],"count":2})");
  EXPECT_EQ(ran.out,
            "REFERENCE  KIND            CONSUMER    PROVIDER  TARGET  SCOPE  LEFT                         CREATED\n"
            "AAA=       usage           C (G|O)     P         t              2 of 5 uses                  2030-03-17 "
            "17:46:40 (now)\n"
            "B=         self-contained  Dispatcher  P         t       w      2030-03-17 18:46:40 (in 1h)\n");
}

TEST_F(Results, ColourOnlyOnATerminalThatWantsIt) {
  const struct {
    bool terminal;
    Environment environment;
    bool coloured;
  } rows[] = {{true, {}, true},
              {false, {}, false},
              {true, {{"NO_COLOR", "1"}}, false},
              {true, {{"NO_COLOR", ""}}, true},
              {true, {{"TERM", "dumb"}}, false}};
  for (const auto& row : rows) {
    line.terminal = row.terminal;
    line.environment = row.environment;
    const Ran ran = run("policy verify t --consumer C --provider P --as C", 200, "true");
    EXPECT_EQ(ran.out.find('\x1b') != std::string::npos, row.coloured);
  }
}

}  // namespace
}  // namespace jeton::cli
