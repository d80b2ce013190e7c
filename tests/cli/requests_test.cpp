// What each verb sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kServer = "http://127.0.0.1:8445/consumerauthorization/";

using Row = SentRow;

class Requests : public testing::TestWithParam<Row> {};

TEST_P(Requests, AreAsTheContractSays) {
  CommandLineRun line;
  expect_sent(GetParam(), kServer, line);
}

INSTANTIATE_TEST_SUITE_P(
    Policies, Requests,
    testing::Values(
        Row{"policy grant flowRate --as PumpStation --allow A,B", "POST authorization/grant",
            R"({"targetType":"SERVICE_DEF","target":"flowRate","defaultPolicy":{"policyType":"WHITELIST","policyList":["A","B"]}})"},
        Row{"policy grant --allow A --allow B alarm --event --cloud 'Grid|Acme' --provider P --description 'for all'",
            "POST authorization/mgmt/grant",
            R"({"list":[{"cloud":"Grid|Acme","provider":"P","targetType":"EVENT_TYPE","target":"alarm","description":"for all",)"
            R"("defaultPolicy":{"policyType":"WHITELIST","policyList":["A","B"]}}]})"},
        Row{"policy grant t --all --scope r=deny:X --scope w=allow:Y,Z", "POST authorization/grant",
            R"({"targetType":"SERVICE_DEF","target":"t","defaultPolicy":{"policyType":"ALL"},"scopedPolicies":)"
            R"({"r":{"policyType":"BLACKLIST","policyList":["X"]},"w":{"policyType":"WHITELIST","policyList":["Y","Z"]}}})"},
        Row{R"(policy grant t --metadata {"a.b":5.0})", "POST authorization/grant",
            R"({"targetType":"SERVICE_DEF","target":"t","defaultPolicy":{"policyType":"SYS_METADATA","policyMetadataRequirement":{"a.b":5.0}}})"},
        Row{"policy revoke PR|LOCAL|PumpStation|SERVICE_DEF|flowRate --as PumpStation",
            "DELETE authorization/revoke/PR%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7CflowRate", ""},
        Row{"policy revoke PR|LOCAL|PumpStation|SERVICE_DEF|a MGMT|G|O|P|EVENT_TYPE|b",
            "DELETE authorization/mgmt/revoke?instanceIds=PR%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7Ca&"
            "instanceIds=MGMT%7CG%7CO%7CP%7CEVENT_TYPE%7Cb",
            ""},
        Row{"policy revoke MGMT|LOCAL|PumpStation|SERVICE_DEF|a --as PumpStation",
            "DELETE authorization/mgmt/revoke?instanceIds=MGMT%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7Ca", ""},
        Row{"policy list --level provider", "POST authorization/mgmt/query",
            R"({"pagination":{"page":0,"size":0,"direction":"ASC","sortField":"instanceId"},"level":"PROVIDER"})"},
        Row{"policy list --level mgmt --provider P,Q --target a --target b --cloud LOCAL",
            "POST authorization/mgmt/query",
            R"({"pagination":{"page":0,"size":0,"direction":"ASC","sortField":"instanceId"},"level":"MGMT","providers":["P","Q"],)"
            R"("cloudIdentifiers":["LOCAL"],"targetNames":["a","b"],"targetType":"SERVICE_DEF"})"},
        Row{"policy list --level mgmt --event", "POST authorization/mgmt/query",
            R"({"pagination":{"page":0,"size":0,"direction":"ASC","sortField":"instanceId"},"level":"MGMT","targetType":"EVENT_TYPE"})"},
        Row{"policy verify t --consumer C --provider P", "POST authorization/mgmt/check",
            R"({"list":[{"provider":"P","consumer":"C","targetType":"SERVICE_DEF","target":"t"}]})"},
        Row{"policy verify t --consumer C --provider P --scope s --event --cloud G|O --as C",
            "POST authorization/verify",
            R"({"provider":"P","consumer":"C","cloud":"G|O","targetType":"EVENT_TYPE","target":"t","scope":"s"})"},
        Row{"policy verify t --consumer C --provider P --as P", "POST authorization/verify",
            R"({"provider":"P","consumer":"C","targetType":"SERVICE_DEF","target":"t"})"}));

INSTANTIATE_TEST_SUITE_P(
    Tokens, Requests,
    testing::Values(
        Row{"token generate t --provider P --as C", "POST authorization-token/generate",
            R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","targetType":"SERVICE_DEF","provider":"P","target":"t"})"},
        Row{"token generate t --provider P --variant usage --scope s --event --as C",
            "POST authorization-token/generate",
            R"({"tokenVariant":"USAGE_LIMITED_TOKEN_AUTH","targetType":"EVENT_TYPE","provider":"P","target":"t","scope":"s"})"},
        Row{"token generate t --provider P --variant rs256 --for C", "POST authorization/mgmt/token/generate",
            R"({"list":[{"tokenVariant":"RSA_SHA256_JSON_WEB_TOKEN_AUTH","targetType":"SERVICE_DEF","consumer":"C","provider":"P","target":"t"}]})"},
        Row{"token generate t --provider P --for C --cloud G|O --expires 10m --uses 7 --variant base64 --unbound",
            "POST authorization/mgmt/token/generate?unbound=true",
            R"({"list":[{"tokenVariant":"BASE64_SELF_CONTAINED_TOKEN_AUTH","targetType":"SERVICE_DEF","consumerCloud":"G|O","consumer":"C",)"
            R"("provider":"P","target":"t","expiresAt":"2030-03-17T17:56:40Z","usageLimit":7}]})"},
        Row{"token verify a-b_c= --as P", "GET authorization-token/token/verify/a-b_c%3D", ""},
        Row{"token verify -hello-world-hello= --as P", "GET authorization-token/token/verify/-hello-world-hello%3D",
            ""},
        Row{"token verify --as P --hello-world-hello=", "GET authorization-token/token/verify/--hello-world-hello%3D",
            ""},
        Row{"token verify --as=PumpStationSeven a/b", "GET authorization-token/token/verify/a%2Fb", ""},
        Row{"token list", "POST authorization/mgmt/token/query",
            R"({"pagination":{"page":0,"size":0,"direction":"ASC","sortField":"id"}})"},
        Row{"token list --kind usage --consumer C --provider P --requester R --target t --cloud LOCAL",
            "POST authorization/mgmt/token/query",
            R"({"pagination":{"page":0,"size":0,"direction":"ASC","sortField":"id"},"requester":"R","tokenType":"USAGE_LIMITED_TOKEN",)"
            R"("consumerCloud":"LOCAL","consumer":"C","provider":"P","targetType":"SERVICE_DEF","target":"t"})"},
        Row{"token revoke a+b/c= d=",
            "DELETE authorization/mgmt/token/revoke?tokenReferences=a%2Bb%2Fc%3D&tokenReferences=d%3D", ""}));

TEST(RequestsInPieces, ManyValuesGoInSeveralRequestsOfBoundedLength) {
  CommandLineRun line;
  std::vector<std::string> arguments = {"token", "revoke"};
  for (int i = 0; i < 500; ++i) arguments.push_back(std::to_string(i) + std::string(40, '+'));
  for (int i = 0; i < 100; ++i) line.http.answer(200, "");
  EXPECT_EQ(line.run(arguments).exit, 0);
  std::size_t values = 0;
  for (const Sent& sent : line.http.sent) {
    EXPECT_LT(sent.line.size(), 5'000U);
    for (std::size_t at = sent.line.find('='); at != std::string::npos; at = sent.line.find('=', at + 1)) ++values;
  }
  EXPECT_EQ(values, 500U);
}

TEST(RequestsInPieces, PagesAreFetchedUntilAllIsThere) {
  CommandLineRun line;
  line.http.answer(200, R"({"entries":[{"tokenReference":"a"},{"tokenReference":"b"}],"count":3})");
  line.http.answer(200, R"({"entries":[{"tokenReference":"c","later":{"x":[1]}}],"count":3})");
  const Ran ran = line.run(words("token list --json"));
  EXPECT_EQ(
      ran.out,
      R"({"entries":[{"tokenReference":"a"},{"tokenReference":"b"},{"tokenReference":"c","later":{"x":[1]}}],"count":3})"
      "\n");
  ASSERT_EQ(line.http.sent.size(), 2U);
  EXPECT_THAT(line.http.sent[1].body, HasSubstr(R"("page":1,)"));
}

TEST(RequestsInPieces, AListThatShrinksMeanwhileEnds) {
  CommandLineRun line;
  line.http.answer(200, R"({"entries":[{"tokenReference":"a"}],"count":3})");
  line.http.answer(200, R"({"entries":[],"count":0})");
  EXPECT_EQ(line.run(words("token list")).exit, 0);
  EXPECT_EQ(line.http.sent.size(), 2U);
}

TEST(RequestsInPieces, WithoutALevelBothAreListed) {
  CommandLineRun line;
  line.http.answer(200, R"({"entries":[],"count":0})");
  line.http.answer(200, R"({"entries":[],"count":0})");
  const Ran ran = line.run(words("policy list"));
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "no policies\n");
  ASSERT_EQ(line.http.sent.size(), 2U);
  EXPECT_THAT(line.http.sent[0].body, HasSubstr("\"MGMT\""));
  EXPECT_THAT(line.http.sent[1].body, HasSubstr("\"PROVIDER\""));
}

}  // namespace
}  // namespace jeton::cli
