// POST /leases/messages: the seed's messages through the whole server but its network (token-lease 1.1, 8.1, 8.2.2).
#include "api/http/lease_message_routes.hpp"

#include <gmock/gmock.h>

#include "api/leases/framing.hpp"
#include "lease_client.hpp"

namespace jeton::api {
namespace {

using namespace std::chrono_literals;
using testing::ApiClient;
using ::testing::HasSubstr;
using testing::LeaseClient;
using ::testing::Not;
using testing::Reply;

std::string about(std::string_view action, std::string_view id, std::string_view more = "") {
  return fmt::format(R"({{"action":"{}","token_id":"{}"{}}})", action, id, more);
}
std::string failure(std::string_view code, std::string_view message) {
  return fmt::format(R"({{"result":"failure","code":"{}","message":"{}"}})", code, message);
}

// The provider's id of a fresh lease.
std::string create(LeaseClient& client, std::string_view caller = "Press") {
  const Reply made = client.message(R"({"action":"create","options":{"ttl":60000}})", caller);
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(made.body.starts_with(R"({"result":"success","lease":{"id":")")) << made.body;
  return ApiClient::member(made, "id");
}

TEST(LeaseMessageRoutes, CreateGetAndRevokeAnswerAsTheSeedDoes) {
  LeaseClient client;
  const Reply made = client.message(R"({"action":"create","options":{"ttl":900000,"orgID":"11aa22bb33cc44dd"}})");
  EXPECT_EQ(made.status, 200);
  const std::string id = ApiClient::member(made, "id");
  EXPECT_EQ(ApiClient::member(made, "value"), client.world.service->credentials.at(id));
  EXPECT_THAT(made.body, HasSubstr(R"("ttl":900000,"issued":"2026-01-05T07:00:00Z","renewable":true,"tags":[])"));
  client.world.clock.advance(10s);
  EXPECT_EQ(client.message(about("get", id)).body, made.body) << "the original ttl, not what is left (8.1)";
  const Reply gone = client.message(about("revoke", id));
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, R"({"result":"success"})");
  EXPECT_EQ(client.message(about("revoke", id)).body, R"({"result":"success"})") << "again";
  EXPECT_EQ(client.message(about("revoke", "0000000000000000")).body, R"({"result":"success"})") << "never seen (A6)";
}

TEST(LeaseMessageRoutes, AnUnknownTokenIsAFailureThatNamesIt) {
  LeaseClient client;
  const Reply unknown = client.message(about("get", "00c0ffee00c0ffee"));
  EXPECT_EQ(unknown.status, 200);
  EXPECT_THAT(unknown.body, HasSubstr(R"("code":"not_found")"));
  EXPECT_THAT(unknown.body, HasSubstr("00c0ffee00c0ffee"));
  const std::string id = create(client);
  EXPECT_THAT(client.message(about("get", id), "Mixer").body, HasSubstr("not_found"));
  EXPECT_EQ(client.message(about("revoke", id), "Mixer").body, R"({"result":"success"})") << "it tells nobody";
  EXPECT_TRUE(client.world.service->has(id));
}

// 8.2.2: every row of 1.1.7 as it arrives.
TEST(LeaseMessageRoutes, EveryRowOfTheMatrixIsAnswered) {
  LeaseClient client;
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"{", "invalid JSON"},
      {"[1]", "request must be an object"},
      {"null", "request must be an object"},
      {"{}", "unknown action"},
      {R"({"action":"create"})", "options must be an object"},
      {R"({"action":"create","options":{"ttl":"1"}})", "ttl must be an integer number of milliseconds"},
      {R"({"action":"create","options":{"ttl":-1}})", "ttl must be an integer number of milliseconds"},
      {R"({"action":"get"})", "token_id must be a non-empty string"},
      {R"({"action":"revoke","token_id":"../x"})", "token_id must be a non-empty string"}};
  for (const auto& [body, message] : rows) {
    const Reply reply = client.message(body);
    EXPECT_EQ(reply.status, 200) << body;
    EXPECT_EQ(reply.body, failure("invalid", message)) << body;
    EXPECT_THAT(reply.head, HasSubstr("Content-Type: application/json\r\n"));
  }
  EXPECT_EQ(client.world.service->creates, 0U) << "checked before any call";
  EXPECT_THAT(client.message(R"({"action":"create","options":{"ttl":0}})").body, HasSubstr("ttl must be above 0"));
  EXPECT_THAT(client.message(R"({"action":"create","options":{"ttl":9000000000000}})").body,
              HasSubstr(R"("ttl":86400000)"))
      << "the effective one is told";
}

TEST(LeaseMessageRoutes, BytesAreBareStringsBothWays) {
  LeaseClient client;
  const char* header = "Content-Type: application/octet-stream\r\n";
  const auto framed = [](std::string_view text) {
    std::string out;
    leases::append_bare_string(out, text);
    return out;
  };
  const Reply bad = client.ask_as("POST", "/leases/messages", header, "\x7fnot as long as that");
  EXPECT_EQ(bad.status, 200);
  EXPECT_EQ(bad.body, framed(failure("invalid", "request must be a length-prefixed string")));
  EXPECT_THAT(bad.head, HasSubstr("Content-Type: application/octet-stream\r\n"));
  const Reply made = client.ask_as("POST", "/leases/messages", header,
                                   framed(R"({"action":"create","options":{"ttl":60000}})") + "behind it");
  const auto text = leases::read_bare_string(made.body);
  ASSERT_TRUE(text) << made.body;
  EXPECT_TRUE(text->starts_with(R"({"result":"success","lease":{)")) << *text;
  EXPECT_EQ(client.ask_as("POST", "/leases/messages", header, framed(about("revoke", "0"))).body,
            framed(R"({"result":"success"})"));
}

TEST(LeaseMessageRoutes, ARevocationThatIsNotConfirmedIsAFailure) {
  LeaseClient client;
  const std::string id = create(client);
  client.world.service->locked([](auto& service) { return service.away = true; });
  const Reply gone = client.message(about("revoke", id));
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.body.starts_with(R"({"result":"failure","code":"provider_unavailable","message":"the lease has )"))
      << gone.body;
  EXPECT_THAT(client.message(about("get", id)).body, HasSubstr("not_found")) << "it has ended all the same";
}

TEST(LeaseMessageRoutes, FailuresOfProvidersHaveTheirWords) {
  using jeton::leases::Trouble;
  for (const auto& [trouble, code] : {std::pair(Trouble::kUnreachable, "provider_unavailable"),
                                      {Trouble::kDenied, "provider_unavailable"},
                                      {Trouble::kRejected, "provider_rejected"},
                                      {Trouble::kAmbiguous, "timeout"}}) {
    LeaseClient client;
    client.world.service->create_problem = jeton::leases::Problem{trouble, "no", {}};
    const Reply reply = client.message(R"({"action":"create","options":{"ttl":1000}})");
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, HasSubstr(fmt::format(R"({{"result":"failure","code":"{}","message":")", code)));
  }
}

TEST(LeaseMessageRoutes, ListAndRenewWereAdded) {
  LeaseClient client;
  const std::string id = create(client);
  create(client, "Mixer");
  for (const char* action : {"list", "get_all"}) {
    const Reply list = client.message(fmt::format(R"({{"action":"{}","prefix":"influx/"}})", action));
    EXPECT_THAT(list.body, HasSubstr(R"({"result":"success","leases":[{"id":")" + id)) << list.body;
    EXPECT_THAT(list.body, Not(HasSubstr("Mixer")));
    EXPECT_THAT(list.body, Not(HasSubstr("\"value\"")));
  }
  const Reply first = client.message(R"({"action":"list","limit":1})", "Sysop");
  EXPECT_THAT(first.body, HasSubstr(R"("cursor":")"));
  EXPECT_THAT(client.message(R"({"action":"list","limit":0})").body, HasSubstr("invalid"));
  const Reply renewed = client.message(about("renew", id, R"(,"increment":1800000)"));
  EXPECT_THAT(renewed.body, HasSubstr(R"("ttl":1800000)"));
  EXPECT_THAT(renewed.body, HasSubstr(R"("renewable":true)"));
  EXPECT_THAT(client.message(about("renew", "unknown")).body, HasSubstr("not_found"));
}

TEST(LeaseMessageRoutes, BulkRevocationsCount) {
  LeaseClient client;
  create(client);
  create(client);
  create(client, "Mixer");
  EXPECT_EQ(client.message(R"({"action":"revoke_prefix","prefix":"influx/"})").body,
            R"({"result":"success","count":2})");
  const Reply refused = client.message(R"({"action":"revoke_owner","owner":"Mixer"})");
  EXPECT_EQ(refused.status, 200);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"forbidden")"));
  EXPECT_EQ(client.message(R"({"action":"revoke_owner","owner":"Mixer"})", "Sysop").body,
            R"({"result":"success","count":1})");
}

TEST(LeaseMessageRoutes, WhatCannotBeTakenBackIsListedAndGivenUp) {
  LeaseClient client;
  const std::string id = create(client);
  client.world.service->locked([&](auto& service) { return service.stuck.insert(id).second; });
  client.message(about("revoke", id));
  const Reply stuck = client.message(R"({"action":"irrevocable"})", "Sysop");
  EXPECT_THAT(stuck.body, HasSubstr(R"("status":"irrevocable")"));
  EXPECT_THAT(stuck.body, HasSubstr(R"("error":"it owns something")"));
  EXPECT_THAT(stuck.body, HasSubstr(R"("due":")"));
  EXPECT_THAT(client.message(about("revoke_force", id, R"(,"reason":"sold")")).body, HasSubstr("forbidden"));
  const Reply given_up = client.message(about("revoke_force", id, R"(,"reason":"sold")"), "Sysop");
  EXPECT_THAT(given_up.body, HasSubstr(R"("status":"abandoned")"));
  EXPECT_EQ(client.message(R"({"action":"irrevocable"})", "Sysop").body, R"({"result":"success","leases":[]})");
}

TEST(LeaseMessageRoutes, OnlyWhoIsAdmittedGetsTheSeedsShape) {
  LeaseClient client;
  EXPECT_EQ(client.message("{}", "").status, 401);
  LeaseClient open("shared");
  EXPECT_EQ(open.message(R"({"action":"list"})", "").body, R"({"result":"success","leases":[]})");
  EXPECT_THAT(open.message(about("revoke_force", "x", R"(,"reason":"r")"), "").body, HasSubstr("forbidden"));
}

}  // namespace
}  // namespace jeton::api
