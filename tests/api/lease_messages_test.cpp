// The messages of the Token Lease Manager (token-lease 1.1, 1.4 A2): every row of 1.1.7, and what good ones mean.
#include "api/leases/messages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/leases/framing.hpp"
#include "base/limits.hpp"

namespace jeton::api::leases {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using model::LeaseState;

base::Error failure_of(std::string_view text) {
  const auto message = read_message(text);
  return message ? base::internal("no failure") : message.error();
}

void expect_failures(std::string_view expected, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const base::Error error = failure_of(text);
    EXPECT_EQ(error.message, expected) << text;
    EXPECT_EQ(error.code, ErrorCode::kInvalid) << text;
  }
}

template <class Request>
Request good(std::string_view text) {
  auto message = read_message(text);
  if (!message) throw std::runtime_error(std::string(text) + ": " + message.error().message);
  return std::get<Request>(*std::move(message));
}

TEST(LeaseMessages, Row1_BytesThatAreNoBareString) {
  for (const std::string& bytes : {std::string(), std::string("\x05nope"), std::string("\x80"), std::string(11, '\x80'),
                                   std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02 "), std::string("\x01\xff")})
    EXPECT_FALSE(read_bare_string(bytes)) << testing::PrintToString(bytes);
}

TEST(LeaseMessages, ABareStringIsWhatTheExampleSays) {
  const std::string text = R"({"action":"get","token_id":"00c0ffee00c0ffee"})";
  std::string framed;
  append_bare_string(framed, text);
  EXPECT_EQ(framed, "\x2e" + text);
  EXPECT_EQ(read_bare_string(framed + "what is behind it"), text);
  for (const std::size_t size : {0U, 1U, 127U, 128U, 16'383U, 16'384U, 70'000U}) {
    std::string frame;
    append_bare_string(frame, std::string(size, 'x'));
    ASSERT_TRUE(read_bare_string(frame)) << size;
    EXPECT_EQ(read_bare_string(frame)->size(), size);
    EXPECT_FALSE(read_bare_string(frame.substr(0, frame.size() - 1))) << size;
  }
}

TEST(LeaseMessages, Row2_InvalidJson) {
  expect_failures("invalid JSON", {"", " ", "{", "{]", R"({"action":"get)", R"({"action":get})", R"({"a":1,})",
                                   R"({"action":"get"} {})", R"({"action":"get"},{})", "\xff", R"({"action":01})",
                                   R"({"action":"\q"})", "nul"});
}

TEST(LeaseMessages, Row3_JsonThatIsNoObject) {
  expect_failures("request must be an object", {"[]", R"([{"action":"get"}])", "5", R"("create")", "null", "true"});
}

TEST(LeaseMessages, Row4_ActionMissingUnknownOrNoString) {
  expect_failures("unknown action",
                  {"{}", R"({"action":"Create"})", R"({"action":"destroy"})", R"({"action":""})", R"({"action":5})",
                   R"({"action":null})", R"({"action":["create"]})", R"({"action":"create "})"});
}

TEST(LeaseMessages, Row5_CreateWithoutOptions) {
  expect_failures(
      "options must be an object",
      {R"({"action":"create"})", R"({"action":"create","options":null})", R"({"action":"create","options":[]})",
       R"({"action":"create","options":"ttl"})", R"({"action":"create","ttl":1000})"});
}

TEST(LeaseMessages, Row6_TtlThatIsNoNumberOfMilliseconds) {
  for (const std::string ttl : {R"("900000")", "900000.0", "9e5", "1.5", "-1", "null", "true", "[]", "{}",
                                "9223372036854775808", "-9223372036854775809"}) {
    expect_failures("ttl must be an integer number of milliseconds",
                    {R"({"action":"create","options":{"ttl":)" + ttl + "}}"});
  }
  expect_failures("ttl must be an integer number of milliseconds", {R"({"action":"create","options":{}})"});
}

// Rows 7 and 8 are granted_ttl()'s to judge; it gets what was asked for.
TEST(LeaseMessages, Row7And8_TtlOfNothingAndOfAllTime) {
  EXPECT_EQ(good<CreateRequest>(R"({"action":"create","options":{"ttl":0}})").ttl, 0ms);
  EXPECT_EQ(good<CreateRequest>(R"({"action":"create","options":{"ttl":900000}})").ttl, 15min);
  const auto huge = good<CreateRequest>(R"({"action":"create","options":{"ttl":9223372036854775807}})");
  EXPECT_EQ(huge.ttl, base::Duration(24h * 365 * 100)) << "no wrap";
}

TEST(LeaseMessages, Row9And10_TokenIdThatIsNone) {
  for (const std::string action : {"get", "revoke", "renew", "revoke_force"}) {
    for (const std::string id :
         {R"("")", "null", "5", "[]", R"("a/b")", R"("a?b")", R"("a#b")", R"("a%2Fb")", R"("..")", R"("a..b")"}) {
      expect_failures("token_id must be a non-empty string",
                      {R"({"action":")" + action + R"(","token_id":)" + id + R"(,"reason":"r"})"});
    }
    expect_failures("token_id must be a non-empty string", {R"({"action":")" + action + R"("})"});
  }
}

TEST(LeaseMessages, Row11_OfDuplicateKeysTheLastCounts) {
  EXPECT_EQ(good<GetRequest>(R"({"action":"revoke","token_id":"a","token_id":"b","action":"get"})").which.id, "b");
}

TEST(LeaseMessages, Row12_UnknownKeysAreIgnored) {
  EXPECT_EQ(good<GetRequest>(R"({"action":"get","token_id":"a","what":{"x":[1]},"options":7})").which.id, "a");
}

// T16: what the seed's client sends (1.1.2).
TEST(LeaseMessages, T16_RequestsOfTheSeedsClientAreRead) {
  const auto create = good<CreateRequest>(
      R"({"action":"create","options":{"ttl":900000,"orgID":"11aa22bb33cc44dd","permissions":[{"action":"write",)"
      R"("resource":{"type":"buckets","name":"plant-7","orgID":"11aa22bb33cc44dd"}}]}})");
  EXPECT_EQ(create.ttl, 15min);
  ASSERT_EQ(create.options.size(), 2U) << "without ttl";
  EXPECT_EQ(create.options[0].first, "orgID");
  EXPECT_EQ(create.options[1].first, "permissions");
  EXPECT_EQ(create.provider, "");
  EXPECT_EQ(good<RevokeRequest>(R"({"action":"revoke","token_id":"00c0ffee00c0ffee"})").which.id, "00c0ffee00c0ffee");
  EXPECT_EQ(good<GetRequest>(R"({"action":"get","token_id":"00c0ffee00c0ffee"})").which.id, "00c0ffee00c0ffee");
}

TEST(LeaseMessages, CreateMayNameProviderRoleAndKey) {
  const auto create = good<CreateRequest>(
      R"({"action":"create","provider":"pg","role":"reader","idempotency_key":"k","options":{"ttl":1}})");
  EXPECT_EQ(create.provider, "pg");
  EXPECT_EQ(create.role, "reader");
  EXPECT_EQ(create.idempotency_key, "k");
  EXPECT_TRUE(create.options.empty());
  EXPECT_EQ(failure_of(R"({"action":"create","provider":5,"options":{"ttl":1}})").message, "provider must be a string");
  EXPECT_EQ(failure_of(R"({"action":"create","role":"a\nb","options":{"ttl":1}})").message,
            "role must not have control characters");
}

TEST(LeaseMessages, ALeaseMayBeNamedByItsName) {
  const auto get = good<GetRequest>(R"({"action":"get","lease_id":"influx/-/4f","provider":"influx"})");
  EXPECT_EQ(get.which.id, "influx/-/4f");
  EXPECT_EQ(get.which.provider, "influx");
  EXPECT_EQ(good<GetRequest>(R"({"action":"get","token_id":"a","lease_id":"b"})").which.id, "a");
  EXPECT_EQ(failure_of(R"({"action":"get","lease_id":" "})").message, "lease_id must be a non-empty string");
}

TEST(LeaseMessages, RenewTakesAnIncrement) {
  EXPECT_EQ(good<RenewRequest>(R"({"action":"renew","token_id":"a","increment":1800000})").increment, 30min);
  EXPECT_EQ(good<RenewRequest>(R"({"action":"renew","token_id":"a"})").increment, 0ms) << "the lease's own ttl";
  for (const std::string increment : {"-1", "1.5", R"("5")", "9223372036854775808"}) {
    expect_failures("increment must be an integer number of milliseconds",
                    {R"({"action":"renew","token_id":"a","increment":)" + increment + "}"});
  }
  EXPECT_NE(failure_of(R"({"action":"renew","token_id":"a","increment":0})").message.find("above 0"),
            std::string::npos);
}

TEST(LeaseMessages, ListsHaveFilters) {
  for (const std::string action : {"list", "get_all"}) {
    const auto all = good<ListRequest>(R"({"action":")" + action + R"("})").filter;
    EXPECT_FALSE(all.owner || all.provider || all.prefix || all.state);
    EXPECT_EQ(all.limit, jeton::leases::kLeasesPerPageByDefault);
    const auto some = good<ListRequest>(R"({"action":")" + action +
                                        R"(","prefix":"influx/","provider":"influx","status":"revoking","limit":5,)"
                                        R"("cursor":"17"})")
                          .filter;
    EXPECT_EQ(some.prefix, "influx/");
    EXPECT_EQ(some.provider, "influx");
    EXPECT_EQ(some.state, LeaseState::kRevoking);
    EXPECT_EQ(some.limit, 5);
    EXPECT_EQ(some.cursor, "17");
  }
  EXPECT_EQ(good<ListRequest>(R"({"action":"irrevocable"})").filter.state, LeaseState::kIrrevocable);
  EXPECT_EQ(failure_of(R"({"action":"list","limit":"5"})").message, "limit must be an integer");
  EXPECT_NE(failure_of(R"({"action":"list","status":"gone"})").message.find("not \"gone\""), std::string::npos)
      << failure_of(R"({"action":"list","status":"gone"})").message;
}

TEST(LeaseMessages, BulkOperationsAndForceSayWhatTheyMean) {
  EXPECT_EQ(good<RevokeManyRequest>(R"({"action":"revoke_prefix","prefix":"influx/plant/"})").selection.prefix,
            "influx/plant/");
  EXPECT_EQ(good<RevokeManyRequest>(R"({"action":"revoke_owner","owner":"Press"})").selection.owner, "Press");
  const auto force = good<AbandonRequest>(R"({"action":"revoke_force","token_id":"a","reason":"plant sold"})");
  EXPECT_EQ(force.which.id, "a");
  EXPECT_EQ(force.reason, "plant sold");
  expect_failures("prefix must be a non-empty string",
                  {R"({"action":"revoke_prefix"})", R"({"action":"revoke_prefix","prefix":""})"});
  expect_failures("owner must be a non-empty string", {R"({"action":"revoke_owner","owner":7})"});
  expect_failures("reason must be a non-empty string", {R"({"action":"revoke_force","token_id":"a","reason":" "})",
                                                        R"({"action":"revoke_force","token_id":"a"})"});
}

// A8.
TEST(LeaseMessages, SizeDepthAndMembersAreBounded) {
  namespace limits = base::limits;
  const auto padded_to = [](std::size_t size) {
    const std::string start = R"({"action":"get","token_id":"a","x":")";
    return start + std::string(size - start.size() - 2, 'x') + R"("})";
  };
  EXPECT_EQ(good<GetRequest>(padded_to(limits::kLeaseMessageBytesMax)).which.id, "a");
  EXPECT_EQ(failure_of(padded_to(limits::kLeaseMessageBytesMax + 1)).code, ErrorCode::kTooLarge);
  const auto nested = [](std::size_t depth) {
    return R"({"action":"get","token_id":"a","x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(good<GetRequest>(nested(limits::kLeaseMessageDepthMax)).which.id, "a");
  expect_failures("request must not be nested deeper than 32 levels", {nested(limits::kLeaseMessageDepthMax + 1)});
  std::string many = R"({"action":"get","token_id":"a")";
  for (std::size_t i = 2; i < limits::kLeaseObjectMembersMax; ++i) many += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_EQ(good<GetRequest>(many + "}").which.id, "a");
  expect_failures("an object of the request must have at most 1024 members", {many + R"(,"one":1})"});
  EXPECT_EQ(good<GetRequest>(R"({"action":"get","token_id":"a","x":"[[[:{{{\"[:"})").which.id, "a")
      << "what stands in a text does not count";
}

}  // namespace
}  // namespace jeton::api::leases
