// arrowhead-authorization 11.6, 11.7.
#include "cloud/login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.hpp"
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

const std::string kLogin = "POST http://auth:8444/authentication/identity/login";
const std::string kLogout = "POST http://auth:8444/authentication/identity/logout";

TEST(LoginRules, ALoginIsDueFiveIntervalsBeforeTheEnd) {
  const base::Instant end{1000s};
  EXPECT_FALSE(is_login_due(end, end - 50s - 1ms, 10s));
  EXPECT_TRUE(is_login_due(end, end - 50s - 1ms + 1ns, 10s));
  EXPECT_TRUE(is_login_due(end, end + 1s, 10s));
  EXPECT_FALSE(is_login_due(std::nullopt, end, 10s)) << "a token without an end";
}

class LoginTest : public ::testing::Test {
 protected:
  void offer(base::Duration lifetime, std::string token = "t1") {
    world_.wire.answers[kLogin] = [this, lifetime, token](const net::HttpClient::Request&) {
      return Wire::answered(200, fmt::format(R"({{"token":"{}","expirationTime":"{}"}})", token,
                                             base::format_instant(world_.clock.wall() + lifetime)));
    };
  }
  base::Status step() { return login_.step({}); }
  std::string shown() const { return std::string(world_.credentials.authorization().reveal()); }

  World world_{OutgoingCredentials::Policy::kOutsourced,
               {.registry = "", .fixed = {{"identity", identity_place("http://auth:8444")}}}};
  Login login_{{.credentials = {{"password", base::Secret("p\"w")}, {"realm", base::Secret("r")}}, .interval = 10s},
               world_.neighbours,
               world_.credentials,
               world_.clock};
};

TEST_F(LoginTest, ATokenThatHasEndedAlreadyIsNoLogin) {
  offer(-1s);
  const auto status = step();
  ASSERT_FALSE(status.has_value());
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("clocks"));
  EXPECT_EQ(shown(), "");
  EXPECT_THAT(login_.health().error().message, ::testing::HasSubstr("clocks"));
}

TEST_F(LoginTest, LogsInAndRenewsBeforeTheEnd) {
  EXPECT_EQ(shown(), "");
  EXPECT_FALSE(login_.health().has_value());
  offer(100s);
  EXPECT_TRUE(step().has_value());
  EXPECT_EQ(shown(), "Bearer IDENTITY-TOKEN//t1");
  EXPECT_TRUE(login_.health().has_value());
  EXPECT_EQ(world_.wire.sent[0].body,
            R"({"systemName":"ConsumerAuthorization","credentials":{"password":"p\"w","realm":"r"}})");
  EXPECT_TRUE(world_.wire.sent[0].authorization.empty());
  offer(100s, "t2");
  for (int i = 0; i < 4; ++i) {
    world_.clock.advance(10s);
    EXPECT_TRUE(step().has_value());
  }
  EXPECT_EQ(world_.wire.sent.size(), 1U);
  world_.clock.advance(10s);
  EXPECT_TRUE(step().has_value());
  EXPECT_EQ(shown(), "Bearer IDENTITY-TOKEN//t2");
}

TEST_F(LoginTest, WrongCredentialsStopItForGood) {
  world_.wire.answer(kLogin, 401, R"({"exceptionType":"AUTH","errorMessage":"no"})");
  EXPECT_TRUE(step().has_value());
  EXPECT_TRUE(login_.has_given_up());
  EXPECT_THAT(login_.health().error().message, HasSubstr("identity.authenticator-credentials"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(step().has_value());
  EXPECT_EQ(world_.wire.sent.size(), 1U);
}

TEST_F(LoginTest, OtherFailuresAreTriedAgain) {
  const std::pair<int, const char*> answers[] = {{503, ""},
                                                 {500, ""},
                                                 {403, ""},
                                                 {401, ""},
                                                 {401, "<html>who are you?</html>"},
                                                 {200, ""},
                                                 {200, "{}"},
                                                 {200, R"({"token":"t","expirationTime":"soon"})"}};
  for (const auto& [status, body] : answers) {
    world_.wire.answer(kLogin, status, body);
    EXPECT_FALSE(step().has_value()) << status << body;
    EXPECT_FALSE(login_.has_given_up());
  }
  world_.wire.fail(kLogin, ErrorCode::kExternal);
  EXPECT_EQ(step().error().code, ErrorCode::kExternal);
  EXPECT_FALSE(login_.health().has_value());
  offer(100s);
  EXPECT_TRUE(step().has_value());
  EXPECT_TRUE(login_.health().has_value());
}

TEST_F(LoginTest, WhatIsWrongWithAnAnswerDoesNotTellTheToken) {
  world_.wire.answer(kLogin, 200, R"({"token":"hush","expirationTime":7})");
  EXPECT_THAT(step().error().message, ::testing::Not(HasSubstr("hush")));
}

TEST_F(LoginTest, ATokenThatEndedOrWasRefusedIsReplaced) {
  offer(100s);
  EXPECT_TRUE(step().has_value());
  world_.credentials.refused(world_.credentials.authorization());
  offer(100s, "t2");
  EXPECT_TRUE(step().has_value());
  EXPECT_EQ(shown(), "Bearer IDENTITY-TOKEN//t2");
  world_.clock.advance(100s);
  EXPECT_FALSE(login_.health().has_value());
}

TEST_F(LoginTest, AnAuthenticationSystemThatIsAwayIsLookedAfterUntilItIsBack) {
  offer(1h);
  EXPECT_TRUE(step().has_value());
  const std::string verify = "GET http://auth:8444/authentication/identity/verify/x";
  world_.wire.fail(verify, ErrorCode::kExternal);
  static_cast<void>(world_.neighbours.ask(
      {.neighbour = kAuthentication, .service = "identity", .operation = "identity-verify", .arguments = {"x"}}));
  EXPECT_THAT(login_.health().error().message, HasSubstr("does not answer"));
  EXPECT_TRUE(step().has_value());
  EXPECT_TRUE(login_.health().has_value());
}

const std::string kFoundLogin = "POST http://auth:8443/authentication/identity/login";

// The Authentication system is found through the registry, and its place is in doubt.
class FoundLoginTest : public ::testing::Test {
 protected:
  FoundLoginTest() {
    world_.wire.answer(kLookup, 200,
                       entry("Authentication", "auth", "/authentication/identity",
                             R"({"identity-login":{"path":"/login","method":"POST"},)"
                             R"("identity-logout":{"path":"/logout","method":"POST"}})"));
    log_in("t1");
    EXPECT_TRUE(login_.step({}).has_value());
    world_.clock.advance(1min);
    world_.neighbours.doubt(Discovery::kIdentity);
    world_.credentials.refused(world_.credentials.authorization());
    world_.wire.sent.clear();
  }
  void log_in(std::string_view token) {
    world_.wire.answer(kFoundLogin, 200, fmt::format(R"({{"token":"{}"}})", token));
  }

  World world_{OutgoingCredentials::Policy::kOutsourced};
  Login login_{{}, world_.neighbours, world_.credentials, world_.clock};
};

TEST_F(FoundLoginTest, IsLookedForWithoutTheTokenThatMayHaveEnded) {
  log_in("t2");
  EXPECT_TRUE(login_.step({}).has_value());
  ASSERT_EQ(world_.wire.sent.size(), 2U);
  EXPECT_TRUE(world_.wire.sent[0].authorization.empty());
  EXPECT_TRUE(world_.credentials.authorization().equals("Bearer IDENTITY-TOKEN//t2"));
}

TEST_F(FoundLoginTest, WhoeverRefusesTheLookupDoesNotEndTheLogin) {
  world_.wire.fail(kFoundLogin, ErrorCode::kExternal);
  for (const char* body : {"", R"({"exceptionType":"AUTH","errorMessage":"who are you?"})"}) {
    world_.wire.answer(kLookup, 401, body);
    world_.clock.advance(1min);
    EXPECT_FALSE(login_.step({}).has_value());
    EXPECT_FALSE(login_.has_given_up());
  }
  World fresh(OutgoingCredentials::Policy::kOutsourced);
  Login first({}, fresh.neighbours, fresh.credentials, fresh.clock);
  fresh.wire.answer(kLookup, 401, R"({"exceptionType":"AUTH","errorMessage":"who are you?"})");
  EXPECT_EQ(first.step({}).error().code, ErrorCode::kUnauthenticated) << "where no place is known at all";
  EXPECT_FALSE(first.has_given_up());
}

TEST_F(FoundLoginTest, LoggingOutKeepsToItsTimeWithFindingTheSystem) {
  world_.wire.answers[kLookup] = [this](const net::HttpClient::Request& request) {
    world_.clock.advance(request.time_max);
    return base::Result<net::HttpClient::Response>(base::failure(base::Error{ErrorCode::kTimeout, "it hangs", {}}));
  };
  const base::Tick begin = world_.clock.monotonic();
  EXPECT_FALSE(login_.log_out(2s).has_value());
  EXPECT_EQ(world_.clock.monotonic() - begin, 2s);
}

TEST_F(LoginTest, LogsOutOnce) {
  EXPECT_TRUE(login_.log_out(1s).has_value());
  EXPECT_TRUE(world_.wire.sent.empty()) << "nobody is logged in";
  offer(1h);
  EXPECT_TRUE(step().has_value());
  world_.wire.answer(kLogout, 200, "");
  EXPECT_TRUE(login_.log_out(1s).has_value());
  EXPECT_EQ(world_.wire.sent.back().body, world_.wire.sent.front().body);
  EXPECT_EQ(world_.wire.sent.back().time_max, 1s);
  EXPECT_EQ(shown(), "");
  EXPECT_TRUE(login_.log_out(1s).has_value());
  EXPECT_EQ(world_.wire.count("logout"), 1U);
}

}  // namespace
}  // namespace jeton::cloud
