#include "api/mqtt/envelope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.hpp"

namespace jeton::api::mqtt {
namespace {

base::Result<Envelope> read(std::string_view text) {
  std::string padded(text);
  padded.reserve(text.size() + base::limits::kJsonPaddingBytes);
  return read_envelope(padded);
}

TEST(MqttEnvelope, ReadsTheMinimalExampleOfSection5) {
  const auto envelope = read(R"({"traceId":"hvac-000481","authentication":"SYSTEM//HvacGateway",
      "responseTopic":"replies/hvac-gateway/7f31","qosRequirement":1,"params":{},
      "payload":{"provider":"BoilerPlant","targetType":"SERVICE_DEF","target":"boilerStatus"}})");
  ASSERT_TRUE(envelope) << envelope.error().message;
  EXPECT_EQ(envelope->trace_id, "hvac-000481");
  EXPECT_EQ(envelope->authentication, "SYSTEM//HvacGateway");
  EXPECT_EQ(envelope->response_topic, "replies/hvac-gateway/7f31");
  EXPECT_EQ(envelope->qos, 1);
  EXPECT_EQ(envelope->unbound, std::nullopt);
  EXPECT_EQ(envelope->payload->text,
            R"({"provider":"BoilerPlant","targetType":"SERVICE_DEF","target":"boilerStatus"})");
}

TEST(MqttEnvelope, NothingIsNeededAndNullIsAbsent) {
  for (const char* text : {"{}", R"({"traceId":null,"authentication":null,"responseTopic":null,"qosRequirement":null,)"
                                 R"("params":null,"payload":null,"operation":"grant"})"}) {
    const auto envelope = read(text);
    ASSERT_TRUE(envelope) << text;
    EXPECT_EQ(envelope->trace_id, std::nullopt);
    EXPECT_EQ(envelope->authentication + envelope->response_topic, "");
    EXPECT_EQ(envelope->qos, 0);  // D1
    EXPECT_FALSE(envelope->payload);
  }
}

// Rows 7, 8 of section 18; the rows on qosRequirement of 5.1 and 5.3.
TEST(MqttEnvelope, ReadsAQosLeniently) {
  for (const auto& [given, qos] : std::vector<std::pair<std::string, int>>{{"0", 0},
                                                                           {"1", 1},
                                                                           {"2", 2},
                                                                           {R"("1")", 1},
                                                                           {R"(" 2 ")", 2},
                                                                           {"1.9", 1},
                                                                           {"2.999", 2},
                                                                           {"-0.5", 0},
                                                                           {"1e0", 1},
                                                                           {R"("")", 0},
                                                                           {R"("  ")", 0},
                                                                           {"null", 0}}) {
    const auto envelope = read(R"({"qosRequirement":)" + given + "}");
    ASSERT_TRUE(envelope) << given;
    EXPECT_EQ(envelope->qos, qos) << given;
  }
  for (const char* given : {R"("1.0")", R"("x")", "true", "2147483648", "-2147483649", "1e10", "3", "-1", "3.5", "[1]",
                            "{}", R"("1 2")", "01", R"("--1")"}) {
    EXPECT_FALSE(read(std::string(R"({"qosRequirement":)") + given + "}")) << given;
  }
}

// The other rows of 5.1.
TEST(MqttEnvelope, ReadsScalarsAsTexts) {
  const auto envelope = read(R"({"traceId":12,"authentication":5,"responseTopic":true,)"
                             R"("params":{"unbound":true,"n":3,"k":null}})");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->trace_id, "12");
  EXPECT_EQ(envelope->authentication, "5");
  EXPECT_EQ(envelope->response_topic, "true");
  EXPECT_EQ(envelope->unbound, "true");
  EXPECT_EQ(read(R"({"traceId":12.50})")->trace_id, "12.50");
  EXPECT_EQ(read(R"({"traceId":""})")->trace_id, "");
}

TEST(MqttEnvelope, RefusesTextsThatAreNone) {
  for (const char* member : {R"("traceId":{})", R"("traceId":["a"])", R"("authentication":{})", R"("responseTopic":[])",
                             R"("params":{"k":{}})", R"("params":{"k":[]})", R"("params":[])", R"("params":"x")",
                             R"("params":"")", R"("params":3)"}) {
    EXPECT_FALSE(read(std::string("{") + member + "}")) << member;
    // Also where a later one would do.
    EXPECT_FALSE(read(std::string("{") + member + R"(,"traceId":"a","authentication":"a","responseTopic":"a",)" +
                      R"("params":{}})"))
        << member;
  }
}

TEST(MqttEnvelope, AByteOrderMarkBlanksAndWhatStandsBehindDoNoHarm) {
  for (const char* text :
       {"\xEF\xBB\xBF{\"traceId\":\"a\"}", "\xEF\xBB\xBF \n{\"traceId\":\"a\"}", "{\"traceId\":\"a\"}}",
        "{\"traceId\":\"a\"} {\"traceId\":\"b\"}", "{\"traceId\":\"a\"}\"unclosed", "{\"traceId\":\"a\"}\xFF\x01"}) {
    const auto envelope = read(text);
    ASSERT_TRUE(envelope) << text << ": " << envelope.error().message;
    EXPECT_EQ(envelope->trace_id, "a") << text;
  }
}

TEST(MqttEnvelope, BracesWithinTextsEndNothing) {
  EXPECT_EQ(read(R"({"traceId":"}\"}\\","payload":{"x":"{"}})")->trace_id, R"(}"}\)");
}

TEST(MqttEnvelope, RefusesWhatIsNoObject) {
  for (const char* text : {"",
                           " ",
                           "null",
                           "[]",
                           "[{}]",
                           "\"{}\"",
                           "5",
                           "true",
                           "{",
                           "{\"a\":1",
                           "{\"a\"}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1,}",
                           "{\"a\":NaN}",
                           "{\"a\":/**/1}",
                           "{\"a\":01}",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\xFF\"}",
                           "\xEF\xBB\xBF",
                           "{,}",
                           "{\"a\":tru}"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(MqttEnvelope, OfARepeatedMemberTheLastCounts) {
  const auto envelope = read(R"({"traceId":"a","traceId":"b","qosRequirement":2,"qosRequirement":null,)"
                             R"("authentication":"x","authentication":null,"payload":{},"payload":null,)"
                             R"("params":{"unbound":"true"},"params":{}})");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->trace_id, "b");
  EXPECT_EQ(envelope->qos, 0);
  EXPECT_EQ(envelope->authentication, "");
  EXPECT_FALSE(envelope->payload);
  EXPECT_EQ(envelope->unbound, std::nullopt);
}

TEST(MqttEnvelope, DeepNestingIsRefused) {
  const std::size_t deep = base::limits::kJsonDepthMax + 1;
  EXPECT_FALSE(read("{\"payload\":" + std::string(deep, '[') + std::string(deep, ']') + "}"));
  EXPECT_FALSE(read(std::string(100'000, '{')));
}

TEST(MqttReply, IsAsSection6WritesIt) {
  const std::optional<std::string> trace("hvac-000481");
  std::string out;
  append_reply(out, {.status = 200, .trace_id = trace, .receiver = "HvacGateway"}, "true");
  EXPECT_EQ(out, R"({"status":200,"traceId":"hvac-000481","receiver":"HvacGateway","payload":true})");
}

// Rows 10, 21, 28.
TEST(MqttReply, LeavesOutWhatIsNotThereAndWritesTheEmptyText) {
  const std::optional<std::string> none;
  const std::optional<std::string> empty("");
  std::string out;
  append_reply(out, {.status = 401, .trace_id = none, .receiver = ""}, "{}");
  EXPECT_EQ(out, R"({"status":401,"payload":{}})");
  out.clear();
  append_reply(out, {.status = 204, .trace_id = empty, .receiver = "A"}, "");
  EXPECT_EQ(out, R"({"status":204,"traceId":"","receiver":"A","payload":""})");
}

TEST(MqttReply, EscapesWhatJsonAsksForAndNothingElse) {
  const std::optional<std::string> trace("a/\"\\\n\xC3\xBC");
  std::string out;
  append_text_reply(out, {.status = 201, .trace_id = trace, .receiver = ""}, "x/\"y");
  EXPECT_EQ(out, "{\"status\":201,\"traceId\":\"a/\\\"\\\\\\n\xC3\xBC\",\"payload\":\"x/\\\"y\"}");
  out.clear();
  append_text_reply(out, {.status = 201, .trace_id = trace, .receiver = ""}, "");
  EXPECT_TRUE(out.ends_with(R"("payload":""})"));
}

}  // namespace
}  // namespace jeton::api::mqtt
