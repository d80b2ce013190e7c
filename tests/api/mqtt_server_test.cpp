// The whole way of requests over MQTT but the broker, for which a fake client of it stands.
#include "api/mqtt/server.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/http/call.hpp"
#include "authorization/authorizer.hpp"
#include "base/json/types.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/log_budget.hpp"
#include "fake_mqtt_client.hpp"

namespace jeton::api::mqtt {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kBase = "arrowhead/consumer-authorization/authorization/";
constexpr std::string_view kManagement = "arrowhead/consumer-authorization/authorization/management/";

// Knows declared callers; asks about those whose name begins with Slow, for as long as the test holds its gate.
class SlowAuthenticator final : public identity::Authenticator {
 public:
  explicit SlowAuthenticator(const model::Normalizer& names) : declared_(names) {}
  std::optional<base::Result<identity::Caller>> authenticate_now(const identity::Credentials& given) const override {
    if (given.key.starts_with("SYSTEM//Slow")) return std::nullopt;
    return declared_.authenticate_now(given);
  }
  base::Result<identity::Caller> authenticate(const identity::Credentials& given) const override {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
    return declared_.authenticate(given);
  }
  void open() {
    {
      const std::scoped_lock lock(mutex_);
      open_ = true;
    }
    opened_.notify_all();
  }

 private:
  identity::DeclaredAuthenticator declared_;
  mutable std::mutex mutex_;  // guards open_
  mutable std::condition_variable opened_;
  bool open_ = false;
};

class NobodyNamedOldScada final : public identity::Blacklist {
 public:
  std::optional<base::Status> admit_now(const identity::Caller& caller) const override { return admit(caller); }
  base::Status admit(const identity::Caller& caller) const override {
    if (caller.name != "OldScada") return {};
    return base::failure(base::forbidden("access is blocked for OldScada"));
  }
};

class MqttServer : public ::testing::Test {
 protected:
  MqttServer() {
    add("authorization", "verify", [](http::Call& call) { call.json(200, call.request().body); });
    add("authorization", "grant", [](http::Call& call) { call.fail(base::invalid("wrong", "target")); });
    add("authorization", "lookup", [](http::Call&) -> void { throw std::runtime_error("broken"); });
    add("authorization", "defer", [this](http::Call& call) { held_.push_back(call.later()); });
    add("authorization", "text", [](http::Call& call) { call.text(201, "a \"text\""); });
    add("authorization", "empty", [](http::Call& call) { call.empty(204); });
    add(
        "authorizationManagement", "query-policies", [](http::Call& call) { call.json(200, "[]"); },
        http::Access::kManagement);
    server_.emplace(Server::Parts{.router = router_,
                                  .admission = admission_,
                                  .limit_rate = limit_rate_,
                                  .clock = clock_,
                                  .askers = askers_,
                                  .payload_bytes_max = 1000});
    server_->answer_through(client_);
  }
  ~MqttServer() override {
    authenticator_.open();
    held_.clear();
    server_->finish(60s);
    askers_.stop();
  }

  void add(std::string_view service, std::string_view operation, std::function<void(http::Call&)> handler,
           http::Access access = http::Access::kAuthenticated) {
    http::Route route;
    route.method = net::http::Method::kPost;
    route.path = "/" + std::string(service) + "/" + std::string(operation);
    route.service = service;
    route.operation = operation;
    route.access = access;
    route.request_type = http::kJsonType;
    route.handler = std::move(handler);
    router_.add(std::move(route));
  }

  void send(std::string_view topic, std::string_view text) { server_->receive({.topic = topic, .payload = text}); }
  static std::string envelope(std::string_view caller, std::string_view trace = "t", std::string_view payload = "{}") {
    return fmt::format(R"({{"traceId":"{}","authentication":"SYSTEM//{}","responseTopic":"r","qosRequirement":2,)"
                       R"("payload":{}}})",
                       trace, caller, payload);
  }
  std::string ask(std::string_view operation, std::string_view text) {
    send(std::string(kBase) + std::string(operation), text);
    return client_.next().payload;
  }

  static std::vector<base::log::Entry> lines_with(std::string_view text, std::uint64_t after = 0) {
    return base::log::entries([&](const base::log::Entry& entry) {
      return entry.number > after && entry.message.find(text) != std::string::npos;
    });
  }

  base::ManualClock clock_;
  model::Normalizer names_{model::NormalizationMode::kExtended};
  authorization::PolicyIndex no_policies_;
  authorization::NoConsumerMetadata no_metadata_;
  authorization::Authorizer authorizer_{no_policies_, no_metadata_};
  identity::ManagementAccess management_{{}, "ConsumerAuthorization", names_, authorizer_};
  SlowAuthenticator authenticator_{names_};
  NobodyNamedOldScada blacklist_;
  identity::Admission admission_{authenticator_, blacklist_, management_};
  http::middleware::LimitRate limit_rate_{0};
  base::WorkerPool askers_{1, 2};
  http::Router router_;
  testing::FakeMqttClient client_;
  std::optional<Server> server_;
  std::vector<http::Later> held_;
};

TEST_F(MqttServer, AnswersAtTheTopicAndQosThatWereAskedFor) {
  send(std::string(kBase) + "verify", envelope("BoilerPlant", "b-1", R"({"x":[1]})"));
  const auto reply = client_.next();
  EXPECT_EQ(reply.topic, "r");
  EXPECT_EQ(reply.qos, 2);
  EXPECT_EQ(reply.payload, R"({"status":200,"traceId":"b-1","receiver":"BoilerPlant","payload":{"x":[1]}})");
}

TEST_F(MqttServer, WritesTextsAndEmptyAnswersAsJson) {
  EXPECT_EQ(ask("text", envelope("A")), R"({"status":201,"traceId":"t","receiver":"A","payload":"a \"text\""})");
  EXPECT_EQ(ask("empty", envelope("A")), R"({"status":204,"traceId":"t","receiver":"A","payload":""})");
}

TEST_F(MqttServer, AnErrorHasTheFullTopicAsItsOrigin) {
  EXPECT_EQ(ask("grant", envelope("A")),
            R"({"status":400,"traceId":"t","receiver":"A","payload":{"errorMessage":"target: wrong","errorCode":400,)"
            R"("exceptionType":"INVALID_PARAMETER",)"
            R"("origin":"arrowhead/consumer-authorization/authorization/grant"}})");
}

// Row 12.
TEST_F(MqttServer, AHandlerThatThrowsIs500WithANeutralText) {
  const std::string reply = ask("lookup", envelope("A"));
  EXPECT_TRUE(reply.starts_with(R"({"status":500,"traceId":"t","receiver":"A",)")) << reply;
  EXPECT_NE(reply.find("INTERNAL_SERVER_ERROR"), std::string::npos);
  EXPECT_EQ(reply.find("broken"), std::string::npos);
}

TEST_F(MqttServer, TheLogTellsOfItsRequestsUnderANameOfTheirOwn) {
  const auto before = lines_with("");
  ask("lookup", envelope("A"));
  const auto told = lines_with("failed", before.empty() ? 0 : before.back().number);
  ASSERT_EQ(told.size(), 2U) << "the problem, and the answer";
  for (const auto& line : told) EXPECT_EQ(line.logger, "api.mqtt") << line.message;
}

// Row 13, in the order of section 7, and row 18: who is kept out is named.
TEST_F(MqttServer, TheFirstStageThatFailsDecides) {
  const std::string topic = std::string(kManagement) + "query-policies";
  const auto status_of = [&](std::string_view text) {
    send(topic, text);
    return client_.next().payload;
  };
  EXPECT_TRUE(status_of(R"({"traceId":"t","responseTopic":"r","payload":5})")
                  .starts_with(R"({"status":401,"traceId":"t","payload")"));
  const std::string kept_out = status_of(envelope("OldScada", "t", "5"));
  EXPECT_TRUE(kept_out.starts_with(R"({"status":403,"traceId":"t","receiver":"OldScada")")) << kept_out;
  EXPECT_NE(kept_out.find("blocked for OldScada"), std::string::npos);
  EXPECT_TRUE(status_of(envelope("HvacGateway", "t", "5"))
                  .starts_with(R"({"status":403,"traceId":"t","receiver":"HvacGateway")"));
  EXPECT_TRUE(status_of(envelope("Sysop", "t", "5")).starts_with(R"({"status":400,"traceId":"t","receiver":"Sysop")"));
  EXPECT_TRUE(status_of(envelope("Sysop")).starts_with(R"({"status":200)"));
}

// Section 16.3, row 4.
TEST_F(MqttServer, ARequestThatWaitsForAnotherServerHoldsUpNobody) {
  send(std::string(kBase) + "verify", envelope("SlowGateway", "slow"));
  const std::string quick = ask("verify", envelope("BoilerPlant", "quick"));
  EXPECT_NE(quick.find("quick"), std::string::npos);
  authenticator_.open();
  EXPECT_EQ(client_.next().payload, R"({"status":200,"traceId":"slow","receiver":"SlowGateway","payload":{}})");
}

TEST_F(MqttServer, ARequestThatWaitsForAnotherServerIsAnsweredBeforeTheEnd) {
  send(std::string(kBase) + "verify", envelope("SlowGateway", "slow"));
  ask("verify", envelope("BoilerPlant"));  // behind it: by now the other one waits
  auto finished = std::async(std::launch::async, [this] {
    server_->finish(60s);
    return client_.count();
  });
  EXPECT_EQ(finished.wait_for(100ms), std::future_status::timeout);
  authenticator_.open();
  EXPECT_EQ(finished.get(), 2U);
}

TEST_F(MqttServer, TooManyThatWaitForAnotherServerAreRefused) {
  for (int i = 0; i < 5; ++i) send(std::string(kBase) + "verify", envelope("SlowGateway"));
  const std::string refused = client_.next().payload;  // one is asked about, two wait
  EXPECT_TRUE(refused.starts_with(R"({"status":500,"traceId":"t","payload")")) << refused;
}

// Of a flood the log has a few lines only.
TEST_F(MqttServer, AFloodOfWhatIsRefusedOrUnreadableDoesNotBuryTheLog) {
  constexpr int kFlood = 200;
  clock_.advance(1h);  // what other tests told of is long ago
  const auto told = [before = lines_with("")](std::string_view text) {
    return lines_with(text, before.empty() ? 0 : before.back().number).size();
  };
  for (int i = 0; i < kFlood; ++i) send(std::string(kBase) + "verify", "no envelope");
  for (int i = 0; i < kFlood; ++i) send(std::string(kBase) + "verify", envelope("SlowGateway"));
  for (int i = 3; i < kFlood; ++i) client_.next();  // one is asked about, two wait
  for (int i = 0; i < kFlood; ++i) server_->receive({.topic = "x", .payload = envelope("A"), .retained = true});
  EXPECT_EQ(told("no request envelope"), base::LogBudget::kLinesMax);
  EXPECT_EQ(told("wait for what other servers say"), base::LogBudget::kLinesMax);
  EXPECT_EQ(told("a retained message"), base::LogBudget::kLinesMax);
  clock_.advance(base::LogBudget::kPeriod);
  send(std::string(kBase) + "verify", "no envelope");
  ask("grant", envelope("A"));  // behind it
  EXPECT_EQ(told("others_not_told=197"), 1U);
}

TEST_F(MqttServer, WhatIsPutOffIsAnsweredLater) {
  send(std::string(kBase) + "defer", envelope("A", "later"));
  EXPECT_NE(ask("verify", envelope("A", "now")).find("now"), std::string::npos);
  held_.front().json(201, "[1]");
  EXPECT_EQ(client_.next().payload, R"({"status":201,"traceId":"later","receiver":"A","payload":[1]})");
}

TEST_F(MqttServer, WhatIsDroppedIs500) {
  send(std::string(kBase) + "defer", envelope("A", "later"));
  ask("verify", envelope("A"));
  held_.clear();
  EXPECT_TRUE(client_.next().payload.starts_with(R"({"status":500,"traceId":"later","receiver":"A")"));
}

// Row 20 and 11.4: our own bounds in place of those of section 16.2.
TEST_F(MqttServer, PastTheBoundsARequestIsRefusedBeforeAnybodyIsIdentified) {
  constexpr std::size_t kMore = 7;
  const std::string topic = std::string(kBase) + "defer";
  const std::size_t room = Server::kBegunMax + base::limits::kMqttRequestsWaitingMax;
  for (std::size_t i = 0; i < Server::kBegunMax; ++i) send(topic, envelope("A"));
  // Begun one after the other; only then is there room for a full queue behind them.
  while (server_->figures().waiting != 0) std::this_thread::yield();
  for (std::size_t i = Server::kBegunMax; i < room + kMore; ++i) send(topic, envelope("A"));
  EXPECT_EQ(client_.count(), kMore);
  EXPECT_EQ(server_->figures().refused, kMore);
  EXPECT_EQ(server_->figures().waiting, base::limits::kMqttRequestsWaitingMax);
  EXPECT_TRUE(client_.next().payload.starts_with(R"({"status":500,"traceId":"t","payload":{"errorMessage":"too many)"));
  // Another service has room.
  send(std::string(kManagement) + "query-policies", envelope("Sysop"));
  for (std::size_t i = 1; i < kMore; ++i) client_.next();
  EXPECT_TRUE(client_.next().payload.starts_with(R"({"status":200)"));
  server_->finish(1ms);
}

// Rows 6, 9; 11.3.
TEST_F(MqttServer, SomeMessagesGetNoAnswer) {
  send(std::string(kBase) + "verify", "no envelope");
  send(std::string(kBase) + "verify", R"({"responseTopic":"r","qosRequirement":3})");
  send(std::string(kBase) + "verify",
       R"({"traceId":"t","authentication":"SYSTEM//A","responseTopic":" ","payload":{}})");
  send(std::string(kBase) + "unknown", envelope("A"));
  server_->receive({.topic = std::string(kBase) + "verify", .payload = envelope("A"), .retained = true});
  EXPECT_NE(ask("verify", envelope("A", "last")).find("last"), std::string::npos);
  EXPECT_EQ(client_.count(), 1U);
  EXPECT_EQ(server_->figures().unreadable, 2U);
  EXPECT_EQ(server_->figures().retained, 1U);
}

TEST_F(MqttServer, CountsByTopicAndStatus) {
  ask("grant", envelope("A"));
  ask("verify", envelope("A"));
  server_->finish(60s);  // an answer is counted after it left
  std::size_t good = 0;
  std::size_t bad = 0;
  server_->pipeline().each_topic([&](const Topics::Entry&, const http::RouteMetrics::Figures& figures) {
    good += figures.by_status_class[1];
    bad += figures.by_status_class[3];
  });
  EXPECT_EQ(good, 1U);
  EXPECT_EQ(bad, 1U);
}

}  // namespace
}  // namespace jeton::api::mqtt
