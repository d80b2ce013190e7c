// Policies over HTTP: the examples of arrowhead-authorization 5.1 to 5.4, 5.10 to 5.13, 5.19 to 5.21, statuses and
// error origins.
#include "api/http/authorization_routes.hpp"

#include <future>
#include <thread>

#include "api/http/authorization_management_routes.hpp"
#include "api/http/general_routes.hpp"
#include "api_client.hpp"
#include "authorization/policy_store.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::api {
namespace {

using testing::ApiClient;
using testing::Reply;

const std::string kBase = "/consumerauthorization/authorization";
const std::string kManagement = kBase + "/mgmt";
const std::string kGeneral = "/consumerauthorization/general/mgmt";

/// Metadata that is never at hand, so that a worker has to fetch it.
class SlowMetadata final : public authorization::ConsumerMetadata {
 public:
  std::optional<Found> at_hand(std::string_view) override { return std::nullopt; }
  Found fetch(std::string_view system) override {
    return system == "FlowReader" ? std::make_shared<const base::json::Value>(*base::json::parse(R"({"floor":2})"))
                                  : nullptr;
  }
};

class AuthorizationRoutes : public ::testing::Test {
 protected:
  AuthorizationRoutes() {
    http::add_authorization_routes(router_, {names_, authorizer_, grant_policy_, revoke_policy_, query_policies_,
                                             workers_, workers_, policies_.clock});
    http::add_authorization_management_routes(router_, {names_, grant_policies_, revoke_policies_, query_policies_,
                                                        check_policies_, workers_, workers_, policies_.clock, 100});
    http::add_general_routes(router_, {configuration_, workers_, policies_.clock, 100});
    client_ = std::make_unique<ApiClient>(router_, names_, policies_.clock);
  }
  ~AuthorizationRoutes() override {  // whoever answers goes before the pipeline that counts answers
    workers_.stop();
    policies_.store().stop();
  }

  Reply post(const std::string& path, std::string_view body, std::string_view caller = "PumpStation") {
    return client_->post(path, body, caller);
  }
  /// Grants a policy of the caller's that is `policy`.
  Reply grant(std::string_view policy, std::string_view caller = "PumpStation", std::string_view target = "flowRate") {
    return post(kBase + "/grant",
                fmt::format(R"({{"targetType":"SERVICE_DEF","target":"{}","defaultPolicy":{}}})", target, policy),
                caller);
  }
  std::string verify(std::string_view consumer, std::string_view scope = "*") {
    const Reply reply =
        post(kBase + "/verify",
             fmt::format(R"({{"consumer":"{}","targetType":"SERVICE_DEF","target":"flowRate","scope":"{}"}})", consumer,
                         scope));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.body;
  }

  authorization::testing::PolicyStore policies_;
  SlowMetadata metadata_;
  model::Normalizer names_{model::NormalizationMode::kExtended};
  authorization::Authorizer authorizer_{policies_.index, metadata_};
  authorization::GrantPolicy grant_policy_{policies_.store()};
  authorization::GrantPolicies grant_policies_{policies_.store()};
  authorization::RevokePolicy revoke_policy_{policies_.store()};
  authorization::RevokePolicies revoke_policies_{policies_.store()};
  authorization::QueryPolicies query_policies_{policies_.store()};
  authorization::CheckPolicies check_policies_{authorizer_};
  base::WorkerPool workers_{2, 64};
  base::json::Members<std::string> configuration_{{"authentication.policy", "declared"}};
  http::Router router_;
  std::unique_ptr<ApiClient> client_;
};

constexpr std::string_view kGrant =
    R"({"targetType":"service_def","target":"flow-rate","description":"readers may read, only the dispatcher may steer",)"
    R"("defaultPolicy":{"policyType":"BLACKLIST","policyList":["old-gateway"]},)"
    R"("scopedPolicies":{"Set_Speed":{"policyType":"WHITELIST","policyList":["Dispatcher","dispatcher"]}}})";

TEST_F(AuthorizationRoutes, GrantAnswersWhatItStored) {
  policies_.clock.set_wall(base::Instant{std::chrono::sys_days{std::chrono::year{2031} / 3 / 4} +
                                         std::chrono::hours{5} + std::chrono::minutes{6} + std::chrono::seconds{7} +
                                         base::Duration{123'456'789}});
  const std::string expected =
      R"({"instanceId":"PR|LOCAL|PumpStation|SERVICE_DEF|flowRate","level":"PROVIDER","cloud":"LOCAL","provider":"PumpStation",)"
      R"("targetType":"SERVICE_DEF","target":"flowRate","description":"readers may read, only the dispatcher may steer",)"
      R"("defaultPolicy":{"policyType":"BLACKLIST","policyList":["OldGateway"]},)"
      R"("scopedPolicies":{"set-speed":{"policyType":"WHITELIST","policyList":["Dispatcher"]}},)"
      R"("createdBy":"PumpStation","createdAt":"2031-03-04T05:06:07.123456789Z"})";
  const Reply created = post(kBase + "/grant", kGrant);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.body, expected);
  EXPECT_NE(created.head.find("Content-Type: application/json\r\n"), std::string::npos);
  const Reply again = post(kBase + "/grant", kGrant);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, expected);
  const Reply other = grant(R"({"policyType":"ALL"})");
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(ApiClient::member(other, "exceptionType"), "INVALID_PARAMETER");
  EXPECT_EQ(ApiClient::member(other, "origin"), "POST /consumerauthorization/authorization/grant");
}

TEST_F(AuthorizationRoutes, Row16_ValidationErrorsKeepTheOrigin) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {kBase + "/grant", R"({"targetType":"SERVICE_DEF","target":"a.b","defaultPolicy":{"policyType":"ALL"}})"},
      {kBase + "/lookup", R"({"targetNames":["a.b"],"targetType":"SERVICE_DEF"})"},
      {kBase + "/verify", R"({"consumer":"A","targetType":"SERVICE_DEF","target":"a.b"})"},
      {kBase + "/verify", "{"},
      {kManagement + "/grant", R"({"list":[]})"},
      {kManagement + "/query", R"({"level":"MGMT","pagination":{"page":0}})"},  // row 23
      {kManagement + "/check", R"({"list":[]})"},
      {kGeneral + "/logs", R"({"from":"x"})"},
  };
  for (const auto& [path, body] : kRows) {
    const Reply reply = post(path, body);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_EQ(ApiClient::member(reply, "origin"), "POST " + path);
    EXPECT_EQ(ApiClient::member(reply, "exceptionType"), "INVALID_PARAMETER");
  }
}

TEST_F(AuthorizationRoutes, RevokeTellsWhetherThereWasSomething) {
  ASSERT_EQ(grant(R"({"policyType":"ALL"})").status, 201);
  const std::string path = kBase + "/revoke/PR%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7CflowRate";
  const Reply foreign = client_->ask("DELETE", path, {}, "FlowReader");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(ApiClient::member(foreign, "exceptionType"), "FORBIDDEN");
  EXPECT_EQ(ApiClient::member(foreign, "origin"),
            "DELETE /consumerauthorization/authorization/revoke/PR|LOCAL|PumpStation|SERVICE_DEF|flowRate");
  const Reply removed = client_->ask("DELETE", path);
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(removed.body, "");
  EXPECT_EQ(removed.head.find("Content-Type"), std::string::npos);
  EXPECT_EQ(client_->ask("DELETE", path).status, 204);
  EXPECT_EQ(client_->ask("DELETE", kBase + "/revoke/MGMT%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7CflowRate").status, 204);
  const Reply malformed = client_->ask("DELETE", kBase + "/revoke/PR%7Cx");  // Q2
  EXPECT_EQ(malformed.status, 400);
  EXPECT_EQ(ApiClient::member(malformed, "origin"), "DELETE /consumerauthorization/authorization/revoke/PR|x");
}

TEST_F(AuthorizationRoutes, LookupListsTheCallersOwn) {
  ASSERT_EQ(grant(R"({"policyType":"ALL"})", "PumpStation", "b").status, 201);
  ASSERT_EQ(grant(R"({"policyType":"ALL"})", "PumpStation", "a").status, 201);
  ASSERT_EQ(grant(R"({"policyType":"ALL"})", "Other").status, 201);
  const Reply all = post(kBase + "/lookup", R"({"cloudIdentifiers":["local"]})");
  EXPECT_EQ(all.status, 200);
  EXPECT_LT(all.body.find("SERVICE_DEF|a"), all.body.find("SERVICE_DEF|b"));
  EXPECT_TRUE(all.body.ends_with(R"(],"count":2})")) << all.body;
  EXPECT_EQ(post(kBase + "/lookup", R"({"instanceIds":["PR|LOCAL|Other|SERVICE_DEF|flowRate"]})").body,
            R"({"entries":[],"count":0})");
  EXPECT_TRUE(
      post(kBase + "/lookup", R"({"cloudIdentifiers":["LOCAL"],"targetNames":["a"],"targetType":"SERVICE_DEF"})")
          .body.ends_with(R"("count":1})"));
  EXPECT_TRUE(post(kBase + "/lookup", R"({"cloudIdentifiers":["LOCAL"],"targetType":"EVENT_TYPE"})")
                  .body.ends_with(R"("count":0})"));
}

TEST_F(AuthorizationRoutes, VerifyAnswersABareBoolean) {
  EXPECT_EQ(verify("FlowReader"), "false");
  ASSERT_EQ(post(kBase + "/grant", kGrant).status, 201);
  EXPECT_EQ(verify("flow-reader", "read-now"), "true") << "read your own writes";
  EXPECT_EQ(verify("FlowReader", "set-speed"), "false");
  EXPECT_EQ(verify("OldGateway", "*"), "false");
  const Reply reply = post(
      kBase + "/verify",
      R"({"provider":"pump-station","targetType":"SERVICE_DEF","target":"flowRate","scope":"read-now"})", "FlowReader");
  EXPECT_EQ(reply.body, "true");
  EXPECT_NE(reply.head.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_EQ(
      post(kBase + "/verify", R"({"provider":"A","consumer":"B","targetType":"SERVICE_DEF","target":"a"})").status,
      403);
}

TEST_F(AuthorizationRoutes, VerifyFetchesMetadataOnAWorker) {
  ASSERT_EQ(grant(R"({"policyType":"SYS_METADATA","policyMetadataRequirement":{"floor":2}})").status, 201);
  EXPECT_EQ(verify("FlowReader"), "true");
  EXPECT_EQ(verify("Stranger"), "false");
}

TEST_F(AuthorizationRoutes, AnUnknownOperatorIsTheEvaluationsErrorWithoutOrigin) {
  ASSERT_EQ(
      grant(R"({"policyType":"SYS_METADATA","policyMetadataRequirement":{"floor":{"op":"ABOUT","value":2}}})").status,
      201);
  EXPECT_EQ(verify("Stranger"), "false") << "who has no metadata never meets it";
  const std::string question =
      R"({"provider":"PumpStation","consumer":"FlowReader","targetType":"SERVICE_DEF","target":"flowRate"})";
  for (const Reply& reply :
       {post(kBase + "/verify", question), post(kManagement + "/check", R"({"list":[)" + question + "]}")}) {
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(ApiClient::member(reply, "exceptionType"), "INVALID_PARAMETER");
    EXPECT_EQ(reply.body.find("origin"), std::string::npos) << reply.body;
  }
}

TEST_F(AuthorizationRoutes, GrantPoliciesIsAllOrNothing) {
  const std::string element =
      R"({"provider":"PumpStation","targetType":"EVENT_TYPE","target":"pressureAlarm","cloud":"NorthGrid|AcmeWater",)"
      R"("defaultPolicy":{"policyType":"SYS_METADATA","policyMetadataRequirement":{"site.level":{"op":"LESS_THAN","value":3}}}})";
  const std::string other =
      R"({"provider":"A","targetType":"SERVICE_DEF","target":"a","defaultPolicy":{"policyType":"ALL"}})";
  policies_.clock.set_wall(base::Instant{std::chrono::seconds{1'900'000'000}});
  const Reply created = post(kManagement + "/grant", R"({"list":[)" + element + "]}", "Sysop");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(
      created.body,
      R"({"entries":[{"instanceId":"MGMT|NorthGrid|AcmeWater|PumpStation|EVENT_TYPE|pressureAlarm","level":"MGMT",)"
      R"("cloud":"NorthGrid|AcmeWater","provider":"PumpStation","targetType":"EVENT_TYPE","target":"pressureAlarm",)"
      R"("defaultPolicy":{"policyType":"SYS_METADATA","policyMetadataRequirement":{"site.level":{"op":"LESS_THAN","value":3}}},)"
      R"("createdBy":"Sysop","createdAt":"2030-03-17T17:46:40Z"}],"count":1})");
  const Reply again = post(kManagement + "/grant", R"({"list":[)" + other + "," + element + "]}", "Sysop");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(ApiClient::member(again, "exceptionType"), "INVALID_PARAMETER");
  EXPECT_EQ(policies_.stored().size(), 1U);
}

TEST_F(AuthorizationRoutes, RevokePoliciesTakesBothLevels) {
  ASSERT_EQ(grant(R"({"policyType":"ALL"})").status, 201);
  ASSERT_EQ(
      post(
          kManagement + "/grant",
          R"({"list":[{"provider":"A","targetType":"SERVICE_DEF","target":"a","defaultPolicy":{"policyType":"ALL"}}]})")
          .status,
      201);
  const auto revoke = [&](std::string_view query) {
    return client_->ask("DELETE", kManagement + "/revoke" + std::string(query));
  };
  EXPECT_EQ(revoke("").status, 400);
  EXPECT_EQ(revoke("?instanceIds=").status, 400);
  EXPECT_EQ(revoke("?instanceIds=PR%7CLOCAL").status, 400);
  EXPECT_EQ(ApiClient::member(revoke("?instanceIds=x"), "origin"),
            "DELETE /consumerauthorization/authorization/mgmt/revoke");
  EXPECT_EQ(revoke("?instanceIds=PR%7CLOCAL%7CNobody%7CSERVICE_DEF%7Ca").status, 200);
  EXPECT_EQ(policies_.stored().size(), 2U);
  const Reply both = revoke(
      "?instanceIds=PR%7CLOCAL%7CPumpStation%7CSERVICE_DEF%7CflowRate&instanceIds=MGMT%7CLOCAL%7CA%7CSERVICE_DEF%7Ca");
  EXPECT_EQ(both.status, 200);
  EXPECT_EQ(both.body, "");
  EXPECT_TRUE(policies_.stored().empty());
}

TEST_F(AuthorizationRoutes, QueryPoliciesByPagesWithTheTotal) {
  for (const std::string provider : {"B", "C", "A"}) ASSERT_EQ(grant(R"({"policyType":"ALL"})", provider).status, 201);
  const auto order = [&](std::string_view body) {
    const Reply reply = post(kManagement + "/query", body);
    std::string out;
    for (std::size_t at = 0; (at = reply.body.find("\"provider\":\"", at)) != std::string::npos; ++at)
      out += reply.body[at + 12];
    return out + reply.body.substr(reply.body.rfind(':'));
  };
  EXPECT_EQ(order(R"({"level":"provider"})"), "ABC:3}");
  EXPECT_EQ(order(R"({"level":"provider","pagination":{"page":0,"size":2,"sortField":"provider","direction":"desc"}})"),
            "CB:3}");
  EXPECT_EQ(
      order(R"({"level":"provider","pagination":{"page":1,"size":2,"sortField":"createdBy","direction":"desc"}})"),
      "A:3}");  // Q5
  EXPECT_EQ(order(R"({"level":"provider","pagination":{"page":5,"size":2}})"), ":3}");
  EXPECT_EQ(order(R"({"level":"provider","pagination":{"sortField":"id"}})"), "BCA:3}");
  EXPECT_EQ(order(R"({"level":"MGMT"})"), ":0}");
  EXPECT_EQ(order(R"({"level":"provider","providers":["a","b"],"targetType":"SERVICE_DEF"})"), "AB:2}");
  EXPECT_EQ(order(R"({"level":"provider","providers":["a","b"],"targetType":"EVENT_TYPE"})"), ":0}");
  EXPECT_EQ(order(R"({"level":"provider","instanceIds":["MGMT|LOCAL|A|SERVICE_DEF|flowRate"]})"), ":0}")
      << "of the other level";
  EXPECT_EQ(order(R"({"level":"provider","instanceIds":["PR|LOCAL|A|SERVICE_DEF|flowRate"],"providers":["B"]})"), ":0}")
      << "AND";
}

TEST_F(AuthorizationRoutes, CheckPoliciesAnswersInOrder) {
  ASSERT_EQ(post(kBase + "/grant", kGrant).status, 201);
  const Reply reply = post(
      kManagement + "/check",
      R"({"list":[{"provider":"PumpStation","consumer":"flow-reader","targetType":"SERVICE_DEF","target":"flowRate","scope":"Read_Now"},)"
      R"({"provider":"PumpStation","consumer":"OldGateway","targetType":"SERVICE_DEF","target":"flowRate"}]})",
      "DynamicServiceOrchestration");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(
      reply.body,
      R"({"entries":[{"provider":"PumpStation","consumer":"FlowReader","cloud":"LOCAL","targetType":"SERVICE_DEF","target":"flowRate",)"
      R"("scope":"read-now","granted":true},{"provider":"PumpStation","consumer":"OldGateway","cloud":"LOCAL",)"
      R"("targetType":"SERVICE_DEF","target":"flowRate","granted":false}],"count":2})");
}

TEST_F(AuthorizationRoutes, CheckPoliciesFetchesMetadataOnAWorker) {
  ASSERT_EQ(grant(R"({"policyType":"SYS_METADATA","policyMetadataRequirement":{"floor":2}})").status, 201);
  const Reply reply = post(
      kManagement + "/check",
      R"({"list":[{"provider":"PumpStation","consumer":"FlowReader","targetType":"SERVICE_DEF","target":"flowRate"}]})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find(R"("granted":true)"), std::string::npos);
}

TEST_F(AuthorizationRoutes, ARequestThatWaitedTooLongIsNotCarriedOut) {
  std::promise<void> gate;
  policies_.store().submit(
      [&](store::Transaction&) -> base::Status {
        gate.get_future().wait();
        return {};
      },
      {});
  std::jthread opener([&] {
    while (policies_.store().figures().writes_waiting < 2) std::this_thread::yield();
    policies_.clock.advance(std::chrono::seconds{31});  // while the grant waits behind the other write
    gate.set_value();
  });
  const Reply reply = grant(R"({"policyType":"ALL"})");
  EXPECT_EQ(reply.status, 503) << reply.body;
  EXPECT_TRUE(policies_.stored().empty());
}

TEST_F(AuthorizationRoutes, GetLogTakesNoBodyNullAndFilters) {
  static int run = 0;  // the log outlives the test
  const std::string logger = fmt::format("test.routes.{}.authorization", ++run);
  base::log::warn(logger, "first");
  base::log::error(logger, "second");
  EXPECT_EQ(client_->ask("POST", kGeneral + "/logs").status, 200);
  EXPECT_EQ(post(kGeneral + "/logs", "null").status, 200);
  policies_.clock.set_wall(base::SystemClock().wall() + std::chrono::hours{1});  // `to` is the moment of the request
  const Reply reply = post(
      kGeneral + "/logs",
      fmt::format(R"({{"pagination":{{"page":0,"size":1}},"severity":"warn","logger":"{}"}})", base::to_upper(logger)));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(ApiClient::member(reply, "message"), "second");
  EXPECT_EQ(ApiClient::member(reply, "severity"), "ERROR");
  EXPECT_TRUE(reply.body.ends_with(R"("count":2})")) << reply.body;
}

TEST_F(AuthorizationRoutes, GetConfigAndEcho) {
  const auto config = [&](std::string_view query) {
    return client_->ask("GET", kGeneral + "/get-config" + std::string(query));
  };
  EXPECT_EQ(config("?keys=authentication.policy,token.max.age,nonsense").body,
            R"({"map":{"authentication.policy":"declared","token.max.age":null}})");
  EXPECT_EQ(config("?keys=nonsense").body, R"({"map":{}})");
  EXPECT_EQ(config("").status, 400);
  EXPECT_EQ(config("?keys=").status, 400);
  EXPECT_EQ(ApiClient::member(config("?keys=a,,b"), "exceptionType"), "INVALID_PARAMETER");
  const Reply echo = client_->ask("GET", "/consumerauthorization/monitor/echo");
  EXPECT_EQ(echo.status, 200);
  EXPECT_EQ(echo.body, "Got it!");
  EXPECT_NE(echo.head.find("Content-Type: text/plain;charset=UTF-8\r\n"), std::string::npos);
  EXPECT_EQ(client_->ask("GET", "/consumerauthorization/monitor/echo", {}, "").status, 401);
}

TEST_F(AuthorizationRoutes, EveryRouteIsDocumented) {
  EXPECT_EQ(router_.routes().size(), 11U);
  for (const http::Route& route : router_.routes()) {
    EXPECT_FALSE(route.summary.empty()) << route.path;
    EXPECT_FALSE(route.answers.empty()) << route.path;
    EXPECT_EQ(!route.request_type.empty(), !route.request_schema.empty()) << route.path;
    EXPECT_EQ(route.access == http::Access::kManagement, route.path.find("/mgmt/") != std::string::npos) << route.path;
    for (const std::string& schema : {route.request_schema, route.answers.front().schema}) {
      EXPECT_TRUE(schema.empty() || base::json::parse(schema)) << schema;
    }
  }
}

}  // namespace
}  // namespace jeton::api
