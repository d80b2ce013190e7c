// The PostgreSQL provider when its server is away, hangs, or does not want to know the manager.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leases/providers/postgresql/provider.hpp"
#include "leases_providers/provider_calls.hpp"
#include "support/real_postgresql.hpp"

namespace jeton::leases {
namespace {

using jeton::testing::PostgresqlSession;
using jeton::testing::RealPostgresql;
using ::testing::HasSubstr;
using testing::lease;
using testing::Leased;
using ::testing::Not;
using testing::revoke;
using testing::soon;
using testing::trouble_of;
using testing::words_of;

constexpr base::Duration kShort = std::chrono::milliseconds{500};
constexpr base::Duration kSlack = std::chrono::seconds{2};

// A server of its own, for it is stopped.
class PostgresqlTrouble : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<RealPostgresql>();
    server_->run("CREATE ROLE readers");
  }
  static void TearDownTestSuite() { server_.reset(); }
  void TearDown() override { server_->resume(); }

  static ProviderSettings settings(const std::string& url) {
    ProviderSettings out;
    out.type = "postgresql";
    out.url = base::Secret(url);
    out.roles = {{"reader", "readers"}};
    return out;
  }
  static std::unique_ptr<Provider> provider_of(const std::string& url) {
    return make_postgresql("one", settings(url), testing::kClock).value();
  }

  template <class Call>
  void expect_at_the_deadline(Trouble trouble, Call call) {
    const base::Tick begin = testing::kClock.monotonic();
    const auto outcome = call(begin + kShort);
    const base::Duration took = testing::kClock.monotonic() - begin;
    EXPECT_EQ(trouble_of(outcome), trouble) << words_of(outcome);
    EXPECT_GE(took, kShort);
    EXPECT_LT(took, kShort + kSlack);
  }

  static inline std::unique_ptr<RealPostgresql> server_;
};

TEST_F(PostgresqlTrouble, AWrongPasswordIsDeniedAndNotRepeated) {
  const auto provider = provider_of(server_->manager_url_with("wr0ng-s3cret"));
  for (const auto& outcome :
       {provider->check(soon()), revoke(*provider, {.label = "lt_a_b", .external_id = {}, .data = {}})}) {
    EXPECT_EQ(trouble_of(outcome), Trouble::kDenied);
    EXPECT_THAT(words_of(outcome), AllOf(HasSubstr("28P01"), Not(HasSubstr("wr0ng-s3cret"))));
  }
  EXPECT_EQ(trouble_of(testing::try_lease(*provider)), Trouble::kDenied);
  EXPECT_EQ(trouble_of(provider_of(server_->manager_url("missing"))->check(soon())), Trouble::kDenied);
  ProviderSettings without = settings("postgresql://lease_manager@127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_EQ(trouble_of(make_postgresql("one", without, testing::kClock).value()->check(soon())), Trouble::kDenied);
}

TEST_F(PostgresqlTrouble, AServerThatIsDownIsUnreachableAndFoundAgain) {
  const auto provider = provider_of(server_->manager_url());
  const Leased leased = lease(*provider);  // leaves a connection behind, which ends with the server
  server_->kill();
  EXPECT_EQ(trouble_of(testing::try_lease(*provider)), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(revoke(*provider, leased.handle)), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->renew(leased.handle, testing::kClock.wall(), soon())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->exists(leased.handle, soon())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->list("abcdef", soon())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(provider->check(soon())), Trouble::kUnreachable);
  server_->start();
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_EQ(words_of(provider->check(soon())), "");
}

TEST_F(PostgresqlTrouble, ASessionThatTheServerEndedIsReplaced) {
  const auto provider = provider_of(server_->manager_url());
  EXPECT_TRUE(provider->check(soon()));
  server_->run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lease_manager'");
  EXPECT_TRUE(jeton::testing::comes_to_hold(
      [] { return server_->run("SELECT count(*) FROM pg_stat_activity WHERE usename = 'lease_manager'") == "0"; }));
  const Leased leased = lease(*provider);
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
}

TEST_F(PostgresqlTrouble, AServerThatHangsIsWaitedForUntilTheDeadline) {
  const auto provider = provider_of(server_->manager_url());
  const Leased leased = lease(*provider);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(provider->check(soon()));
  server_->pause();
  // Over the connection that is there: sent, and nobody knows.
  expect_at_the_deadline(Trouble::kAmbiguous,
                         [&](base::Tick deadline) { return testing::try_lease(*provider, {.deadline = deadline}); });
  // Without one: not sent.
  expect_at_the_deadline(Trouble::kUnreachable,
                         [&](base::Tick deadline) { return testing::try_lease(*provider, {.deadline = deadline}); });
  expect_at_the_deadline(Trouble::kUnreachable,
                         [&](base::Tick deadline) { return revoke(*provider, leased.handle, deadline); });
  expect_at_the_deadline(Trouble::kUnreachable, [&](base::Tick deadline) { return provider->check(deadline); });
  server_->resume();
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
}

// The transaction of a call that has ended is rolled back, whenever its server wakes up.
TEST_F(PostgresqlTrouble, WhatTimedOutBeforeItsCommitLeavesNothing) {
  const auto provider = provider_of(server_->manager_url());
  EXPECT_TRUE(provider->check(soon()));
  server_->pause();
  EXPECT_EQ(trouble_of(testing::try_lease(*provider, {.tag = "late", .deadline = testing::within(kShort)})),
            Trouble::kAmbiguous);
  server_->resume();
  EXPECT_TRUE(jeton::testing::comes_to_hold(
      [] { return server_->run("SELECT count(*) FROM pg_stat_activity WHERE usename = 'lease_manager'") == "0"; }));
  EXPECT_TRUE(provider->list("late", soon())->empty());
}

TEST_F(PostgresqlTrouble, AStatementThatWaitsTooLongIsEndedByTheServer) {
  ProviderSettings slow = settings(server_->manager_url());
  slow.create = {"SELECT pg_advisory_xact_lock(7), '{name}'"};
  const auto provider = make_postgresql("one", slow, testing::kClock).value();
  PostgresqlSession holder(server_->superuser_url());
  EXPECT_TRUE(holder.query("SELECT pg_advisory_lock(7)"));
  const auto busy =
      testing::try_lease(*provider, {.tag = "slow", .deadline = testing::within(std::chrono::seconds{1})});
  EXPECT_EQ(trouble_of(busy), Trouble::kBusy) << words_of(busy);
  EXPECT_TRUE(holder.query("SELECT pg_advisory_unlock(7)"));
  EXPECT_TRUE(provider->list("slow", soon())->empty());
}

TEST_F(PostgresqlTrouble, AServerThatIsFullIsBusy) {
  server_->run("ALTER ROLE lease_manager CONNECTION LIMIT 0");
  EXPECT_EQ(trouble_of(provider_of(server_->manager_url())->check(soon())), Trouble::kBusy);
  server_->run("ALTER ROLE lease_manager CONNECTION LIMIT -1");
  EXPECT_EQ(words_of(provider_of(server_->manager_url())->check(soon())), "");
}

TEST_F(PostgresqlTrouble, NamesThatAreNotKnownAreUnreachable) {
  const auto provider = provider_of("postgresql://u:p@no-such-host.invalid/x");
  EXPECT_EQ(trouble_of(provider->check(soon())), Trouble::kUnreachable);
}

// TLS that cannot be verified is none.
TEST_F(PostgresqlTrouble, AServerHasToProveWhoItIsWhereTlsIsAskedFor) {
  const auto check = [](const std::string& more, const std::string& ca) {
    ProviderSettings over_tls = settings(server_->manager_url() + more);
    over_tls.ca = ca;
    return make_postgresql("one", over_tls, testing::kClock).value()->check(soon());
  };
  const jeton::testing::ServerCertificate certificate;
  const jeton::testing::ServerCertificate other;
  EXPECT_EQ(trouble_of(check("", certificate.file().string())), Trouble::kUnreachable) << "it does not speak TLS";
  server_->use(certificate);
  EXPECT_TRUE(jeton::testing::comes_to_hold([&] { return check("", certificate.file().string()).has_value(); }));
  EXPECT_EQ(trouble_of(check("", other.file().string())), Trouble::kUnreachable);
  EXPECT_EQ(trouble_of(check("", "/no/such/file")), Trouble::kUnreachable);
  EXPECT_EQ(words_of(check("?sslmode=require", "")), "") << "the URL says that it need not be verified";
}

}  // namespace
}  // namespace jeton::leases
