#include "api/mqtt/inputs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/mqtt/dialect.hpp"
#include "api/mqtt/topics.hpp"

namespace jeton::api::mqtt {
namespace {

constexpr std::size_t kBytesMax = 1000;

http::Route route_of(InputKind kind) {
  http::Route route;
  if (kind == InputKind::kObject) route.request_type = http::kJsonType;
  if (kind == InputKind::kText) route.parameters = {"instanceId"};
  if (kind == InputKind::kList) route.query = {{.name = "keys", .description = {}, .required = true, .list = true}};
  return route;
}

Envelope with_payload(std::string_view json) {
  Envelope envelope;
  if (!json.empty()) envelope.payload = base::json::Raw{std::string(json)};
  return envelope;
}

base::Result<Given> read(InputKind kind, std::string_view payload) {
  return read_inputs(route_of(kind), with_payload(payload), kBytesMax);
}

TEST(MqttInputs, TheKindFollowsFromTheRoute) {
  for (const auto kind : {InputKind::kNone, InputKind::kObject, InputKind::kText, InputKind::kList})
    EXPECT_EQ(input_kind(route_of(kind)), kind);
}

// Row 22 of section 18; the table of 13.
TEST(MqttInputs, AnObjectIsTheBody) {
  EXPECT_EQ(read(InputKind::kObject, R"({"a":[1]})")->body, R"({"a":[1]})");
  for (const char* bad : {R"("")", R"("{}")", "5", "true", "[]", R"([["a","b"]])", ""}) {
    const auto given = read(InputKind::kObject, bad);
    ASSERT_FALSE(given) << bad;
    EXPECT_EQ(given.error().code, base::ErrorCode::kInvalid);
    EXPECT_EQ(given.error().where, "payload");
  }
}

TEST(MqttInputs, ABodyThatMayBeLeftOutMay) {
  http::Route route = route_of(InputKind::kObject);
  route.body_optional = true;
  EXPECT_EQ(read_inputs(route, with_payload(""), kBytesMax)->body, "");
  EXPECT_FALSE(read_inputs(route, with_payload("[]"), kBytesMax));
}

TEST(MqttInputs, ScalarsAreTexts) {
  for (const auto& [payload, text] : std::vector<std::pair<std::string, std::string>>{
           {R"("PR|LOCAL|A|SERVICE_DEF|b")", "PR|LOCAL|A|SERVICE_DEF|b"},
           {R"("a%2Fb,c")", "a%2Fb,c"},
           {"5", "5"},
           {"123456789012345678901234567890", "123456789012345678901234567890"},
           {"12.50", "12.5"},
           {"12.0", "12.0"},
           {"true", "true"},
           {R"("")", ""},
           {"", ""}}) {
    const auto given = read(InputKind::kText, payload);
    ASSERT_TRUE(given) << payload;
    EXPECT_EQ(given->inputs.parameter, text) << payload;
  }
  EXPECT_FALSE(read(InputKind::kText, "{}"));
  EXPECT_FALSE(read(InputKind::kText, R"(["a"])"));
}

TEST(MqttInputs, AListKeepsItsElementsAsTheyAre) {
  const auto given = read(InputKind::kList, R"(["a,b",5,1.50,false,null,""])");
  ASSERT_TRUE(given);
  ASSERT_EQ(given->inputs.query.size(), 1U);
  EXPECT_EQ(given->inputs.query[0].name, "keys");
  EXPECT_EQ(given->inputs.query[0].values, (std::vector<std::string>{"a,b", "5", "1.5", "false", "", ""}));
  EXPECT_TRUE(read(InputKind::kList, "")->inputs.query.empty());
  EXPECT_TRUE(read(InputKind::kList, "[]")->inputs.query[0].values.empty());
  for (const char* bad : {R"("a")", R"("")", "{}", "5", R"([["a"]])", R"(["a",{}])"})
    EXPECT_FALSE(read(InputKind::kList, bad)) << bad;
  EXPECT_NE(read(InputKind::kList, R"(["a",{}])").error().message.find("payload[1]"), std::string::npos);
}

TEST(MqttInputs, WhatReadsNothingLooksAtNothing) {
  EXPECT_TRUE(read(InputKind::kNone, std::string(2 * kBytesMax, '9')));
}

TEST(MqttInputs, APayloadPastTheBoundIsRefusedWithTheBound) {
  const auto given = read(InputKind::kText, '"' + std::string(kBytesMax, 'x') + '"');
  ASSERT_FALSE(given);
  EXPECT_NE(given.error().message.find("1000"), std::string::npos);
}

// Row 23.
TEST(MqttInputs, UnboundIsOnForTrueInAnyLetterCaseOnly) {
  http::Route route = route_of(InputKind::kObject);
  route.query = {{.name = "unbound", .description = {}, .required = false, .list = false}};
  const auto unbound = [&](std::optional<std::string> value) {
    Envelope envelope = with_payload("{}");
    envelope.unbound = std::move(value);
    return !read_inputs(route, envelope, kBytesMax)->inputs.query.empty();
  };
  for (const char* on : {"true", "TRUE", "True"}) EXPECT_TRUE(unbound(on)) << on;
  for (const char* off : {"1", " true", "true ", "on", "yes", "", "false"}) EXPECT_FALSE(unbound(off)) << off;
  EXPECT_FALSE(unbound(std::nullopt));
}

// Row 2.
TEST(MqttTopics, TheTemplateFollowsTls) {
  EXPECT_EQ(interface_template(false), "generic_mqtt");
  EXPECT_EQ(interface_template(true), "generic_mqtts");
}

TEST(MqttTopics, FollowTheTableOfRoutesInTheOrderOfTheServices) {
  http::Router router;
  const auto add = [&](std::string_view service, std::string_view operation, std::string_view path,
                       bool documented = true) {
    http::Route route;
    route.service = service;
    route.operation = operation;
    route.path = path;
    route.documented = documented;
    route.handler = [](http::Call&) {};
    router.add(std::move(route));
  };
  add("authorizationToken", "verify", "/alias", false);
  add("authorizationToken", "verify", "/verify");
  add("monitor", "echo", "/echo");
  add("system", "livez", "/livez");
  add("generalManagement", "get-log", "/log");
  const Topics topics(router);
  ASSERT_EQ(topics.all().size(), 2U);
  EXPECT_EQ(topics.all()[0].topic, "arrowhead/consumer-authorization/general/management/get-log");
  const auto* verify = topics.find("arrowhead/consumer-authorization/authorization-token/verify");
  ASSERT_NE(verify, nullptr);
  EXPECT_EQ(verify->route->path, "/verify");
  EXPECT_EQ(topics.of(verify->route), verify->topic);
  EXPECT_EQ(topics.find("arrowhead/consumer-authorization/authorization-token/Verify"), nullptr);
  EXPECT_EQ(topics.find("arrowhead/consumer-authorization/monitor/echo"), nullptr);
  // Row 5: up to its last slash a topic is the base, the rest is the operation.
  for (const Topics::Entry& entry : topics.all()) {
    const std::size_t cut = entry.topic.rfind('/') + 1;
    EXPECT_EQ(entry.topic.substr(0, cut), base_topic(entry.route->service));
    EXPECT_EQ(entry.topic.substr(cut), entry.route->operation);
    EXPECT_EQ(topics.find(entry.topic + '/'), nullptr);
    EXPECT_EQ(topics.find(entry.route->operation), nullptr);
  }
}

// Section 4.
TEST(MqttTopics, EachServiceHasItsBaseTopic) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"generalManagement", "general/management/"},
      {"authorizationManagement", "authorization/management/"},
      {"authorizationTokenManagement", "authorization-token/management/"},
      {"authorization", "authorization/"},
      {"authorizationToken", "authorization-token/"}};
  ASSERT_EQ(services().size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(services()[i], rows[i].first);
    EXPECT_EQ(base_topic(rows[i].first), "arrowhead/consumer-authorization/" + std::string(rows[i].second));
  }
  EXPECT_EQ(base_topic("monitor"), "");
}

// Rows 11, 12; the table of 11.2.
TEST(MqttErrors, EveryCodeHasOneOfTheStatusesThatExist) {
  using base::ErrorCode;
  const std::vector<std::tuple<ErrorCode, int, std::string_view>> rows = {
      {ErrorCode::kInvalid, 400, "INVALID_PARAMETER"},
      {ErrorCode::kConflict, 400, "INVALID_PARAMETER"},
      {ErrorCode::kTooLarge, 400, "INVALID_PARAMETER"},
      {ErrorCode::kMethodNotAllowed, 400, "INVALID_PARAMETER"},
      {ErrorCode::kNotAcceptable, 400, "INVALID_PARAMETER"},
      {ErrorCode::kUnsupportedMediaType, 400, "INVALID_PARAMETER"},
      {ErrorCode::kUnauthenticated, 401, "AUTH"},
      {ErrorCode::kForbidden, 403, "FORBIDDEN"},
      {ErrorCode::kNotFound, 404, "DATA_NOT_FOUND"},
      {ErrorCode::kTimeout, 408, "TIMEOUT"},
      {ErrorCode::kTooManyRequests, 423, "LOCKED"},
      {ErrorCode::kInternal, 500, "INTERNAL_SERVER_ERROR"},
      {ErrorCode::kUnavailable, 500, "INTERNAL_SERVER_ERROR"},
      {ErrorCode::kExternal, 503, "EXTERNAL_SERVER_ERROR"}};
  for (const auto& [code, status, type] : rows) {
    EXPECT_EQ(error_kind(code).status, status) << base::to_string(code);
    EXPECT_EQ(error_kind(code).exception_type, type) << base::to_string(code);
  }
}

}  // namespace
}  // namespace jeton::api::mqtt
