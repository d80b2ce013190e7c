// Management of tokens over HTTP: arrowhead-authorization 5.14 to 5.18.
#include "api/http/token_management_routes.hpp"

#include "base/strings.hpp"
#include "token_client.hpp"

namespace jeton::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class TokenManagementRoutes : public ::testing::Test {
 protected:
  TokenManagementRoutes() { at.world.allow("PumpStation", "flowRate", {"FlowReader"}); }
  TokenClient at{tokens::testing::with(&tokens::Settings::unbounded_whitelist, {"dynamic-service-orchestration"})};
};

constexpr std::string_view kOne =
    R"({"list":[{"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","consumer":"FlowReader","provider":"PumpStation","target":"flowRate","scope":"",)"
    R"("expiresAt":"2031-03-04T05:06:07Z"}]})";
constexpr std::string_view kStranger =
    R"({"list":[{"tokenVariant":"USAGE_LIMITED_TOKEN_AUTH","consumer":"Stranger","provider":"PumpStation","target":"flowRate","usageLimit":7}]})";

TEST_F(TokenManagementRoutes, GenerateTokensAnswersTheRecordAndTheToken) {
  const Reply reply = at.post(kTokenManagement + "/generate", kOne, "Sysop");
  EXPECT_EQ(reply.status, 201);
  EXPECT_THAT(
      reply.body,
      MatchesRegex(
          R"(\{"entries":\[\{"tokenType":"TIME_LIMITED_TOKEN","variant":"TIME_LIMITED_TOKEN_AUTH","token":"[A-Za-z0-9_=-]{44}",)"
          R"("tokenReference":"[A-Za-z0-9+/]{43}=","requester":"Sysop","consumerCloud":"LOCAL","consumer":"FlowReader",)"
          R"("provider":"PumpStation","targetType":"SERVICE_DEF","target":"flowRate","createdAt":"2031-03-04T05:01:07.000123456Z",)"
          R"("expiresAt":"2031-03-04T05:06:07Z"\}\],"count":1\})"));
  EXPECT_EQ(ApiClient::member(reply, "tokenReference"),
            base::base64_encode(at.world.digest(ApiClient::member(reply, "token"))));
}

TEST_F(TokenManagementRoutes, Row41NothingLeftIsStillCreated) {
  const Reply reply = at.post(kTokenManagement + "/generate", kStranger, "Sysop");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, R"({"entries":[],"count":0})");
}

TEST_F(TokenManagementRoutes, Row42Unbound) {
  EXPECT_EQ(at.post(kTokenManagement + "/generate?unbound=true", kStranger, "Sysop").status, 403);
  const Reply reply = at.post(kTokenManagement + "/generate?unbound=YES", kStranger, "DynamicServiceOrchestration");
  EXPECT_EQ(reply.status, 201);
  EXPECT_THAT(reply.body, HasSubstr(R"("usageLimit":7,"usageLeft":7}],"count":1)"));
  EXPECT_EQ(at.post(kTokenManagement + "/generate?unbound=perhaps", kStranger, "Sysop").status, 400);
  EXPECT_EQ(at.post(kTokenManagement + "/generate?unbound=", kStranger, "Sysop").body, R"({"entries":[],"count":0})");
}

TEST_F(TokenManagementRoutes, QueryNeverShowsTokens) {
  const std::string token = at.generate("USAGE_LIMITED_TOKEN_AUTH");
  at.verify(token);
  const Reply reply = at.post(kTokenManagement + "/query", R"({"tokenType":"usage_limited_token"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, Not(HasSubstr(token)));
  EXPECT_THAT(reply.body, Not(HasSubstr(R"("token":)")));
  EXPECT_THAT(reply.body, HasSubstr(R"("usageLimit":5,"usageLeft":4}],"count":1)"));
  EXPECT_EQ(at.post(kTokenManagement + "/query", R"({"consumer":"Nobody"})").body, R"({"entries":[],"count":0})");
  EXPECT_EQ(at.post(kTokenManagement + "/query", R"({"pagination":{"page":5,"size":10}})").body,
            R"({"entries":[],"count":1})");
}

TEST_F(TokenManagementRoutes, Row52FiltersAreJoinedByAnd) {
  at.generate();
  const std::vector<std::pair<std::string, std::string>> filters = {
      {"requester", "FlowReader"}, {"tokenType", "TIME_LIMITED_TOKEN"}, {"consumerCloud", "LOCAL"},
      {"consumer", "FlowReader"},  {"provider", "PumpStation"},         {"targetType", "SERVICE_DEF"},
      {"target", "flowRate"}};
  const std::vector<std::string> wrong = {"GateKeeper", "SELF_CONTAINED_TOKEN", "NorthGrid|AcmeWater",
                                          "GateKeeper", "GateKeeper",           "EVENT_TYPE",
                                          "pressure"};
  for (std::size_t base = 0; base < filters.size(); ++base) {
    for (std::size_t more = 0; more < filters.size(); ++more) {
      if (base == more) continue;
      const auto ask = [&](const std::string& value) {
        return at
            .post(kTokenManagement + "/query", fmt::format(R"({{"{}":"{}","{}":"{}"}})", filters[base].first,
                                                           filters[base].second, filters[more].first, value))
            .body;
      };
      EXPECT_THAT(ask(filters[more].second), HasSubstr(R"("count":1)"))
          << filters[base].first << " and " << filters[more].first;
      EXPECT_THAT(ask(wrong[more]), HasSubstr(R"("count":0)"))
          << filters[base].first << " and not " << filters[more].first;
    }
  }
}

TEST_F(TokenManagementRoutes, RevokeEndsByReferenceAndAnswers200Always) {
  const std::string token = at.generate();
  const std::string reference = base::percent_encode(base::base64_encode(at.world.digest(token)));
  EXPECT_EQ(at.remove(kTokenManagement + "/revoke").status, 400);
  EXPECT_EQ(at.remove(kTokenManagement + "/revoke?tokenReferences=").status, 400);
  EXPECT_EQ(at.remove(kTokenManagement + "/revoke?tokenReferences=a&tokenReferences=%20").status, 400);
  EXPECT_EQ(at.remove(kTokenManagement + "/revoke?tokenReferences=unknown").status, 200) << "Q3";
  const Reply revoked = at.remove(kTokenManagement + "/revoke?tokenReferences=" + reference);
  EXPECT_EQ(revoked.status, 200);
  EXPECT_EQ(revoked.body, "");
  EXPECT_EQ(at.verify(token).body, R"({"verified":false})");
  EXPECT_EQ(at.remove(kTokenManagement + "/revoke?tokenReferences=" + reference).status, 200);
}

TEST_F(TokenManagementRoutes, Row57AddKeysEchoesThemWithTheirInitialVectors) {
  const Reply reply =
      at.post(kTokenManagement + "/encryption-key",
              R"({"list":[{"systemName":"pump station","key":"northwind-key-16","algorithm":"aes/cbc/PKCS5padding"},)"
              R"({"systemName":"GateKeeper","key":"northwind-key-16"}]})");
  EXPECT_EQ(reply.status, 201);
  EXPECT_THAT(
      reply.body,
      MatchesRegex(
          R"(\{"entries":\[\{"systemName":"PumpStation","rawKey":"northwind-key-16","algorithm":"aes/cbc/PKCS5padding",)"
          R"("keyAdditive":"[A-Za-z0-9+/]{22}==","createdAt":"[^"]+"\},\{"systemName":"GateKeeper","rawKey":"northwind-key-16",)"
          R"("algorithm":"AES/ECB/PKCS5Padding","createdAt":"[^"]+"\}\],"count":2\})"));
  const Reply short_key = at.post(kTokenManagement + "/encryption-key", R"({"list":[{"systemName":"A","key":"x"}]})");
  EXPECT_EQ(short_key.status, 400);
  EXPECT_EQ(ApiClient::member(short_key, "origin"), "");

  EXPECT_EQ(at.remove(kTokenManagement + "/encryption-key?systemNames=").status, 400) << "Q4";
  EXPECT_EQ(at.remove(kTokenManagement + "/encryption-key").status, 400);
  EXPECT_EQ(at.remove(kTokenManagement + "/encryption-key?systemNames=pump-station,Nobody").status, 200);
  EXPECT_EQ(at.world.keys.size(), 1U);
}

TEST_F(TokenManagementRoutes, EveryRouteIsDescribed) {
  for (const http::Route& route : at.router.routes()) {
    EXPECT_FALSE(route.summary.empty()) << route.path;
    EXPECT_FALSE(route.answers.empty()) << route.path;
    EXPECT_EQ(!route.request_type.empty(), !route.request_schema.empty()) << route.path;
    EXPECT_EQ(route.path.find("/mgmt/") != std::string::npos, route.access == http::Access::kManagement) << route.path;
  }
}

}  // namespace
}  // namespace jeton::api::testing
