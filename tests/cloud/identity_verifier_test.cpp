// arrowhead-authorization 9.4.
#include "cloud/identity_verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.hpp"
#include "cloud/blacklist_source.hpp"
#include "cloud/cloud_world.hpp"

namespace jeton::cloud {
namespace {

using base::ErrorCode;
using testing::entry;
using ::testing::HasSubstr;
using testing::kLookup;
using ::testing::Not;
using testing::World;

class IdentityVerifierTest : public ::testing::Test {
 protected:
  IdentityVerifierTest() { world_.credentials.use_token(base::Secret("own")); }
  base::Result<identity::VerifiedIdentity> verify(std::string_view token) { return verifier_.verify(token); }
  static std::string path(std::string_view token) {
    return fmt::format("GET https://auth:8444/authentication/identity/verify/{}", token);
  }

  World world_{OutgoingCredentials::Policy::kOutsourced,
               {.registry = "", .fixed = {{"identity", identity_place("https://auth:8444")}}}};
  IdentityVerifier verifier_{world_.neighbours, {}};
};

TEST_F(IdentityVerifierTest, TakesOverWhatIsSaid) {
  world_.wire.answer(path("a%2Fb"), 200,
                     R"({"verified":true,"systemName":"FlowReader","sysop":true,"loginTime":"2030-01-01T00:00:00Z",)"
                     R"("expirationTime":"2030-03-17T18:46:40Z","more":1})");
  const auto identity = verify("a/b");
  ASSERT_TRUE(identity.has_value()) << identity.error().message;
  EXPECT_TRUE(identity->verified);
  EXPECT_EQ(identity->name, "FlowReader");
  EXPECT_TRUE(identity->sysop);
  EXPECT_EQ(identity->expires, base::parse_instant("2030-03-17T18:46:40Z").value());
  EXPECT_TRUE(world_.wire.sent[0].authorization.equals("Bearer IDENTITY-TOKEN//own"));
  world_.wire.answer(path("b"), 200, R"({"verified":false})");
  EXPECT_FALSE(verify("b")->verified);
}

TEST_F(IdentityVerifierTest, UnreadableAnswersAreInternal) {
  const std::string long_name(64, 'A');
  for (const std::string& body :
       {std::string(), std::string("true"), std::string("{}"), std::string(R"({"verified":null})"),
        std::string(R"({"verified":true})"), std::string(R"({"verified":true,"systemName":" "})"),
        fmt::format(R"({{"verified":true,"systemName":"{}"}})", long_name), std::string(R"({"verified":"yes"})"),
        std::string(R"({"verified":true,"systemName":"A","expirationTime":"tomorrow"})")}) {
    world_.wire.answer(path("t"), 200, body);
    EXPECT_EQ(verify("t").error().code, ErrorCode::kExternalFault) << body;
  }
}

TEST_F(IdentityVerifierTest, TroubleIsToldWithoutTheToken) {
  world_.wire.fail(path("hush"), ErrorCode::kTimeout);
  EXPECT_EQ(verify("hush").error().code, ErrorCode::kExternal);
  world_.wire.answer(path("hush"), 400, R"({"exceptionType":"INVALID_PARAMETER","errorMessage":"hush is no token"})");
  const auto refused = verify("hush");
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hush")));
}

TEST_F(IdentityVerifierTest, ARefusalOfTheOwnTokenIsNoticed) {
  world_.wire.answer(path("t"), 401, R"({"exceptionType":"AUTH","errorMessage":"log in"})");
  EXPECT_FALSE(world_.credentials.is_refused());
  EXPECT_EQ(verify("t").error().code, ErrorCode::kUnauthenticated);
  EXPECT_TRUE(world_.credentials.is_refused());
  world_.credentials.use_token(base::Secret("new"));
  EXPECT_FALSE(world_.credentials.is_refused());
  world_.credentials.refused(base::Secret("Bearer IDENTITY-TOKEN//own"));
  EXPECT_FALSE(world_.credentials.is_refused()) << "that was the token before";
}

TEST(BlacklistSource, AsksTheBlacklistSystemAndReadsABoolean) {
  World world;
  BlacklistSource source(world.neighbours, {});
  EXPECT_EQ(source.is_listed("FlowReader").error().code, ErrorCode::kNotFound) << "nobody offers it";
  world.clock.advance(std::chrono::seconds(2));
  world.wire.answer(kLookup, 200,
                    entry("Blacklist", "bl", "/blacklist", R"({"check":{"path":"/check","method":"GET"}})"));
  const std::string path = "GET http://bl:8443/blacklist/check/FlowReader";
  world.wire.answer(path, 200, "true");
  EXPECT_EQ(source.is_listed("FlowReader"), true);
  world.wire.answer(path, 200, " false\n");
  EXPECT_EQ(source.is_listed("FlowReader"), false);
  for (const char* body : {"", "null", "1", "\"true\"", "{\"listed\":true}"}) {
    world.wire.answer(path, 200, body);
    EXPECT_EQ(source.is_listed("FlowReader").error().code, ErrorCode::kExternalFault) << body;
  }
}

}  // namespace
}  // namespace jeton::cloud
