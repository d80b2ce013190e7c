// REST of leases: what the tests of the reference pin (token-lease 4), statuses and bodies of 1.4.
#include "api/http/lease_routes.hpp"

#include <gmock/gmock.h>

#include "base/strings.hpp"
#include "base/time_text.hpp"
#include "lease_client.hpp"

namespace jeton::api {
namespace {

using namespace std::chrono_literals;
using base::json::Value;
using leases::kCborType;
using testing::ApiClient;
using ::testing::HasSubstr;
using testing::LeaseClient;
using ::testing::Not;
using testing::Reply;

std::string text(const Value& object, std::string_view name) {
  const Value* member = object.member(name);
  const auto* found = member == nullptr ? nullptr : member->as<std::string>();
  return found == nullptr ? "" : *found;
}
std::int64_t number(const Value& object, std::string_view name) {
  const Value* member = object.member(name);
  const auto* found = member == nullptr ? nullptr : member->as<std::int64_t>();
  return found == nullptr ? -1 : *found;
}
bool flag(const Value& object, std::string_view name) {
  const Value* member = object.member(name);
  return member != nullptr && member->as<bool>() != nullptr && *member->as<bool>();
}
Value lease_of(const Reply& reply) {
  const Value body = LeaseClient::json(reply);
  return body.member("lease") == nullptr ? Value() : *body.member("lease");
}
std::size_t listed(const Reply& reply) {
  const Value body = LeaseClient::json(reply);
  return body.member("leases")->as<base::json::Array>()->size();
}
std::string failure(std::string_view code) {
  return fmt::format(R"({{"result":"failure","code":"{}","message":")", code);
}

TEST(LeaseRoutes, T1_AFreshServerListsNothingForAnybodyKnown) {
  LeaseClient client;
  EXPECT_EQ(client.get("/leases").status, 200);
  EXPECT_EQ(client.get("/leases").body, R"({"result":"success","leases":[]})");
  EXPECT_EQ(client.get("/leases", "").status, 401);
}

TEST(LeaseRoutes, T2_CreateAnswersTheLease) {
  LeaseClient client;
  const Reply made = client.post("/leases", R"({"ttl":900000,"options":{"a":1}})");
  EXPECT_EQ(made.status, 201) << made.body;
  const Value lease = lease_of(made);
  EXPECT_EQ(text(lease, "owner"), "Press");
  EXPECT_EQ(number(lease, "ttl"), 900'000);
  EXPECT_EQ(number(lease, "max_ttl"), 24 * 3'600'000);
  EXPECT_EQ(text(lease, "status"), "active");
  EXPECT_EQ(text(lease, "provider"), "influx");
  EXPECT_EQ(text(lease, "issued"), "2026-01-05T07:00:00Z") << "as the provider wrote it";
  EXPECT_EQ(text(lease, "expires"), base::format_instant(client.world.clock.wall() + 15min));
  EXPECT_TRUE(text(lease, "lease_id").starts_with("influx/-/"));
  EXPECT_EQ(text(lease, "username"), text(lease, "id"));
  EXPECT_TRUE(flag(lease, "renewable"));
  EXPECT_TRUE(lease.member("tags")->as<base::json::Array>()->empty());
  EXPECT_EQ(lease.member("role"), nullptr);
  EXPECT_EQ(text(lease, "value"), client.world.service->credentials.at(text(lease, "id")));
  EXPECT_THAT(made.head, HasSubstr("X-Request-Id: "));
}

TEST(LeaseRoutes, T3_TwoCreatesGiveTwoLeases) {
  LeaseClient client;
  const std::string one = client.create();
  const std::string other = client.create();
  EXPECT_NE(one, other);
  const Reply list = client.get("/leases");
  EXPECT_EQ(listed(list), 2U);
  EXPECT_THAT(list.body, HasSubstr(one));
  EXPECT_THAT(list.body, HasSubstr(other));
  EXPECT_THAT(list.body, Not(HasSubstr("\"value\""))) << "no secret is listed";
}

TEST(LeaseRoutes, T4_OthersSeeTheirOwnOnly) {
  LeaseClient client;
  client.create();
  EXPECT_EQ(listed(client.get("/leases", "Mixer")), 0U);
  EXPECT_EQ(listed(client.get("/leases?owner=Press", "Mixer")), 0U);
  client.create("{}", "Mixer");
  EXPECT_EQ(listed(client.get("/leases", "Mixer")), 1U);
}

TEST(LeaseRoutes, T5_GetIsForTheOwner) {
  LeaseClient client;
  const Reply made = client.post("/leases", "{}");
  const std::string id = text(lease_of(made), "id");
  const std::string path = "/leases/" + id;
  EXPECT_EQ(client.get(path).status, 200);
  EXPECT_EQ(client.get(path).body, made.body);
  EXPECT_EQ(client.get(path + "?provider=influx").status, 200);
  EXPECT_EQ(client.get(path + "?provider=other").status, 404);
  const Reply foreign = client.get(path, "Mixer");
  EXPECT_EQ(foreign.status, 404);
  EXPECT_TRUE(foreign.body.starts_with(failure("not_found"))) << foreign.body;
  EXPECT_EQ(client.get("/leases/never").status, 404);
}

TEST(LeaseRoutes, ALeaseIsFoundByItsNameToo) {
  LeaseClient client;
  const std::string name = text(lease_of(client.post("/leases", "{}")), "lease_id");
  EXPECT_EQ(client.get("/leases/" + base::percent_encode(name)).status, 200);
  const Reply plain = client.get("/leases/" + name);
  EXPECT_EQ(plain.status, 404);
  EXPECT_TRUE(plain.body.starts_with(failure("not_found"))) << plain.body;
}

TEST(LeaseRoutes, T6_DeleteByTheOwner) {
  LeaseClient client;
  const std::string one = client.create();
  const std::string other = client.create();
  const Reply gone = client.remove("/leases/" + one);
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, R"({"result":"success"})");
  EXPECT_FALSE(client.world.service->has(one));
  EXPECT_EQ(listed(client.get("/leases")), 1U);
  EXPECT_EQ(client.get("/leases/" + one).status, 404);
  EXPECT_EQ(client.remove("/leases/" + one).status, 200) << "again (A6)";
  EXPECT_EQ(client.remove("/leases/never").status, 404);
  EXPECT_TRUE(client.world.service->has(other));
}

TEST(LeaseRoutes, T7_DeleteByAnother) {
  LeaseClient client;
  const std::string id = client.create();
  EXPECT_EQ(client.remove("/leases/" + id, "Mixer").status, 404);
  EXPECT_TRUE(client.world.service->has(id));
}

TEST(LeaseRoutes, T8_AnExpiredLeaseIsGone) {
  LeaseClient client;
  const std::string id = client.create(R"({"ttl":1000})");
  EXPECT_EQ(listed(client.get("/leases")), 1U);
  client.world.clock.advance(2s);
  EXPECT_EQ(listed(client.get("/leases")), 0U);
  EXPECT_EQ(client.get("/leases/" + id).status, 404);
}

TEST(LeaseRoutes, ARevocationThatIsNotConfirmedIsAccepted) {
  LeaseClient client;
  const std::string id = client.create();
  client.world.service->locked([](auto& service) { return service.away = true; });
  const Reply gone = client.remove("/leases/" + id);
  EXPECT_EQ(gone.status, 202);
  EXPECT_THAT(gone.body, HasSubstr(R"({"result":"success","status":"revoking","message":"the lease has ended here;)"));
  EXPECT_EQ(listed(client.get("/leases")), 0U);
  EXPECT_EQ(listed(client.get("/leases?status=revoking")), 1U);
}

TEST(LeaseRoutes, AnIdempotencyKeyGivesTheLivingLeaseAgain) {
  LeaseClient client;
  const char* header = "Content-Type: application/json\r\nIdempotency-Key: k-1\r\n";
  const Reply first = client.ask_as("POST", "/leases", header, "{}");
  EXPECT_EQ(first.status, 201);
  const Reply again = client.ask_as("POST", "/leases", header, "{}");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(client.post("/leases", R"({"idempotency_key":"k-1"})").body, first.body);
  EXPECT_EQ(client.ask_as("POST", "/leases", header, R"({"idempotency_key":"k-2"})").status, 400);
  EXPECT_EQ(client.ask_as("POST", "/leases", header, "{}", "Mixer").status, 201) << "keys are the owner's";
}

TEST(LeaseRoutes, RenewingIsJudgedByPoliciesToo) {
  LeaseClient client;
  const std::string plain = client.create();
  const std::string plant = client.create(R"({"role":"plant-7"})");
  EXPECT_EQ(client.post("/leases/" + plant + "/renew", R"({"increment":60000})").status, 200);
  model::PolicySet nobody;
  nobody.target = {.cloud = std::string(model::kLocalCloud),
                   .provider = "Jeton",
                   .target_type = model::TargetType::kServiceDefinition,
                   .target = "leaseInflux"};
  nobody.default_policy = {.type = model::PolicyType::kWhitelist, .systems = {}, .requirement = {}};
  client.policies.put(std::move(nobody));
  const Reply refused = client.post("/leases/" + plain + "/renew", R"({"increment":60000})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.body.starts_with(failure("forbidden"))) << refused.body;
  EXPECT_EQ(client.post("/leases/" + plain + "/renew", R"({"increment":60000})", "Sysop").status, 200);
}

TEST(LeaseRoutes, WhatWasTriedInVainStaysDue) {
  LeaseClient client;
  const std::string id = client.create();
  EXPECT_EQ(listed(client.get("/leases?due=true", "Sysop")), 0U);
  client.world.service->locked([](auto& service) { return service.away = true; });
  EXPECT_EQ(client.remove("/leases/" + id).status, 202);
  EXPECT_EQ(listed(client.get("/leases?due=true", "Sysop")), 1U) << "its next try is later";
}

TEST(LeaseRoutes, ARevocationThatIsRefusedSaysSo) {
  LeaseClient client;
  const std::string id = client.create();
  client.world.service->locked([&](auto& service) { return service.stuck.insert(id).second; });
  const Reply gone = client.remove("/leases/" + id);
  EXPECT_EQ(gone.status, 202);
  EXPECT_EQ(text(client.json(gone), "status"), "irrevocable");
  EXPECT_TRUE(
      client.message(R"({"action":"revoke","token_id":")" + id + "\"}").body.starts_with(failure("provider_rejected")));
}

TEST(LeaseRoutes, CreateIsJudgedByPolicies) {
  LeaseClient client;
  const Reply refused = client.post("/leases", R"({"role":"closed"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.body.starts_with(failure("forbidden"))) << refused.body;
  EXPECT_EQ(client.world.service->count(), 0U);
}

// The metadata that the policy wants has to be asked for, off the network thread.
TEST(LeaseRoutes, CreateMayWaitForWhatAPolicyAsks) {
  LeaseClient client;
  const Reply made = client.post("/leases", R"({"role":"plant-7"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text(lease_of(made), "role"), "plant-7");
}

TEST(LeaseRoutes, FailuresOfCreateHaveTheirStatuses) {
  using jeton::leases::Problem;
  using jeton::leases::Trouble;
  struct Row {
    Trouble trouble;
    int status;
    std::string_view code;
  };
  for (const Row& row :
       {Row{Trouble::kUnreachable, 503, "provider_unavailable"}, Row{Trouble::kBusy, 503, "provider_unavailable"},
        Row{Trouble::kRejected, 502, "provider_rejected"}, Row{Trouble::kAmbiguous, 504, "timeout"}}) {
    LeaseClient client;
    client.world.service->create_problem = Problem{row.trouble, "it says no", {}};
    const Reply reply = client.post("/leases", "{}");
    EXPECT_EQ(reply.status, row.status) << reply.body;
    EXPECT_TRUE(reply.body.starts_with(failure(row.code))) << reply.body;
  }
  LeaseClient client;
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {R"({"provider":"none"})", "influx"},
      {R"({"options":{"unknown":1}})", "option unknown"},
      {R"({"ttl":0})", "ttl must be above 0"},
      {R"({"ttl":1.5})", "ttl must be an integer number of milliseconds"},
      {R"({"role":"-x"})", "role"}};
  for (const auto& [body, expected] : kRows) {
    const Reply reply = client.post("/leases", body);
    EXPECT_EQ(reply.status, 400) << body << reply.body;
    EXPECT_TRUE(reply.body.starts_with(failure("invalid"))) << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(expected));
  }
}

TEST(LeaseRoutes, TtlsAreCappedAndByDefaultTheProviders) {
  LeaseClient client;
  EXPECT_EQ(number(lease_of(client.post("/leases", "{}")), "ttl"), 3'600'000);
  const Value capped = lease_of(client.post("/leases", R"({"ttl":9223372036854775807})"));
  EXPECT_EQ(number(capped, "ttl"), 24 * 3'600'000);
  EXPECT_FALSE(flag(capped, "renewable")) << "it ends at its hard end";
  EXPECT_EQ(client.ask_as("POST", "/leases", "").status, 201) << "no body at all";
}

TEST(LeaseRoutes, RenewMovesTheEnd) {
  LeaseClient client;
  const std::string id = client.create(R"({"ttl":60000})");
  client.world.clock.advance(30s);
  const Reply renewed = client.post("/leases/" + id + "/renew", R"({"increment":1800000})");
  EXPECT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_EQ(text(lease_of(renewed), "expires"), base::format_instant(client.world.clock.wall() + 30min));
  EXPECT_EQ(number(lease_of(renewed), "ttl"), 1'800'000);
  EXPECT_EQ(client.ask_as("POST", "/leases/" + id + "/renew", "").status, 200) << "without a body: by its ttl";
  EXPECT_EQ(client.post("/leases/" + id + "/renew", R"({"increment":0})").status, 400);
  EXPECT_EQ(client.post("/leases/" + id + "/renew", R"({"increment":-1})").status, 400);
  EXPECT_EQ(client.post("/leases/" + id + "/renew", "{}", "Mixer").status, 404);
  client.world.clock.advance(1h);
  EXPECT_EQ(client.post("/leases/" + id + "/renew", "{}").status, 404);
}

TEST(LeaseRoutes, RenewEndsAtTheHardEnd) {
  LeaseClient client;
  const std::string id = client.create(R"({"ttl":86400000})");
  client.world.clock.advance(24h - 500ms);
  const Reply late = client.post("/leases/" + id + "/renew", "{}");
  EXPECT_EQ(late.status, 409);
  EXPECT_TRUE(late.body.starts_with(failure("invalid"))) << late.body;
}

TEST(LeaseRoutes, OperatorsSeeAllLeasesAndNoSecret) {
  LeaseClient client;
  const std::string id = client.create();
  client.create("{}", "Mixer");
  EXPECT_EQ(listed(client.get("/leases", "Sysop")), 2U);
  EXPECT_EQ(listed(client.get("/leases?owner=press", "Sysop")), 1U) << "names are normalized";
  const Reply shown = client.get("/leases/" + id, "Sysop");
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, Not(HasSubstr("\"value\"")));
  const Reply renewed = client.post("/leases/" + id + "/renew", "{}", "Sysop");
  EXPECT_EQ(renewed.status, 200);
  EXPECT_THAT(renewed.body, Not(HasSubstr("\"value\"")));
  EXPECT_EQ(client.remove("/leases/" + id, "Sysop").status, 200);
}

TEST(LeaseRoutes, ListsAreFilteredAndPaged) {
  LeaseClient client;
  for (int i = 0; i < 3; ++i) client.create();
  const Reply first = client.get("/leases?limit=2&prefix=influx/-/&provider=influx&status=active");
  EXPECT_EQ(listed(first), 2U);
  const std::string cursor = ApiClient::member(first, "cursor");
  EXPECT_NE(cursor, "");
  const Reply second = client.get("/leases?limit=2&cursor=" + cursor);
  EXPECT_EQ(listed(second), 1U);
  EXPECT_THAT(second.body, Not(HasSubstr("cursor")));
  EXPECT_EQ(listed(client.get("/leases?prefix=other")), 0U);
  EXPECT_EQ(listed(client.get("/leases?due=true")), 0U);
  for (const char* query :
       {"limit=0", "limit=1001", "limit=x", "cursor=x", "status=gone", "due=maybe", "owner=%ff", "prefix=a%00b"})
    EXPECT_EQ(client.get(fmt::format("/leases?{}", query)).status, 400) << query;
}

TEST(LeaseRoutes, ManyAreRevokedAtOnce) {
  LeaseClient client;
  client.create();
  client.create();
  client.create("{}", "Mixer");
  EXPECT_EQ(client.post("/leases/revoke", R"({"owner":"Mixer"})").status, 403);
  EXPECT_EQ(client.post("/leases/revoke", "{}").status, 400);
  EXPECT_EQ(client.post("/leases/revoke", R"({"prefix":"influx/"})").body, R"({"result":"success","count":2})")
      << "its own";
  EXPECT_EQ(client.post("/leases/revoke", R"({"owner":"Mixer"})", "Sysop").body, R"({"result":"success","count":1})");
  EXPECT_TRUE(client.world.eventually([&] { return client.world.service->count() == 0; }));
}

TEST(LeaseRoutes, OperatorsGiveALeaseUp) {
  LeaseClient client;
  const std::string id = client.create();
  const std::string path = "/leases/" + id + "/abandon";
  client.world.service->locked([&](auto& service) { return service.stuck.insert(id).second; });
  EXPECT_EQ(client.post(path, R"({"reason":"sold"})").status, 403);
  EXPECT_EQ(client.post(path, "{}", "Sysop").status, 400);
  const Reply given_up = client.post(path, R"({"reason":"sold"})", "Sysop");
  EXPECT_EQ(given_up.status, 200) << given_up.body;
  EXPECT_EQ(text(lease_of(given_up), "status"), "abandoned");
  EXPECT_EQ(text(lease_of(given_up), "reason"), "forced");
  EXPECT_THAT(given_up.body, Not(HasSubstr("\"value\"")));
  EXPECT_EQ(client.post(path, R"({"reason":"sold"})", "Sysop").status, 409);
  EXPECT_EQ(client.post("/leases/never/abandon", R"({"reason":"sold"})", "Sysop").status, 404);
}

TEST(LeaseRoutes, OperatorsLetHeldRevocationsGo) {
  LeaseClient client({}, 0, {}, {.hold = true});
  const std::string id = client.create(R"({"ttl":1000})");
  client.create(R"({"ttl":1000})", "Mixer");
  client.world.clock.advance(5s);
  client.world.settle();
  EXPECT_EQ(listed(client.get("/leases?due=true", "Sysop")), 2U);
  EXPECT_EQ(client.post("/leases/release", R"({"all":true})").status, 403);
  EXPECT_EQ(client.post("/leases/release", "{}", "Sysop").status, 400);
  EXPECT_EQ(client.post("/leases/release", fmt::format(R"({{"id":"{}"}})", id), "Sysop").body,
            R"({"result":"success","count":1})");
  EXPECT_EQ(client.post("/leases/release", R"({"all":true})", "Sysop").body, R"({"result":"success","count":1})");
  EXPECT_TRUE(client.world.pass(1s, [&] { return client.world.service->count() == 0; }));
}

TEST(LeaseRoutes, CountsAreForOperatorsAndOwners) {
  LeaseClient client;
  client.create();
  client.create("{}", "Mixer");
  const std::string all = client.get("/leases/counts?prefix=influx", "Sysop").body;
  EXPECT_THAT(all, HasSubstr(R"({"kind":"total","name":"","count":2})"));
  EXPECT_THAT(all, HasSubstr(R"({"kind":"owner","name":"Mixer","count":1})"));
  EXPECT_THAT(all, HasSubstr(R"("remaining":0)"));
  const std::string own = client.get("/leases/counts?prefix=influx").body;
  EXPECT_EQ(own, R"({"result":"success","counts":[{"kind":"provider","name":"influx","count":2},)"
                 R"({"kind":"owner","name":"Press","count":1}]})");
}

TEST(LeaseRoutes, ProvidersAreTold) {
  LeaseClient client;
  EXPECT_EQ(client.get("/leases/providers").body,
            R"({"result":"success","providers":[{"name":"influx","type":"scripted","is_default":true,"available":true,)"
            R"("ttl":3600000,"max_ttl":86400000,"policy_target":"leaseInflux"}]})");
}

TEST(LeaseRoutes, AnOwnerMayBeKeptFromCreatingTooFast) {
  LeaseClient client({}, 1);
  client.create();
  client.create();
  const Reply fast = client.post("/leases", "{}");
  EXPECT_EQ(fast.status, 429);
  EXPECT_TRUE(fast.body.starts_with(failure("quota"))) << fast.body;
  client.create("{}", "Mixer");
  for (int i = 0; i < 3; ++i) client.post("/leases", "{}", "Sysop");
}

TEST(LeaseRoutes, EveryErrorHasTheSameShape) {
  LeaseClient client;
  struct Row {
    std::string_view method;
    std::string_view path;
    std::string header;
    std::string body;
    int status;
  };
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<Row> rows = {{"GET", "/leases/a/b/c", "", "", 404},
                                 {"GET", "/leases/a/none", "", "", 404},
                                 {"PATCH", "/leases", "", "", 405},
                                 {"PUT", "/leases/x", "", "", 405},
                                 {"GET", "/leases/messages", "", "", 405},
                                 {"POST", "/leases", "Content-Type: text/plain\r\n", "x", 415},
                                 {"POST", "/leases/messages", "Content-Type: text/plain\r\n", "x", 415},
                                 {"POST", "/leases", json, "{", 400},
                                 {"POST", "/leases", json, "[]", 400},
                                 {"POST", "/leases", json, std::string(70'000, ' '), 413},
                                 {"POST", "/leases/revoke", "", "", 415},
                                 {"GET", "/leases/%ff", "", "", 400},
                                 {"GET", "/leases/a%00b", "", "", 400},
                                 {"GET", "/leases/x", "Expect: miracles\r\n", "", 417}};
  for (const Row& row : rows) {
    const Reply reply = client.ask_as(row.method, row.path, row.header, row.body);
    EXPECT_EQ(reply.status, row.status) << row.method << ' ' << row.path << ' ' << reply.body;
    const Value body = LeaseClient::json(reply);
    EXPECT_EQ(text(body, "result"), "failure") << reply.body;
    EXPECT_EQ(text(body, "code"), row.status == 404 ? "not_found" : "invalid") << reply.body;
    EXPECT_NE(text(body, "message"), "") << reply.body;
    EXPECT_THAT(reply.head, HasSubstr("X-Request-Id: "));
  }
}

TEST(LeaseRoutes, WhoIsNotKnownIsRefusedBeforeAnythingElse) {
  LeaseClient client;
  for (const char* path : {"/leases", "/leases/x", "/leases/none/at/all", "/leases/messages"}) {
    const Reply reply = client.get(path, "");
    EXPECT_EQ(reply.status, 401) << path;
    EXPECT_TRUE(reply.body.starts_with(failure("forbidden"))) << reply.body;
  }
}

// A7: and nobody but that owner; with the management filter off everybody who is known is an operator, the anonymous
// owner never.
TEST(LeaseRoutes, AnAnonymousOwnerIsForThoseWhoShowNothing) {
  LeaseClient client("shared", 0, {.filter = false});
  const Reply made = client.post("/leases", "{}", "");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text(lease_of(made), "owner"), "shared");
  const std::string path = "/leases/" + text(lease_of(made), "id");
  EXPECT_EQ(client.get(path, "").status, 200);
  client.create();
  EXPECT_EQ(listed(client.get("/leases", "")), 1U);
  EXPECT_EQ(listed(client.get("/leases?owner=shared", "Sysop")), 1U);
  EXPECT_EQ(listed(client.get("/leases", "Sysop")), 2U);
  EXPECT_EQ(client.client->ask_with("GET", "/leases", "Authorization: Basic eDp5\r\n").status, 401)
      << "who shows something has to be believed";
  EXPECT_EQ(client.post(path + "/abandon", R"({"reason":"r"})", "").status, 401);
  EXPECT_EQ(client.post("/leases/release", R"({"all":true})", "").status, 401);
}

std::string hex(std::string_view bytes) {
  return base::hex_encode(base::as_bytes(bytes));
}

TEST(LeaseRoutes, CborIsWhatTheSeedsClientsRead) {
  LeaseClient client;
  const Reply made = client.ask_as("POST", "/leases", "Accept: application/cbor\r\n");
  EXPECT_EQ(made.status, 200);
  EXPECT_THAT(made.head, HasSubstr("Content-Type: application/cbor\r\n"));
  ASSERT_TRUE(made.body.starts_with("\xa6\x01")) << hex(made.body);
  const std::string id = client.world.service->credentials.begin()->first;
  const std::string secret = client.world.service->credentials.begin()->second;
  EXPECT_THAT(made.body, HasSubstr(id));
  EXPECT_THAT(made.body, HasSubstr(secret));
  const Reply list = client.ask_as("GET", "/leases", "Accept: application/cbor\r\n");
  ASSERT_TRUE(list.body.starts_with("\x81\xa6\x01")) << hex(list.body);
  EXPECT_THAT(list.body, Not(HasSubstr(secret)));
  const Reply missing = client.ask_as("GET", "/leases/never", "Accept: application/cbor\r\n");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(static_cast<unsigned char>(missing.body.front()) >> 5U, 3U) << "a text: " << hex(missing.body);
  const Reply gone = client.ask_as("DELETE", "/leases/" + id, "Accept: application/cbor\r\n");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, "") << "T6";
}

TEST(LeaseRoutes, CborIsReadAsJsonIs) {
  LeaseClient client;
  const std::string body = "\xa1\x63ttl\x19\x03\xe8";  // {"ttl": 1000}
  const Reply made = client.ask_as("POST", "/leases", "Content-Type: application/cbor\r\n", body);
  EXPECT_EQ(made.status, 200);
  EXPECT_THAT(made.head, HasSubstr("Content-Type: application/cbor\r\n")) << "as it came";
  const Reply as_json =
      client.ask_as("POST", "/leases", "Content-Type: application/cbor\r\nAccept: application/json\r\n", body);
  EXPECT_EQ(number(lease_of(as_json), "ttl"), 1000);
  const Reply wrong = client.ask_as("POST", "/leases", "Content-Type: application/cbor\r\n", "\x80");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body,
            "\x78\x19"
            "request must be an object");
}

TEST(LeaseRoutes, LongListsOfCborTellTheCursorInAField) {
  LeaseClient client;
  client.create();
  client.create();
  const Reply first = client.ask_as("GET", "/leases?limit=1", "Accept: application/cbor\r\n");
  EXPECT_THAT(first.head, HasSubstr("X-Lease-Next: "));
  EXPECT_THAT(client.ask_as("GET", "/leases", "Accept: application/cbor\r\n").head, Not(HasSubstr("X-Lease-Next")));
}

}  // namespace
}  // namespace jeton::api
