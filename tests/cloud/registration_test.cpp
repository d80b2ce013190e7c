// arrowhead-authorization 11.1 to 11.3, 11.7.
#include "cloud/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "cloud/cloud_world.hpp"

namespace jeton::cloud {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using ::testing::HasSubstr;
using testing::Wire;
using testing::World;

const std::string kSystem = "http://sr:8443/serviceregistry/system-discovery/";
const std::string kService = "http://sr:8443/serviceregistry/service-discovery/";

class RegistrationTest : public ::testing::Test {
 protected:
  RegistrationTest() {
    world_.offer_registry();
    world_.wire.answer("DELETE " + kSystem + "revoke", 204, "");
    world_.wire.answer("POST " + kSystem + "register", 201, "{}");
    world_.wire.answers["POST " + kService + "register"] = [this](const net::HttpClient::Request& request) {
      const std::size_t at = request.body.find(R"("serviceDefinitionName":")") + 25;
      const std::string name = request.body.substr(at, request.body.find('"', at) - at);
      registered_.push_back(name);
      world_.wire.answer(fmt::format("DELETE {}revoke/id-{}", kService, name), 200, "");
      return Wire::answered(201, fmt::format(R"({{"instanceId":"id-{}"}})", name));
    };
    world_.wire.answers[kLookup()] =
        [this, found = world_.wire.answers[kLookup()]](
            const net::HttpClient::Request& request) -> base::Result<net::HttpClient::Response> {
      if (request.body != R"({"providerNames":["ConsumerAuthorization"]})") return found(request);
      std::string entries;
      for (const std::string& name : registered_) {
        if (hidden_.contains(name)) continue;
        entries += fmt::format(R"({}{{"instanceId":"id-{}"}})", entries.empty() ? "" : ",", name);
      }
      return Wire::answered(200, fmt::format(R"({{"entries":[{}]}})", entries));
    };
  }
  static std::string kLookup() { return testing::kLookup; }
  base::Status keep() { return registration_.keep({}); }

  World world_;
  std::vector<std::string> registered_;
  std::set<std::string> hidden_;  // that the registry has and does not show
  Registration registration_{
      {.address = "127.0.0.1", .port = 8445}, offered_services({}), world_.neighbours, world_.clock};
};

TEST_F(RegistrationTest, RegistersTheSystemThenItsServicesInOrder) {
  EXPECT_FALSE(registration_.health().has_value());
  const auto kept = keep();
  ASSERT_TRUE(kept.has_value()) << kept.error().message;
  EXPECT_TRUE(registration_.health().has_value());
  EXPECT_EQ(registered_,
            (std::vector<std::string>{"generalManagement", "authorizationManagement", "authorizationTokenManagement",
                                      "authorization", "authorizationToken"}));
  std::vector<std::string> steps;
  for (const auto& request : world_.wire.sent) {
    if (request.url.find("lookup") == std::string::npos) steps.push_back(request.method + " " + request.url);
  }
  EXPECT_EQ(steps[0], "DELETE " + kSystem + "revoke");
  EXPECT_EQ(steps[1], "POST " + kSystem + "register");
  EXPECT_EQ(steps[2], "POST " + kService + "register");
}

TEST_F(RegistrationTest, OnceRegisteredItOnlyLooks) {
  EXPECT_TRUE(keep().has_value());
  world_.wire.sent.clear();
  EXPECT_TRUE(keep().has_value());
  ASSERT_EQ(world_.wire.sent.size(), 1U);
  EXPECT_EQ(world_.wire.sent[0].body, R"({"providerNames":["ConsumerAuthorization"]})");
}

// One with restricted discovery shows only what is discovered without.
TEST_F(RegistrationTest, ARegistryThatHidesServicesIsNotToldAgainUntilItForgets) {
  hidden_ = {"generalManagement", "authorizationManagement", "authorizationTokenManagement"};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(keep().has_value());
  EXPECT_EQ(registered_.size(), 5U);
  EXPECT_TRUE(registration_.health().has_value());
  registered_.clear();
  EXPECT_TRUE(keep().has_value());
  EXPECT_EQ(registered_.size(), 5U);
}

TEST_F(RegistrationTest, ARegistryThatForgotBeforeTheFirstLookIsToldAgain) {
  const auto look = world_.wire.answers[kLookup()];
  world_.wire.answers[kLookup()] = [this, look](const net::HttpClient::Request& request) {
    const bool ours = request.body == R"({"providerNames":["ConsumerAuthorization"]})";
    return ours ? base::failure(base::Error{ErrorCode::kTimeout, "it is slow", {}}) : look(request);
  };
  EXPECT_FALSE(keep().has_value());
  EXPECT_EQ(registered_.size(), 5U);
  EXPECT_FALSE(registration_.health().has_value());
  registered_.clear();
  world_.wire.answers[kLookup()] = look;
  world_.clock.advance(1min);
  EXPECT_TRUE(keep().has_value());
  EXPECT_EQ(registered_.size(), 5U);
}

TEST_F(RegistrationTest, ARegistryThatDoesNotShowWhatItWasToldOfIsTrouble) {
  hidden_ = {"authorization"};
  EXPECT_THAT(keep().error().message, HasSubstr("does not show"));
  EXPECT_FALSE(registration_.health().has_value());
}

TEST_F(RegistrationTest, ARegistryThatForgotIsToldAgain) {
  EXPECT_TRUE(keep().has_value());
  registered_.erase(registered_.begin());
  EXPECT_TRUE(keep().has_value());
  EXPECT_EQ(registered_.size(), 4U + 5U);
}

TEST_F(RegistrationTest, AFailureAnywhereIsToldAndTriedFromTheBeginning) {
  const std::string steps[] = {kLookup(), "DELETE " + kSystem + "revoke", "POST " + kSystem + "register",
                               "POST " + kService + "register"};
  for (const std::string& step : steps) {
    const auto good = world_.wire.answers[step];
    world_.clock.advance(1min);
    world_.wire.fail(step, ErrorCode::kTimeout);
    EXPECT_EQ(keep().error().code, ErrorCode::kExternal) << step;
    EXPECT_THAT(registration_.health().error().message, HasSubstr("it is away"));
    world_.wire.answers[step] = good;
  }
  world_.clock.advance(1min);
  EXPECT_TRUE(keep().has_value());
  EXPECT_TRUE(registration_.health().has_value());
  EXPECT_EQ(registered_.size(), 5U);
}

TEST_F(RegistrationTest, AnAnswerWithoutAnIdIsAnError) {
  world_.wire.answer("POST " + kService + "register", 201, "{}");
  EXPECT_THAT(keep().error().message, HasSubstr("instanceId"));
}

TEST_F(RegistrationTest, IsTakenOutAndStaysOut) {
  EXPECT_TRUE(keep().has_value());
  registration_.withdraw(2s);
  EXPECT_EQ(world_.wire.count("DELETE " + kService + "revoke/id-"), 5U);
  EXPECT_EQ(world_.wire.count("DELETE " + kSystem), 1U) << "only at the start: the system itself stays";
  world_.wire.sent.clear();
  EXPECT_TRUE(keep().has_value());
  registration_.withdraw(2s);
  EXPECT_TRUE(world_.wire.sent.empty());
}

TEST_F(RegistrationTest, AServiceWhoseAnswerWasLostIsTakenOutAsWell) {
  world_.wire.fail("POST " + kService + "register", ErrorCode::kTimeout);
  EXPECT_FALSE(keep().has_value());
  registration_.withdraw(2s);
  EXPECT_EQ(world_.wire.count("DELETE " + kService + "revoke/ConsumerAuthorization%7CgeneralManagement%7C1.0.0"), 1U);
}

// A registry that hangs when the place of its service is in doubt, and one that takes long for everything.
TEST_F(RegistrationTest, TakingOutKeepsToItsTimeWhateverIsToBeAskedForIt) {
  EXPECT_TRUE(keep().has_value());
  const auto look = world_.wire.answers[kLookup()];
  world_.wire.fail(kLookup(), ErrorCode::kTimeout);
  EXPECT_FALSE(keep().has_value()) << "which puts the place in doubt";
  world_.clock.advance(1min);
  world_.wire.sent.clear();
  const base::Tick begin = world_.clock.monotonic();
  world_.wire.answers[kLookup()] = [this](const net::HttpClient::Request& request) {
    world_.clock.advance(request.time_max);  // as a client that gives up in time
    return base::Result<net::HttpClient::Response>(base::failure(base::Error{ErrorCode::kTimeout, "it hangs", {}}));
  };
  registration_.withdraw(2s);
  EXPECT_LE(world_.clock.monotonic() - begin, 2s);
  ASSERT_EQ(world_.wire.sent.size(), 1U);
  EXPECT_EQ(world_.wire.sent[0].time_max, 2s);
}

TEST_F(RegistrationTest, TakingOutKeepsToItsTimeWithAllItsAttempts) {
  EXPECT_TRUE(keep().has_value());
  for (auto& [what, answer] : world_.wire.answers) {
    if (!what.starts_with("DELETE " + kService)) continue;
    answer = [this](const net::HttpClient::Request& request) {
      world_.clock.advance(std::min<base::Duration>(request.time_max, 700ms));
      return Wire::answered(503, "");
    };
  }
  const base::Tick begin = world_.clock.monotonic();
  registration_.withdraw(2s);
  EXPECT_LE(world_.clock.monotonic() - begin, 2s);
}

TEST_F(RegistrationTest, ARegistryThatIsAwayAtTheEndIsAskedOnce) {
  EXPECT_TRUE(keep().has_value());
  for (auto& [what, answer] : world_.wire.answers) {
    if (what.starts_with("DELETE " + kService)) world_.wire.fail(what, ErrorCode::kTimeout);
  }
  registration_.withdraw(2s);
  EXPECT_EQ(world_.wire.count("DELETE " + kService), 1U);
}

}  // namespace
}  // namespace jeton::cloud
