// The Redis provider against a Redis: credentials work, and stop to, also over restarts.
#include "leases/providers/redis/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "leases_providers/provider_calls.hpp"
#include "support/real_redis.hpp"

namespace jeton::leases {
namespace {

using jeton::testing::RealRedis;
using jeton::testing::RedisSession;
using jeton::testing::ServerCertificate;
using Keeps = RealRedis::Keeps;
using ::testing::HasSubstr;
using testing::lease;
using testing::Leased;
using ::testing::Not;
using testing::revoke;
using testing::soon;
using ::testing::StartsWith;
using testing::trouble_of;
using testing::words_of;

constexpr base::Duration kShort = std::chrono::milliseconds{300};
constexpr base::Duration kSlack = std::chrono::seconds{2};

ProviderSettings settings(const std::string& url) {
  ProviderSettings out;
  out.type = "redis";
  out.url = base::Secret(url);
  out.roles = {{"reader", "~keys:* +get"}};
  out.rules = "~rules:* +set";
  return out;
}

std::unique_ptr<Provider> provider_of(const ProviderSettings& with) {
  auto made = make_redis("one", with, testing::kClock);
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

TEST(RedisProvider, ACredentialIsOfItsRulesAndNoMore) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url()));
  server.run({"SET", "keys:1", "value"});
  const Leased reader = lease(*provider);
  RedisSession session(server.port());
  EXPECT_THAT(session.call({"AUTH", reader.name, "wrong"}), StartsWith("-WRONGPASS"));
  ASSERT_EQ(session.call({"AUTH", reader.name, reader.secret}), "OK");
  EXPECT_EQ(session.call({"GET", "keys:1"}), "value");
  EXPECT_THAT(session.call({"GET", "other"}), StartsWith("-NOPERM"));
  EXPECT_THAT(session.call({"SET", "keys:1", "x"}), StartsWith("-NOPERM"));
  EXPECT_THAT(session.call({"ACL", "WHOAMI"}), StartsWith("-NOPERM"));
  const Leased by_rules = lease(*provider, {.role = ""});
  RedisSession writer(server.port());
  ASSERT_EQ(writer.call({"AUTH", by_rules.name, by_rules.secret}), "OK");
  EXPECT_EQ(writer.call({"SET", "rules:1", "x"}), "OK");
  for (const Leased& leased : {reader, by_rules}) EXPECT_TRUE(revoke(*provider, leased.handle));
}

TEST(RedisProvider, TheServerNeverSeesTheSecret) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  EXPECT_THAT(server.kept_users(), HasSubstr(leased.name));
  EXPECT_THAT(server.kept_users(), Not(HasSubstr(leased.secret)));
  EXPECT_TRUE(revoke(*provider, leased.handle));
}

TEST(RedisProvider, OpenConnectionsEndAtRevocation) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  RedisSession session(server.port());
  ASSERT_EQ(session.call({"AUTH", leased.name, leased.secret}), "OK");
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_TRUE(session.ends());
  EXPECT_FALSE(server.lets_in(leased.name, leased.secret));
  EXPECT_FALSE(server.has_user(leased.name));
}

TEST(RedisProvider, RevokedTwiceUnknownAndByItsLabelAlone) {
  const auto provider = provider_of(settings(RealRedis::shared().manager_url()));
  const Leased leased = lease(*provider);
  EXPECT_EQ(words_of(revoke(*provider, {.label = leased.name, .external_id = {}, .data = {}})), "");
  EXPECT_FALSE(RealRedis::shared().has_user(leased.name));
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_EQ(words_of(revoke(*provider, {.label = "lt_abcdef_nobody", .external_id = {}, .data = {}})), "");
}

TEST(RedisProvider, UsersThatAreNotOursAreNeverTouched) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  const std::array<model::LeaseHandle, 3> handles = {
      model::LeaseHandle{.label = "owner", .external_id = "owner", .data = {}}, leased.handle,
      model::LeaseHandle{.label = "default", .external_id = {}, .data = {}}};
  const auto outcomes = provider->revoke(handles, soon());
  EXPECT_EQ(trouble_of(outcomes[0]), Trouble::kRejected);
  EXPECT_EQ(words_of(outcomes[1]), "");
  EXPECT_EQ(trouble_of(outcomes[2]), Trouble::kRejected);
  EXPECT_TRUE(server.has_user("owner"));
}

TEST(RedisProvider, ListsItsOwnAndKnowsThem) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased first = lease(*provider, {.tag = "listed"});
  const Leased second = lease(*provider, {.tag = "listed"});
  const Leased other = lease(*provider);
  const auto found = provider->list("listed", soon());
  ASSERT_TRUE(found) << words_of(found);
  std::vector<std::string> names;
  for (const Found& each : *found) names.push_back(each.handle.label);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre(first.name, second.name));
  EXPECT_EQ(provider->exists(first.handle, soon()), true);
  for (const Leased& leased : {first, second, other}) EXPECT_TRUE(revoke(*provider, leased.handle));
  EXPECT_EQ(provider->exists(first.handle, soon()), false);
}

TEST(RedisProvider, ManyAreRevokedTogether) {
  const auto provider = provider_of(settings(RealRedis::shared().manager_url()));
  std::vector<model::LeaseHandle> handles;
  for (int i = 0; i < 100; ++i) handles.push_back(lease(*provider, {.tag = "many"}).handle);
  for (const auto& outcome : provider->revoke(handles, soon())) EXPECT_EQ(words_of(outcome), "");
  EXPECT_TRUE(provider->list("many", soon())->empty());
}

TEST(RedisProvider, SeveralThreadsMayCall) {
  const auto provider = provider_of(settings(RealRedis::shared().manager_url()));
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) done += revoke(*provider, lease(*provider).handle).has_value();
      });
    }
  }
  EXPECT_EQ(done, 80);
}

TEST(RedisProvider, RulesThatTheServerDoesNotTakeAreRefused) {
  auto& server = RealRedis::shared();
  ProviderSettings wrong = settings(server.manager_url());
  wrong.roles = {{"reader", "~keys:* +@nosuchcategory"}};
  const auto provider = provider_of(wrong);
  const auto refused = testing::try_lease(*provider, {.tag = "wrong"});
  EXPECT_EQ(trouble_of(refused), Trouble::kRejected);
  EXPECT_THAT(words_of(refused), HasSubstr("nosuchcategory"));
  EXPECT_TRUE(provider->list("wrong", soon())->empty());
}

class RedisPersistence : public ::testing::TestWithParam<Keeps> {};

INSTANTIATE_TEST_SUITE_P(Of, RedisPersistence, ::testing::Values(Keeps::kInAclFile, Keeps::kInConfigFile));

// A crash of the server forgets no lease, and brings back none that was taken back.
TEST_P(RedisPersistence, UsersOutliveTheServerAndTheRemovedDoNotReturn) {
  RealRedis server(GetParam());
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased kept = lease(*provider);
  const Leased removed = lease(*provider);
  EXPECT_EQ(words_of(revoke(*provider, removed.handle)), "");
  server.kill();
  server.start();
  EXPECT_TRUE(server.lets_in(kept.name, kept.secret));
  EXPECT_FALSE(server.has_user(removed.name));
  EXPECT_EQ(words_of(revoke(*provider, kept.handle)), "");
  server.kill();
  server.start();
  EXPECT_FALSE(server.has_user(kept.name));
}

TEST(RedisProvider, WithoutAFileUsersEndWithTheServer) {
  RealRedis server(Keeps::kNothing);
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  EXPECT_TRUE(server.lets_in(leased.name, leased.secret));
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_FALSE(server.has_user(leased.name));
}

TEST(RedisProvider, AUserThatCannotBeKeptIsNoLease) {
  RealRedis server(Keeps::kInConfigFile);
  ProviderSettings wrong = settings(server.manager_url());
  wrong.acl_persistence = "acl-file";  // there is none
  const auto provider = provider_of(wrong);
  const auto refused = testing::try_lease(*provider, {.tag = "kept"});
  EXPECT_EQ(trouble_of(refused), Trouble::kRejected) << words_of(refused);
  EXPECT_TRUE(provider->list("kept", soon())->empty());
  EXPECT_EQ(trouble_of(revoke(*provider, {.label = "lt_a_b", .external_id = {}, .data = {}})), Trouble::kBusy);
}

TEST(RedisProvider, WhoMayNotAskHowUsersAreKeptIsTold) {
  auto& server = RealRedis::shared();
  server.run({"ACL", "SETUSER", "modest", "on", ">word", "+acl"});
  const auto asking = provider_of(settings(server.url("modest", "word")));
  const auto denied = asking->check(soon());
  EXPECT_EQ(trouble_of(denied), Trouble::kDenied);
  EXPECT_THAT(words_of(denied), HasSubstr("acl-persistence"));
  ProviderSettings told = settings(server.url("modest", "word"));
  told.acl_persistence = "acl-file";
  const auto provider = provider_of(told);
  EXPECT_EQ(words_of(revoke(*provider, lease(*provider).handle)), "");
}

TEST(RedisProvider, AWrongPasswordIsDeniedAndNotRepeated) {
  auto& server = RealRedis::shared();
  const auto provider = provider_of(settings(server.manager_url_with("wr0ng-s3cret")));
  for (const auto& outcome :
       {provider->check(soon()), revoke(*provider, {.label = "lt_a_b", .external_id = {}, .data = {}})}) {
    EXPECT_EQ(trouble_of(outcome), Trouble::kDenied);
    EXPECT_THAT(words_of(outcome), Not(HasSubstr("wr0ng-s3cret")));
  }
  EXPECT_EQ(trouble_of(testing::try_lease(*provider)), Trouble::kDenied);
  server.run({"ACL", "SETUSER", "powerless", "on", ">word", "+config|get", "+info"});
  EXPECT_EQ(trouble_of(provider_of(settings(server.url("powerless", "word")))->check(soon())), Trouble::kDenied);
}

TEST(RedisProvider, AServerThatIsDownIsUnreachableAndFoundAgain) {
  RealRedis server;
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  server.kill();
  EXPECT_EQ(trouble_of(testing::try_lease(*provider)), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(revoke(*provider, leased.handle)), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->exists(leased.handle, soon())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->list("abcdef", soon())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->check(soon())), Trouble::kUnreachable);
  server.start();
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
}

TEST(RedisProvider, AServerThatHangsIsWaitedForUntilTheDeadline) {
  RealRedis server;
  const auto provider = provider_of(settings(server.manager_url()));
  const Leased leased = lease(*provider);
  server.pause();
  const auto expect_at_the_deadline = [](Trouble trouble, auto call) {
    const base::Tick begin = testing::kClock.monotonic();
    const auto outcome = call(begin + kShort);
    EXPECT_EQ(trouble_of(outcome), trouble) << words_of(outcome);
    EXPECT_GE(testing::kClock.monotonic() - begin, kShort);
    EXPECT_LT(testing::kClock.monotonic() - begin, kShort + kSlack);
  };
  // Over the connection that is there: sent, and nobody knows.
  expect_at_the_deadline(Trouble::kAmbiguous,
                         [&](base::Tick deadline) { return testing::try_lease(*provider, {.deadline = deadline}); });
  // Without one: not sent.
  expect_at_the_deadline(Trouble::kUnreachable,
                         [&](base::Tick deadline) { return testing::try_lease(*provider, {.deadline = deadline}); });
  expect_at_the_deadline(Trouble::kUnreachable,
                         [&](base::Tick deadline) { return revoke(*provider, leased.handle, deadline); });
  server.resume();
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
}

TEST(RedisProvider, LeasesOverTls) {
  const ServerCertificate certificate;
  RealRedis server(certificate);
  ProviderSettings over_tls = settings(server.manager_url());
  over_tls.ca = certificate.file().string();
  const auto provider = provider_of(over_tls);
  const Leased leased = lease(*provider);
  EXPECT_TRUE(server.has_user(leased.name));
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  over_tls.ca.clear();
  EXPECT_EQ(trouble_of(provider_of(over_tls)->check(soon())), Trouble::kUnreachable);
}

}  // namespace
}  // namespace jeton::leases
