// arrowhead-authorization 11.4.
#include "cloud/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/blacklist_source.hpp"
#include "cloud/cloud_world.hpp"

namespace jeton::cloud {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using testing::entry;
using ::testing::HasSubstr;
using testing::kLookup;
using testing::Wire;
using testing::World;

const std::string kNothing = R"({"entries":[],"count":0})";
const std::string kCheck = R"({"check":{"path":"/check","method":"GET"}})";

TEST(Discovery, AsksOnceAndUsesTheInterfaceOfTheCloudsOwnKind) {
  World world;
  world.wire.answer(kLookup, 200, entry("Blacklist", "bl", "/blacklist", kCheck));
  for (int i = 0; i < 3; ++i) {
    const auto found = world.discovery.find("blacklistDiscovery", "Blacklist");
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ((*found)->origin, "http://bl:8443");
    EXPECT_EQ((*found)->provider, "Blacklist");
    world.clock.advance(1h);
  }
  ASSERT_EQ(world.wire.sent.size(), 1U);
  EXPECT_EQ(world.wire.sent[0].body,
            R"({"providerNames":["Blacklist"],"serviceDefinitionNames":["blacklistDiscovery"],)"
            R"("interfaceTemplateNames":["generic_http"]})");
  EXPECT_TRUE(world.wire.sent[0].authorization.equals("Bearer SYSTEM//ConsumerAuthorization"));
  static_cast<void>(world.discovery.find("identity", ""));
  EXPECT_THAT(world.wire.sent[1].body, HasSubstr(R"("providerNames":null)"));
}

TEST(Discovery, ACloudWithTlsIsAskedForItsInterfaces) {
  World world(OutgoingCredentials::Policy::kDeclared, {.registry = "https://sr:8443", .fixed = {}});
  static_cast<void>(world.discovery.find("identity", ""));
  EXPECT_THAT(world.wire.sent[0].body, HasSubstr(R"("interfaceTemplateNames":["generic_https"])"));
}

TEST(Discovery, WhatIsNotOfferedIsNotFoundAndNotAskedForByEveryRequest) {
  World world;
  world.wire.answer(kLookup, 200, kNothing);
  EXPECT_EQ(world.discovery.find("identity", "").error().code, ErrorCode::kNotFound);
  const std::size_t asked = world.wire.sent.size();
  EXPECT_EQ(asked, 3U) << "the registry for it, and for both orchestrators";
  EXPECT_EQ(world.discovery.find("identity", "").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(world.wire.sent.size(), asked);
  world.clock.advance(1s);
  world.wire.answer(kLookup, 200, entry("Authentication", "auth", "/authentication/identity", kCheck));
  EXPECT_TRUE(world.discovery.find("identity", "").has_value());
}

TEST(Discovery, ADoubtfulPlaceIsAskedForAnewAndKeptWhileNobodyTells) {
  World world;
  world.wire.answer(kLookup, 200, entry("Blacklist", "old", "/blacklist", kCheck));
  const auto old = *world.discovery.find("blacklistDiscovery", "Blacklist");
  world.clock.advance(1min);
  world.wire.fail(kLookup, ErrorCode::kTimeout);
  world.discovery.doubt("blacklistDiscovery", old);
  EXPECT_EQ(*world.discovery.find("blacklistDiscovery", "Blacklist"), old) << "it may be back where it was";
  world.clock.advance(1min);
  world.wire.answer(kLookup, 200, entry("Blacklist", "new", "/blacklist", kCheck));
  const auto moved = *world.discovery.find("blacklistDiscovery", "Blacklist");
  EXPECT_EQ(moved->origin, "http://new:8443");
  world.discovery.doubt("blacklistDiscovery", old);
  world.wire.sent.clear();
  EXPECT_EQ(*world.discovery.find("blacklistDiscovery", "Blacklist"), moved);
  EXPECT_TRUE(world.wire.sent.empty()) << "a doubt about the old place says nothing about the new one";
  world.clock.advance(1min);
  world.wire.answer(kLookup, 200, kNothing);
  world.discovery.doubt("blacklistDiscovery", moved);
  EXPECT_EQ(world.discovery.find("blacklistDiscovery", "Blacklist").error().code, ErrorCode::kNotFound);
}

// The service moved, and something else listens where it was.
TEST(Neighbours, AnswersThatAreNotTheContractsPutThePlaceInDoubt) {
  const std::string at_old = "GET http://old:8443/blacklist/check/x";
  const struct {
    int status;
    const char* body;
    bool moved;
  } rows[] = {{404, "", true},
              {404, "<html>", true},
              {401, "", true},
              {403, "no", true},
              {500, "{}", true},
              {302, "", true},
              {503, "", true},
              {404, R"({"exceptionType":"DATA_NOT_FOUND","errorMessage":"none"})", false},
              {403, R"({"exceptionType":"FORBIDDEN","errorMessage":"no"})", false},
              {500, R"({"exceptionType":"ARROWHEAD","errorMessage":"no"})", false}};
  for (const auto& row : rows) {
    World world;
    world.wire.answer(kLookup, 200, entry("Blacklist", "old", "/blacklist", kCheck));
    world.wire.answer(at_old, row.status, row.body);
    const Neighbours::Question question{
        .neighbour = kBlacklist, .service = "blacklistDiscovery", .operation = "check", .arguments = {"x"}};
    EXPECT_FALSE(world.neighbours.ask(question).has_value());
    world.clock.advance(1min);
    world.wire.answer(kLookup, 200, entry("Blacklist", "new", "/blacklist", kCheck));
    world.wire.answer("GET http://new:8443/blacklist/check/x", 200, "true");
    EXPECT_EQ(world.neighbours.ask(question).has_value(), row.moved) << row.status << row.body;
  }
}

TEST(Neighbours, ASuccessThatCannotBeReadPutsThePlaceInDoubtToo) {
  World world;
  world.wire.answer(kLookup, 200, entry("Blacklist", "old", "/blacklist", kCheck));
  world.wire.answer("GET http://old:8443/blacklist/check/x", 200, "<html>welcome</html>");
  BlacklistSource source(world.neighbours, {});
  EXPECT_EQ(source.is_listed("x").error().code, ErrorCode::kExternalFault);
  world.clock.advance(1min);
  world.wire.answer(kLookup, 200, entry("Blacklist", "new", "/blacklist", kCheck));
  world.wire.answer("GET http://new:8443/blacklist/check/x", 200, "true");
  const auto listed = source.is_listed("x");
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  EXPECT_TRUE(*listed);
}

TEST(Neighbours, GivingUpAtTheStopSaysNothingAboutThePlace) {
  World world;
  world.wire.answer(kLookup, 200, entry("Blacklist", "bl", "/blacklist", kCheck));
  world.wire.fail("GET http://bl:8443/blacklist/check/x", ErrorCode::kUnavailable);
  BlacklistSource source(world.neighbours, {});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(source.is_listed("x").error().code, ErrorCode::kUnavailable);
    world.clock.advance(1min);
  }
  EXPECT_EQ(world.wire.count("/lookup"), 1U);
}

TEST(Discovery, AnOrchestratorIsTheSecondSource) {
  World world;
  world.wire.answers[kLookup] = [](const net::HttpClient::Request& request) {
    const bool flexible = request.body.find("FlexibleServiceOrchestration") != std::string::npos;
    return Wire::answered(
        200, flexible ? entry("FlexibleServiceOrchestration", "orch", "/serviceorchestration/orchestration",
                              R"({"pull":{"path":"/pull","method":"POST"}})")
                      : kNothing);
  };
  world.wire.answer(
      "POST http://orch:8443/serviceorchestration/orchestration/pull", 200,
      R"({"results":[{"providerName":"Blacklist","interfaces":[{"templateName":"generic_http","properties":
                    {"accessAddresses":["bl"],"accessPort":8464,"basePath":"/blacklist","operations":{}}}]}]})");
  const auto found = world.discovery.find("blacklistDiscovery", "Blacklist");
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ((*found)->origin, "http://bl:8464");
  EXPECT_EQ(
      world.wire.sent.back().body,
      R"({"serviceRequirement":{"serviceDefinition":"blacklistDiscovery","interfaceTemplateNames":["generic_http"],)"
      R"("preferredProviders":["Blacklist"]},"orchestrationFlags":{"MATCHMAKING":true,"ALLOW_INTERCLOUD":false,)"
      R"("ALLOW_TRANSLATION":false}})");
}

TEST(Discovery, FixedPlacesAndNoRegistryNeedNoQuestion) {
  World world(OutgoingCredentials::Policy::kOutsourced,
              {.registry = "", .fixed = {{"identity", identity_place("https://auth:8444")}}});
  const auto found = world.discovery.find("identity", "");
  ASSERT_TRUE(found.has_value());
  world.discovery.doubt("identity", *found);
  EXPECT_TRUE(world.discovery.find("identity", "").has_value());
  EXPECT_EQ((*found)->url(*(*found)->operation("identity-login"), {}, {}),
            "https://auth:8444/authentication/identity/login");
  EXPECT_EQ(world.discovery.find("blacklistDiscovery", "").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(world.wire.sent.empty());
}

TEST(Discovery, AnswersThatCannotBeUsedAreErrors) {
  World world;
  for (const char* body :
       {"", "[]", R"({"entries":7})", R"({"entries":[{"interfaces":[{"templateName":"generic_http"}]}]})"}) {
    world.clock.advance(2s);
    world.wire.answer(kLookup, 200, body);
    EXPECT_EQ(world.discovery.find("identity", "").error().code, ErrorCode::kExternalFault) << body;
  }
}

}  // namespace
}  // namespace jeton::cloud
