// Bodies of REST about leases (token-lease 1.4).
#include "api/leases/requests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/leases/bounded_json.hpp"

namespace jeton::api::leases {
namespace {

using namespace std::chrono_literals;

base::json::Object object(std::string_view text) {
  return read_object(text).value();
}

template <class Read>
std::string message_of(Read read, std::string_view text) {
  const auto result = read(object(text));
  return result ? "" : result.error().message;
}

TEST(LeaseRequests, CreateNeedsNothing) {
  const auto request = read_create(object("{}")).value();
  EXPECT_FALSE(request.ttl);
  EXPECT_EQ(request.provider, "");
  EXPECT_TRUE(request.options.empty());
}

TEST(LeaseRequests, TtlStandsBesideOptionsOrInThem) {
  for (const char* body : {R"({"ttl":5000,"options":{"a":1}})", R"({"options":{"ttl":5000,"a":1}})",
                           R"({"ttl":5000,"options":{"ttl":5000,"a":1}})"}) {
    const auto request = read_create(object(body)).value();
    EXPECT_EQ(request.ttl, 5s) << body;
    ASSERT_EQ(request.options.size(), 1U) << body;
    EXPECT_EQ(request.options.front().first, "a") << body;
  }
  EXPECT_EQ(message_of(read_create, R"({"ttl":5000,"options":{"ttl":1}})"), "ttl is given twice, and differs");
  EXPECT_FALSE(read_create(object(R"({"ttl":null,"options":{"ttl":null}})")).value().ttl);
}

TEST(LeaseRequests, CreateIsRefusedAtTheMember) {
  EXPECT_EQ(message_of(read_create, R"({"ttl":"5"})"), "ttl must be an integer number of milliseconds");
  EXPECT_EQ(message_of(read_create, R"({"ttl":-1})"), "ttl must be an integer number of milliseconds");
  EXPECT_EQ(message_of(read_create, R"({"options":[]})"), "options must be an object");
  EXPECT_EQ(message_of(read_create, R"({"provider":[]})"), "provider must be a string");
  EXPECT_EQ(message_of(read_create, R"({"idempotency_key":5})"), "idempotency_key must be a string");
  EXPECT_EQ(read_create(object(R"({"role":7})")).error().where, "role");
}

TEST(LeaseRequests, ARevocationOfManySaysOfWhich) {
  EXPECT_EQ(read_revoke_many(object(R"({"prefix":"influx/"})")).value().selection.prefix, "influx/");
  const auto both = read_revoke_many(object(R"({"owner":"Press","provider":"influx"})")).value().selection;
  EXPECT_EQ(both.owner, "Press");
  EXPECT_EQ(both.provider, "influx");
  EXPECT_EQ(message_of(read_revoke_many, "{}"), "prefix, owner or provider must be given");
  EXPECT_EQ(message_of(read_revoke_many, R"({"prefix":""})"), "prefix must be a non-empty string");
  EXPECT_EQ(message_of(read_revoke_many, R"({"owner":1})"), "owner must be a string");
}

TEST(LeaseRequests, AReleaseIsOfOneOfSomeOrOfAll) {
  const auto one = read_release(object(R"({"id":"a/b","provider":"influx"})")).value();
  ASSERT_TRUE(one.which);
  EXPECT_EQ(one.which->id, "a/b");
  EXPECT_EQ(one.which->provider, "influx");
  const auto some = read_release(object(R"({"owner":"Press"})")).value();
  EXPECT_FALSE(some.which);
  EXPECT_EQ(some.selection.owner, "Press");
  const auto all = read_release(object(R"({"all":true})")).value();
  EXPECT_FALSE(all.which || all.selection.owner || all.selection.prefix || all.selection.provider);
  for (const char* body : {"{}", R"({"all":false})", R"({"all":true,"owner":"Press"})", R"({"id":"a","all":true})",
                           R"({"id":"a","prefix":"b"})", R"({"id":""})", R"({"all":1})"})
    EXPECT_FALSE(read_release(object(body))) << body;
}

TEST(LeaseRequests, IdsStatusesAndReasonsAreChecked) {
  EXPECT_EQ(check_id("influx/-/4f", "").value().id, "influx/-/4f");
  EXPECT_FALSE(check_id("", ""));
  EXPECT_FALSE(check_id(std::string("a\0b", 3), ""));
  EXPECT_FALSE(check_id(std::string(5'000, 'a'), ""));
  EXPECT_EQ(read_status("irrevocable").value(), model::LeaseState::kIrrevocable);
  EXPECT_FALSE(read_status("Active"));
  EXPECT_EQ(read_reason(object(R"({"reason":"sold"})")).value(), "sold");
  EXPECT_FALSE(read_reason(object("{}")));
}

TEST(LeaseRequests, MalformedBodiesSayHow) {
  EXPECT_TRUE(read_object("{").error().message.starts_with("invalid JSON: "));
  EXPECT_EQ(read_object("[]").error().message, "request must be an object");
}

}  // namespace
}  // namespace jeton::api::leases
