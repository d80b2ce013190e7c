// Wrong settings of the PostgreSQL and the Redis provider are named, and secrets in them are not repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leases/providers/postgresql/provider.hpp"
#include "leases/providers/redis/provider.hpp"

namespace jeton::leases {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::SystemClock kClock;

ProviderSettings postgresql() {
  ProviderSettings out;
  out.type = "postgresql";
  out.url = base::Secret("postgresql://manager:s3cret@127.0.0.1/plant");
  out.roles = {{"reader", "readers"}};
  return out;
}

ProviderSettings redis() {
  ProviderSettings out;
  out.type = "redis";
  out.url = base::Secret("redis://manager:s3cret@127.0.0.1");
  out.roles = {{"reader", "~* +@read"}};
  return out;
}

template <class Change>
ProviderSettings with(ProviderSettings settings, Change change) {
  change(settings);
  return settings;
}

void expect_refused(const base::Result<std::unique_ptr<Provider>>& made, std::string_view key) {
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(made.error().where, fmt::format("leases.providers.one.{}", key)) << made.error().message;
  EXPECT_THAT(made.error().message, Not(HasSubstr("s3cret")));
}

TEST(PostgresqlSettings, WrongOnesAreNamed) {
  const auto refused = [](std::string_view key, auto change) {
    expect_refused(make_postgresql("one", with(postgresql(), change), kClock), key);
  };
  EXPECT_TRUE(make_postgresql("one", postgresql(), kClock));
  refused("url", [](auto& s) { s.url = base::Secret("host=x password=s3cret"); });
  refused("url", [](auto& s) { s.url = base::Secret("postgresql://u:s3cret%zz@h/x"); });
  refused("url", [](auto& s) { s.url = base::Secret("postgresql://u:s3cret@h/x?sslmod=verify-full"); });
  refused("user", [](auto& s) { s.user = "other"; });
  refused("password", [](auto& s) { s.password = base::Secret("s3cret"); });
  refused("key", [](auto& s) { s.certificate = "/own.pem"; });
  refused("certificate", [](auto& s) { s.key = "/own.key"; });
  refused("roles.reader", [](auto& s) { s.roles = {{"reader", " "}}; });
  refused("roles", [](auto& s) { s.roles.clear(); });
  refused("roles", [](auto& s) {
    s.roles.clear();
    s.create = {"GRANT {role} TO {name}"};
  });
  refused("create", [](auto& s) { s.create = {"GRANT x TO {user}"}; });
  refused("revoke", [](auto& s) { s.revoke = {""}; });
  refused("databases", [](auto& s) { s.databases = {"plant", ""}; });
  EXPECT_TRUE(make_postgresql("one",
                              with(postgresql(),
                                   [](auto& s) {
                                     s.url = base::Secret("postgresql://127.0.0.1/plant");
                                     s.user = "manager";
                                     s.password = base::Secret("s3cret");
                                   }),
                              kClock));
}

TEST(RedisSettings, WrongOnesAreNamed) {
  const auto refused = [](std::string_view key, auto change) {
    expect_refused(make_redis("one", with(redis(), change), kClock), key);
  };
  EXPECT_TRUE(make_redis("one", redis(), kClock));
  refused("url", [](auto& s) { s.url = base::Secret("http://u:s3cret@h"); });
  refused("password", [](auto& s) { s.password = base::Secret("s3cret"); });
  refused("password", [](auto& s) {
    s.url = base::Secret("redis://h");
    s.user = "manager";
  });
  refused("ca", [](auto& s) { s.ca = "/ca.pem"; });
  refused("key", [](auto& s) {
    s.url = base::Secret("rediss://manager:s3cret@h");
    s.certificate = "/own.pem";
  });
  refused("acl-persistence", [](auto& s) { s.acl_persistence = "aclfile"; });
  refused("roles.reader", [](auto& s) { s.roles = {{"reader", "nopass"}}; });
  refused("rules", [](auto& s) { s.rules = "on"; });
  refused("roles", [](auto& s) { s.roles.clear(); });
}

base::Result<Provider::Prepared> prepared(const Provider& provider, std::string_view role,
                                          const base::json::Object& options = {}) {
  return provider.prepare({.label = "lt_abcdef_1",
                           .lease = "one/reader/1",
                           .secret = "0123456789abcdef0123456789abcdef",
                           .owner = "press-4",
                           .role = role,
                           .expires_at = base::Instant{std::chrono::seconds{1'900'000'000}},
                           .options = options});
}

std::string place_of(const base::Result<Provider::Prepared>& refused) {
  return refused ? "it is prepared" : refused.error().where;
}

TEST(PostgresqlSettings, ARoleIsNeededWhereWithoutOneThereIsNothing) {
  const auto by_group = make_postgresql("one", postgresql(), kClock).value();
  EXPECT_TRUE(prepared(*by_group, "reader"));
  EXPECT_EQ(place_of(prepared(*by_group, "")), "role");
  EXPECT_EQ(place_of(prepared(*by_group, "writer")), "role");
  EXPECT_EQ(place_of(prepared(*by_group, "reader", {{"x", {}}})), "options");

  const auto by_statement = make_postgresql("one",
                                            with(postgresql(),
                                                 [](auto& s) {
                                                   s.roles.clear();
                                                   s.create = {"GRANT SELECT ON lines TO {name}"};
                                                 }),
                                            kClock)
                                .value();
  EXPECT_TRUE(prepared(*by_statement, ""));
  EXPECT_EQ(place_of(prepared(*by_statement, "pg_read_all_data")), "role");
}

TEST(PostgresqlSettings, TheHandleHoldsWhatTheConfigurationSaid) {
  const auto provider = make_postgresql("one",
                                        with(postgresql(),
                                             [](auto& s) {
                                               s.databases = {"other"};
                                               s.revoke = {"REVOKE {role} FROM {name}"};
                                             }),
                                        kClock)
                            .value();
  const auto handle = prepared(*provider, "reader").value().handle;
  EXPECT_EQ(handle.label, "lt_abcdef_1");
  EXPECT_EQ(handle.external_id, "lt_abcdef_1");
  EXPECT_EQ(handle.data,
            R"({"group":"readers","databases":["other"],"revoke":["REVOKE \"readers\" FROM \"lt_abcdef_1\""]})");
}

TEST(RedisSettings, RulesAreForRequestsWithoutARole) {
  const auto roles_only = make_redis("one", redis(), kClock).value();
  EXPECT_TRUE(prepared(*roles_only, "reader"));
  EXPECT_EQ(place_of(prepared(*roles_only, "")), "role");
  const auto with_rules = make_redis("one", with(redis(), [](auto& s) { s.rules = "~x +get"; }), kClock).value();
  EXPECT_TRUE(prepared(*with_rules, ""));
  EXPECT_EQ(place_of(prepared(*with_rules, "writer")), "role");
  EXPECT_EQ(place_of(prepared(*with_rules, "", {{"x", {}}})), "options");
}

}  // namespace
}  // namespace jeton::leases
