// Tokens over HTTP: arrowhead-authorization 5.5 to 5.9, statuses, bodies and error origins.
#include "api/http/token_routes.hpp"

#include "base/strings.hpp"
#include "crypto/test_files.hpp"
#include "crypto/test_keys.hpp"
#include "token_client.hpp"

namespace jeton::api::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class TokenRoutes : public ::testing::Test {
 protected:
  TokenRoutes() { at.world.allow("PumpStation", "flowRate"); }
  TokenClient at;
};

TEST_F(TokenRoutes, GenerateAnswersTheKindsAsTheContractWritesThem) {
  const Reply counted = at.post(
      kTokens + "/generate",
      R"({"tokenVariant":"usage_limited_token_auth","provider":"PumpStation","target":"flowRate","scope":"read-now"})",
      "FlowReader");
  EXPECT_EQ(counted.status, 201);
  EXPECT_THAT(
      counted.body,
      MatchesRegex(
          R"(\{"tokenType":"USAGE_LIMITED_TOKEN","targetType":"SERVICE_DEF","token":"[A-Za-z0-9_=-]{44}","usageLimit":5\})"));

  const Reply contained =
      at.post(kTokens + "/generate",
              R"({"tokenVariant":"BASE64_SELF_CONTAINED_TOKEN_AUTH","provider":"PumpStation","target":"flowRate"})",
              "FlowReader");
  EXPECT_EQ(contained.status, 201);
  EXPECT_THAT(
      contained.body,
      MatchesRegex(R"(\{"tokenType":"SELF_CONTAINED_TOKEN","targetType":"SERVICE_DEF","token":"[A-Za-z0-9_=-]+",)"
                   R"("expiresAt":"2031-03-04T05:02:07.000123456Z"\})"));
  EXPECT_EQ(base::base64url_decode(ApiClient::member(contained, "token")),
            "LOCAL|FlowReader|PumpStation|flowRate||SERVICE_DEF|2031-03-04T05:02:07.000123456Z");
}

TEST_F(TokenRoutes, GenerateRefusals) {
  const Reply invalid = at.post(kTokens + "/generate", R"({"tokenVariant":"x"})", "FlowReader");
  EXPECT_EQ(invalid.status, 400);
  EXPECT_EQ(ApiClient::member(invalid, "exceptionType"), "INVALID_PARAMETER");
  EXPECT_EQ(ApiClient::member(invalid, "origin"), "POST /consumerauthorization/authorization-token/generate");
  const Reply forbidden =
      at.post(kTokens + "/generate",
              R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","provider":"GateKeeper","target":"flowRate"})");
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(ApiClient::member(forbidden, "exceptionType"), "FORBIDDEN");
  const Reply unsigned_one =
      at.post(kTokens + "/generate",
              R"({"tokenVariant":"RSA_SHA256_JSON_WEB_TOKEN_AUTH","provider":"PumpStation","target":"flowRate"})");
  EXPECT_EQ(unsigned_one.status, 400) << "Row 45";
  EXPECT_EQ(ApiClient::member(unsigned_one, "origin"), "POST /consumerauthorization/authorization-token/generate");
}

TEST_F(TokenRoutes, VerifyTellsItsProviderWhoseTokenItIs) {
  const std::string token = at.generate("TIME_LIMITED_TOKEN_AUTH", R"(,"scope":"read-now")");
  const Reply good = at.verify(token);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(
      good.body,
      R"({"verified":true,"consumerCloud":"LOCAL","consumer":"FlowReader","targetType":"SERVICE_DEF","target":"flowRate","scope":"read-now"})");
  EXPECT_EQ(
      at.verify(at.generate()).body,
      R"({"verified":true,"consumerCloud":"LOCAL","consumer":"FlowReader","targetType":"SERVICE_DEF","target":"flowRate"})");
  EXPECT_EQ(at.verify(token, "GateKeeper").body, R"({"verified":false})");
  EXPECT_EQ(at.verify("unknown").body, R"({"verified":false})");
  at.world.clock.advance(60s);
  EXPECT_EQ(at.verify(token).body, R"({"verified":false})");
}

TEST_F(TokenRoutes, VerifyHasThreePathsOfWhichOneIsDocumented) {
  const std::string token = at.generate();
  for (const std::string path :
       {"/token/verify/", "/verify/", "/token/verify/%7Btoken%7D/", "/token/verify/{token}/"}) {
    EXPECT_THAT(at.get(kTokens + path + token).body, HasSubstr(R"("verified":true)")) << path;
  }
  EXPECT_THAT(at.get(kTokens + "/token/verify/" + base::percent_encode(token)).body, HasSubstr(R"("verified":true)"));
  EXPECT_EQ(
      std::ranges::count_if(at.router.routes(),
                            [](const http::Route& route) { return route.operation == "verify" && route.documented; }),
      1);
}

TEST_F(TokenRoutes, Q13ErrorsOfVerifyDoNotRepeatTheToken) {
  const std::string token = at.generate("BASE64_SELF_CONTAINED_TOKEN_AUTH");
  for (const std::string path : {"/token/verify/", "/verify/", "/token/verify/%7Btoken%7D/"}) {
    const Reply reply = at.get(kTokens + path + token);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr(token)));
    EXPECT_THAT(ApiClient::member(reply, "origin"), HasSubstr("/verify/{token}"));
  }
  EXPECT_EQ(ApiClient::member(at.verify(token), "origin"),
            "GET /consumerauthorization/authorization-token/token/verify/{token}");
  EXPECT_EQ(at.get(kTokens + "/token/verify/%20").status, 400);
}

TEST_F(TokenRoutes, VerifyTakesAUseOverHttp) {
  const std::string token = at.generate("USAGE_LIMITED_TOKEN_AUTH");
  for (int use = 0; use < 5; ++use) EXPECT_THAT(at.verify(token).body, HasSubstr(R"("verified":true)")) << use;
  EXPECT_EQ(at.verify(token).body, R"({"verified":false})");
}

TEST_F(TokenRoutes, RegisterAnswersTheInitialVectorAsText) {
  const Reply cbc =
      at.post(kTokens + "/encryption-key", R"({"key":"northwind-key-16","algorithm":"aes/cbc/pkcs5padding"})");
  EXPECT_EQ(cbc.status, 201);
  EXPECT_THAT(cbc.head, HasSubstr("Content-Type: text/plain;charset=UTF-8"));
  EXPECT_EQ(base::base64_decode(cbc.body)->size(), 16U);
  const Reply ecb = at.post(kTokens + "/encryption-key", R"({"key":"northwind-key-16"})");
  EXPECT_EQ(ecb.status, 201);
  EXPECT_EQ(ecb.body, "");
  EXPECT_EQ(at.world.keys.find("PumpStation")->mode, model::CipherMode::kEcb) << "replaced";
  EXPECT_EQ(at.remove(kTokens + "/encryption-key").status, 200);
  EXPECT_EQ(at.remove(kTokens + "/encryption-key").status, 204);
}

TEST_F(TokenRoutes, AShortKeyIsRefusedWithoutAnOrigin) {
  const Reply short_key = at.post(kTokens + "/encryption-key", R"({"key":"short"})");
  EXPECT_EQ(short_key.status, 400);
  EXPECT_EQ(ApiClient::member(short_key, "origin"), "");
  EXPECT_EQ(ApiClient::member(at.post(kTokens + "/encryption-key", "{}"), "origin"),
            "POST /consumerauthorization/authorization-token/encryption-key");
}

TEST_F(TokenRoutes, AKeyThatCannotEncryptIsAnErrorOfTheServer) {
  ASSERT_EQ(at.post(kTokens + "/encryption-key", R"({"key":"twenty-bytes-of-key!"})").status, 201);
  const Reply reply =
      at.post(kTokens + "/generate",
              R"({"tokenVariant":"BASE64_SELF_CONTAINED_TOKEN_AUTH","provider":"PumpStation","target":"flowRate"})");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(ApiClient::member(reply, "exceptionType"), "INTERNAL_SERVER_ERROR");
}

TEST_F(TokenRoutes, PublicKeyAndJsonWebTokens) {
  EXPECT_EQ(at.get(kTokens + "/public-key").status, 404);
  const crypto::TestFolder folder;
  const auto key =
      crypto::SigningKey::load(folder.write("key.pem", crypto::test_keys::rsa_pem(2048)).string(), base::Secret());
  ASSERT_TRUE(key);
  TokenClient signing(tokens::testing::default_settings(), &*key);
  signing.world.allow("PumpStation", "flowRate");
  const Reply public_key = signing.get(kTokens + "/public-key");
  EXPECT_EQ(public_key.status, 200);
  EXPECT_EQ(public_key.body, key->public_key_base64());
  EXPECT_TRUE(signing.generate("RSA_SHA512_JSON_WEB_TOKEN_AUTH").starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzUxMiJ9."));
}

}  // namespace
}  // namespace jeton::api::testing
