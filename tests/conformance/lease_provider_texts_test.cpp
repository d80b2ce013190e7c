// What providers read and write, as pure functions: descriptions, statements, roles, settings, and texts of problems.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.hpp"
#include "leases/providers/influxdb/answers.hpp"
#include "leases/providers/influxdb/description.hpp"
#include "leases/providers/influxdb1/statements.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/problem_text.hpp"
#include "leases/providers/rabbitmq/role.hpp"
#include "leases/providers/registry.hpp"

namespace jeton::leases {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::Instant kEnd{std::chrono::seconds{1'767'600'000}};
const std::string kIdentity = "I" + std::string(64, 'a');

TEST(LeaseLabels, AreOfOneShape) {
  EXPECT_TRUE(is_label("lt_abc123_0123456789abcdefghij"));
  for (const char* text :
       {"", "lt", "lt__x", "lt_x_", "lt_A_x", "xt_a_b", "lt_a_b_c", "lt_a_b c", "lt_a_b\n", "lt_a-_b"})
    EXPECT_FALSE(is_label(text)) << text;
  EXPECT_FALSE(is_label("lt_a_" + std::string(60, 'x')));
}

TEST(InfluxdbDescription, IsReadAsItWasWritten) {
  for (const std::string note : {"", "press 4", " two  blanks ", "TLM:lt_a_b:c:1", "a:b", "\n"}) {
    const influxdb::Mark mark{.label = "lt_abc123_x1", .lease = "influx/reader/abc", .note = note};
    const std::string text = influxdb::write_description(mark, kEnd);
    EXPECT_THAT(text, ::testing::StartsWith("TLM:lt_abc123_x1:influx/reader/abc:1767600000"));
    EXPECT_EQ(influxdb::read_description(text), mark);
  }
}

TEST(InfluxdbDescription, KeepsItsShapeWhateverALeaseIsCalled) {
  const auto text =
      influxdb::write_description({.label = "lt_a_b", .lease = "in flux:/\n\xc3\xa9/x", .note = "n"}, kEnd);
  EXPECT_EQ(text, "TLM:lt_a_b:in_flux_/___/x:1767600000 n");
}

TEST(InfluxdbDescription, TheLabelCountsWhateverStandsBehindIt) {
  for (const char* text : {"TLM:lt_a_b:", "TLM:lt_a_b:x", "TLM:lt_a_b:x:", "TLM:lt_a_b:x:y", "TLM:lt_a_b:x:-1",
                           "TLM:lt_a_b:x:99999999999999999999", "TLM:lt_a_b:x:9223372037", "TLM:lt_a_b:x:1z n"}) {
    EXPECT_EQ(influxdb::read_description(text), (influxdb::Mark{.label = "lt_a_b", .lease = {}, .note = {}})) << text;
  }
}

TEST(InfluxdbDescription, OfOthersIsNotOurs) {
  for (const char* text : {"", "TLM", "TLM:", "TLM:lt_a_b", "tlm:lt_a_b:x:1", " TLM:lt_a_b:x:1", "TLM:LT_a_b:x:1",
                           "TLM:lt_a_b_c:x:1", "TLM::lt_a_b:x:1", "ockam/I/2026", "OCKAM:I:1"})
    EXPECT_EQ(influxdb::read_description(text), std::nullopt) << text;
}

// token-lease 3.7, and T15 of section 4.
TEST(InfluxdbDescription, OfEarlierManagersIsRead) {
  const auto second = influxdb::read_earlier("ockam/" + kIdentity + "/2026-01-05T08:00:00.123456Z");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->owner, kIdentity);
  EXPECT_EQ(base::format_instant(second->expires_at), "2026-01-05T08:00:00.123456Z");
  const auto third = influxdb::read_earlier("OCKAM:" + kIdentity + ":1726158234");
  ASSERT_TRUE(third);
  EXPECT_EQ(third->owner, kIdentity);
  EXPECT_EQ(base::format_instant(third->expires_at), "2024-09-12T16:23:54Z");
}

TEST(InfluxdbDescription, PoisonedOnesOfEarlierManagersAreSkipped) {
  const std::vector<std::string> poisoned = {"ockam/" + kIdentity + "/tomorrow",
                                             "ockam/not-an-identity/2026-01-05T08:00:00Z",
                                             "ockam/" + kIdentity,
                                             "OCKAM:" + kIdentity + ":",
                                             "OCKAM:" + kIdentity + ":1:2",
                                             "OCKAM:" + kIdentity + ":-1",
                                             "OCKAM:" + kIdentity + ":99999999999999999999",
                                             "OCKAM:I" + std::string(64, 'A') + ":1",
                                             "ockam:" + kIdentity + ":1",
                                             "OCKAM/" + kIdentity + "/2026-01-05T08:00:00Z"};
  for (const std::string& text : poisoned) EXPECT_FALSE(influxdb::read_earlier(text)) << text;
}

TEST(InfluxdbAnswers, OneDamagedEntryHidesNoOther) {
  const auto listed = influxdb::read_list(R"({"authorizations":[
      {"id":"00c0ffee00c0ffee","description":"a"},{"id":"00c0ffee00c0ffe1"},{"id":17,"description":"b"},
      {"id":"00C0FFEE00C0FFEE","description":"c"},{"id":"00c0ffee00c0ffe2","description":{"d":1}},
      {"id":"00c0ffee00c0ffe3","description":"e","permissions":[{"action":[]}],"token":null}]})");
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ(listed->back().description, "e");
}

TEST(InfluxdbAnswers, WhatIsNoListIsNoEmptyList) {
  for (const char* body : {"", "{}", "[]", "<html>", R"({"authorizations":null})", R"({"authorizations":[)"})
    EXPECT_FALSE(influxdb::read_list(body)) << body;
}

TEST(InfluxdbAnswers, ATokenHasAnIdAndASecret) {
  EXPECT_TRUE(influxdb::read_made(R"({"id":"00c0ffee00c0ffee","token":"t"})"));
  for (const char* body : {"", "{}", R"({"id":"00c0ffee00c0ffee"})", R"({"token":"t"})", R"({"id":"../x","token":"t"})",
                           R"({"id":"00c0ffee00c0ffee","token":""})", R"({"id":"00c0ffee00c0ffee","token":"t")"})
    EXPECT_FALSE(influxdb::read_made(body)) << body;
}

TEST(InfluxdbAnswers, OnlyTheServiceItselfSaysThatATokenIsGone) {
  const auto answer = [](std::string body) { return net::HttpClient::Response{404, {}, std::move(body)}; };
  EXPECT_TRUE(influxdb::is_absent(answer(R"({"code":"not found","message":"authorization not found"})")));
  for (const char* body :
       {"", "<html>404</html>", "404 page not found", R"({"code":"not found","message":"path not found"})",
        R"({"message":"not found"})", R"({"code":"invalid"})"})
    EXPECT_FALSE(influxdb::is_absent(answer(body))) << body;
  EXPECT_FALSE(influxdb::is_absent({200, {}, R"({"code":"not found"})"}));
  EXPECT_TRUE(influxdb::is_absent({404, {{"x-platform-error-code", "not found"}}, ""}));
}

TEST(Influxdb1Statements, QuoteWhatTheyHold) {
  EXPECT_EQ(influxdb1::create_user(R"(a"b\)", R"(p'q\)"), R"(CREATE USER "a\"b\\" WITH PASSWORD 'p\'q\\')");
  EXPECT_EQ(influxdb1::grant({.privilege = "READ", .database = "d\"\n"}, "u"), R"(GRANT READ ON "d\"\n" TO "u")");
  EXPECT_EQ(influxdb1::drop_user("x\"; DROP USER \"y"), R"(DROP USER "x\"; DROP USER \"y")");
}

TEST(Influxdb1Statements, RolesAreGrants) {
  const auto grants = influxdb1::read_grants(" read, Write on raw ,ALL ON \"x\"", "plant");
  ASSERT_TRUE(grants) << grants.error().message;
  ASSERT_EQ(grants->size(), 3U);
  EXPECT_EQ((*grants)[0].database, "plant");
  EXPECT_EQ((*grants)[1].privilege, "WRITE");
  EXPECT_EQ((*grants)[1].database, "raw");
  EXPECT_EQ((*grants)[2].database, "\"x\"");
  for (const char* text : {"", "read,", "DROP", "READ plant", "READ ON", "READ ON "})
    EXPECT_FALSE(influxdb1::read_grants(text, "plant")) << text;
  EXPECT_FALSE(influxdb1::read_grants("READ", ""));
}

TEST(Influxdb1Statements, AnswersTellOfEachStatement) {
  const auto results = influxdb1::read_results(
      R"({"results":[{"statement_id":0,"series":[{"columns":["admin","user"],"values":[[true,"a"],[false,"b"],[false]]}]},
                     {"statement_id":1,"error":"user not found"}]})",
      3);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 3U);
  EXPECT_THAT((*results)[0].users, ::testing::ElementsAre("a", "b"));
  EXPECT_TRUE(influxdb1::is_missing_user((*results)[1].error));
  EXPECT_TRUE(influxdb1::is_not_executed((*results)[2].error));
  for (const char* body :
       {"", "{}", R"({"results":[]})", R"({"results":null})", R"({"error":"x"})", R"({"results":[{},{}]})"})
    EXPECT_FALSE(influxdb1::read_results(body, 1)) << body;
}

TEST(RabbitmqRoles, NameAllThreeExpressions) {
  const auto role = rabbitmq::read_role(R"({"configure":"","write":"^a$","read":".*","vhost":"plant"})", "/");
  ASSERT_TRUE(role) << role.error().message;
  EXPECT_EQ(role->permissions.write, "^a$");
  EXPECT_EQ(role->vhost, "plant");
  EXPECT_EQ(rabbitmq::read_role(R"({"configure":"","write":"","read":""})", "/")->vhost, "/");
  for (const char* text : {"", "[]", "{}", R"({"configure":"","write":""})", R"({"configure":"","write":"","read":1})",
                           R"({"configure":"","write":"","read":"","tags":"administrator"})"})
    EXPECT_FALSE(rabbitmq::read_role(text, "/")) << text;
}

TEST(ProblemTexts, AreShortPlainAndWithoutSecrets) {
  const std::vector<base::Secret> secrets = {base::Secret("hush=="), base::Secret("x"), base::Secret("")};
  EXPECT_EQ(problem_text("a hush== b\r\nc hush%3D%3D x", secrets), "a *** b  c *** x");
  const std::string longest = problem_text(std::string(239, 'a') + "\xc3\xa9", {});
  EXPECT_EQ(longest, std::string(239, 'a'));
  EXPECT_EQ(problem_text("\xff\xfe ok", {}), "?? ok");
  EXPECT_THAT(problem_text(std::string(236, 'a') + "hush==", secrets), Not(HasSubstr("hush")));
}

ProviderSettings webhook_settings() {
  ProviderSettings out;
  out.type = "webhook";
  out.url = base::Secret("http://127.0.0.1:1/hooks/");
  out.token = base::Secret("t");
  return out;
}

base::Error refused(const ProviderSettings& settings) {
  static const base::SystemClock kClock;
  const auto provider = make_provider("hook", settings, kClock);
  return provider ? base::Error{} : provider.error();
}

TEST(ProviderRegistry, MakesEveryTypeThatTheConfigurationKnows) {
  static const base::SystemClock kClock;
  EXPECT_TRUE(make_provider("hook", webhook_settings(), kClock));
  for (const std::string_view type : kProviderTypes) {
    ProviderSettings settings;
    settings.type = type;
    EXPECT_EQ(refused(settings).where, "leases.providers.hook.url") << type;
  }
}

TEST(ProviderRegistry, NamesTheNearestType) {
  ProviderSettings settings = webhook_settings();
  settings.type = "influxbd";
  EXPECT_EQ(refused(settings).where, "leases.providers.hook.type");
  EXPECT_THAT(refused(settings).message, HasSubstr("did you mean \"influxdb\"?"));
  settings.type = "x";
  EXPECT_THAT(refused(settings).message, HasSubstr("rabbitmq"));
}

TEST(ProviderRegistry, RefusesSettingsThatATypeDoesNotUse) {
  const auto where = [](auto change) {
    ProviderSettings settings = webhook_settings();
    change(settings);
    return refused(settings).where;
  };
  using Settings = ProviderSettings;
  EXPECT_EQ(where([](Settings& s) { s.user = "u"; }), "leases.providers.hook.user");
  EXPECT_EQ(where([](Settings& s) { s.password = base::Secret("p"); }), "leases.providers.hook.password");
  EXPECT_EQ(where([](Settings& s) { s.vhost = "plant"; }), "leases.providers.hook.vhost");
  EXPECT_EQ(where([](Settings& s) { s.acl_persistence = "none"; }), "leases.providers.hook.acl-persistence");
  EXPECT_EQ(where([](Settings& s) { s.roles = {{"a", "b"}}; }), "leases.providers.hook.roles");
  EXPECT_EQ(where([](Settings& s) { s.connection_limit = 1; }), "leases.providers.hook.connection-limit");
  EXPECT_EQ(where([](Settings& s) { s.adopt = true; }), "leases.providers.hook.adopt");
  EXPECT_EQ(where([](Settings& s) { s.max_leases = 1; }), "");
}

TEST(ProviderRegistry, SaysWhichSettingIsMissingOrWrong) {
  const auto where = [](auto change) {
    ProviderSettings settings = webhook_settings();
    change(settings);
    return refused(settings).where;
  };
  using Settings = ProviderSettings;
  EXPECT_EQ(where([](Settings& s) { s.token = {}; }), "leases.providers.hook.token");
  for (const char* url : {"ftp://x", "http://u:p@x", "http://x/?a=b", "http://x/#a", "x y"})
    EXPECT_EQ(where([&](Settings& s) { s.url = base::Secret(url); }), "leases.providers.hook.url") << url;
  const auto influxdb = [&](std::string org, std::string role) {
    return where([&](Settings& s) {
      s.type = "influxdb";
      s.org = std::move(org);
      s.roles = {{"reader", std::move(role)}};
    });
  };
  EXPECT_EQ(influxdb("plant", "[]"), "leases.providers.hook.org");
  for (const char* role : {"", "[]", "{}", "[1]", "x"})
    EXPECT_EQ(influxdb("", role), "leases.providers.hook.roles.reader");
  const auto influxdb1 = [&](std::string user) {
    return where([&](Settings& s) {
      s.type = "influxdb1";
      s.token = {};
      s.user = std::move(user);
      s.password = base::Secret("p");
      s.roles = {{"reader", "READ"}};
    });
  };
  EXPECT_EQ(influxdb1(""), "leases.providers.hook.user");
  EXPECT_EQ(influxdb1("u"), "leases.providers.hook.roles.reader");
}

}  // namespace
}  // namespace jeton::leases
