// The messages about leases over MQTT, all but the broker (token-lease 1.4, arrowhead-mqtt 5, 6).
#include <gmock/gmock.h>

#include <array>
#include <optional>

#include "api/mqtt/server.hpp"
#include "fake_mqtt_client.hpp"
#include "lease_client.hpp"

namespace jeton::api {
namespace {

using namespace std::chrono_literals;
using testing::FakeMqttClient;
using ::testing::HasSubstr;
using testing::LeaseClient;

constexpr std::string_view kTopic = "plant/leases/message";

struct MqttWorld {
  explicit MqttWorld(std::string anonymous_owner = {}) : leases(std::move(anonymous_owner)) {
    const std::array<mqtt::AddedTopic, 1> added = {
        {{std::string(leases::kService), std::string(http::kLeaseMessageOperation), std::string(kTopic)}}};
    server.emplace(mqtt::Server::Parts{.router = leases.router,
                                       .admission = leases.admission,
                                       .limit_rate = leases.limit_rate,
                                       .clock = leases.world.clock,
                                       .askers = leases.askers,
                                       .payload_bytes_max = 1'000'000,
                                       .added_topics = added});
    server->answer_through(broker);
  }
  ~MqttWorld() { server->finish(60s); }

  std::string ask(std::string_view payload, std::string_view authentication = "SYSTEM//Press") {
    const std::string text = fmt::format(R"({{"traceId":"t","authentication":"{}","responseTopic":"r","payload":{}}})",
                                         authentication, payload);
    server->receive({.topic = kTopic, .payload = text});
    return broker.next().payload;
  }

  LeaseClient leases;
  FakeMqttClient broker;
  std::optional<mqtt::Server> server;
};

constexpr std::string_view kHead = R"({"status":200,"traceId":"t","receiver":"Press","payload":)";

TEST(LeaseMqtt, IsOfferedOnItsTopicAlone) {
  MqttWorld world;
  ASSERT_EQ(world.server->topics().all().size(), 1U) << "no other operation of leases";
  EXPECT_EQ(world.server->topics().all().front().topic, kTopic);
  EXPECT_EQ(world.server->topics().service_count(), mqtt::services().size() + 1);
}

TEST(LeaseMqtt, AnswersTheSameMessages) {
  MqttWorld world;
  const std::string made = world.ask(R"({"action":"create","options":{"ttl":60000}})");
  EXPECT_TRUE(made.starts_with(std::string(kHead) + R"({"result":"success","lease":{"id":")")) << made;
  const std::string id = world.leases.world.service->credentials.begin()->first;
  EXPECT_EQ(world.ask(fmt::format(R"({{"action":"revoke","token_id":"{}"}})", id)),
            std::string(kHead) + R"({"result":"success"}})");
}

TEST(LeaseMqtt, FailuresAreMessagesToo) {
  MqttWorld world;
  for (const auto& [payload, message] : {std::pair("{}", "unknown action"),
                                         {"[1]", "request must be an object"},
                                         {"5", "request must be an object"},
                                         {"null", "invalid JSON"},
                                         {R"({"action":"create"})", "options must be an object"}}) {
    EXPECT_EQ(world.ask(payload),
              fmt::format(R"({}{{"result":"failure","code":"invalid","message":"{}"}}}})", kHead, message));
  }
  EXPECT_THAT(world.ask(R"({"action":"get","token_id":"never"})"), HasSubstr(R"("code":"not_found")"));
}

TEST(LeaseMqtt, WhoShowsNothingIsTheAnonymousOwnerIfThereIsOne) {
  MqttWorld closed;
  EXPECT_THAT(closed.ask(R"({"action":"list"})", ""), HasSubstr(R"("status":401)"));
  MqttWorld open("shared");
  EXPECT_EQ(open.ask(R"({"action":"list"})", ""),
            R"({"status":200,"traceId":"t","receiver":"shared","payload":{"result":"success","leases":[]}})");
  EXPECT_THAT(open.ask(R"({"action":"list"})", "nonsense"), HasSubstr(R"("status":401)"));
}

}  // namespace
}  // namespace jeton::api
