// The PostgreSQL provider against a PostgreSQL: credentials work, and stop to.
#include "leases/providers/postgresql/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

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
using testing::words_of;

constexpr const char* kOther = "plant";  // a second database

class PostgresqlProvider : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto& server = RealPostgresql::shared();
    server.run(
        "CREATE ROLE readers; CREATE ROLE writers; CREATE TABLE lines (line int); INSERT INTO lines VALUES (7);"
        "GRANT SELECT ON lines TO readers; GRANT ALL ON lines TO writers; CREATE TABLE extra (x int);"
        "GRANT USAGE, CREATE ON SCHEMA public TO writers; ALTER TABLE extra OWNER TO lease_manager;");
    server.run(fmt::format("CREATE DATABASE {}", kOther));
    server.run("GRANT USAGE, CREATE ON SCHEMA public TO writers", kOther);
  }

  static ProviderSettings settings() {
    ProviderSettings out;
    out.type = "postgresql";
    out.url = base::Secret(server().manager_url());
    out.roles = {{"reader", "readers"}, {"writer", "writers, readers"}};
    out.databases = {kOther};
    return out;
  }
  static std::unique_ptr<Provider> provider_of(const ProviderSettings& with) {
    auto made = make_postgresql("one", with, testing::kClock);
    if (!made) throw std::runtime_error(made.error().message);
    return *std::move(made);
  }
  static RealPostgresql& server() { return RealPostgresql::shared(); }
  static std::string url(const Leased& leased, const std::string& database = "postgres") {
    return server().url(leased.name, leased.secret, database);
  }
  static std::string about(const Leased& leased, std::string_view what) {
    return server().run(fmt::format("SELECT {} FROM pg_roles WHERE rolname = '{}'", what, leased.name));
  }

  const std::unique_ptr<Provider> provider_ = provider_of(settings());
};

TEST_F(PostgresqlProvider, ACredentialIsOfItsGroupAndNoMore) {
  const Leased leased = lease(*provider_);
  PostgresqlSession session(url(leased));
  ASSERT_TRUE(session.is_open()) << session.failure();
  EXPECT_EQ(session.query("SELECT line FROM lines"), "7");
  EXPECT_EQ(session.query("INSERT INTO lines VALUES (8)"), std::nullopt);
  EXPECT_EQ(session.query("CREATE ROLE mine"), std::nullopt);
  EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, ARoleMayGiveSeveralGroups) {
  const Leased leased = lease(*provider_, {.role = "writer"});
  PostgresqlSession session(url(leased));
  EXPECT_TRUE(session.query("INSERT INTO lines VALUES (9); DELETE FROM lines WHERE line = 9")) << session.failure();
  EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, TheServerNeverSeesTheSecret) {
  const Leased leased = lease(*provider_);
  EXPECT_THAT(server().log(), HasSubstr(leased.name));
  EXPECT_THAT(server().log(), Not(HasSubstr(leased.secret)));
  EXPECT_THAT(server().run(fmt::format("SELECT rolpassword FROM pg_authid WHERE rolname = '{}'", leased.name)),
              ::testing::StartsWith("SCRAM-SHA-256$4096:"));
  EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, TheRoleTellsItsLease) {
  const Leased leased = lease(*provider_, {.lease = "one/reader/it's \\ this"});
  EXPECT_EQ(about(leased, "shobj_description(oid, 'pg_authid')"), "one/reader/it's \\ this");
  EXPECT_EQ(about(leased, "rolconnlimit"), "-1");
  EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, ConnectionsAreLimited) {
  ProviderSettings limited = settings();
  limited.connection_limit = 1;
  const auto provider = provider_of(limited);
  const Leased leased = lease(*provider);
  const PostgresqlSession first(url(leased));
  const PostgresqlSession second(url(leased));
  EXPECT_TRUE(first.is_open());
  EXPECT_FALSE(second.is_open());
  EXPECT_TRUE(revoke(*provider, leased.handle));
}

TEST_F(PostgresqlProvider, LoginsEndByThemselvesALittleLater) {
  const Leased past = lease(*provider_, {.lives = std::chrono::seconds{-6}});
  EXPECT_FALSE(server().lets_in(past.name, past.secret));
  const Leased slack = lease(*provider_, {.lives = std::chrono::seconds{0}});
  EXPECT_TRUE(server().lets_in(slack.name, slack.secret));
  const std::string seconds = about(slack, "round(extract(epoch FROM rolvaliduntil - now()))");
  EXPECT_TRUE(seconds == "4" || seconds == "5" || seconds == "6") << seconds;
  for (const Leased& leased : {past, slack}) EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, RenewingMovesTheEndOfLogins) {
  const Leased leased = lease(*provider_, {.lives = std::chrono::seconds{-6}});
  EXPECT_FALSE(server().lets_in(leased.name, leased.secret));
  const auto later = testing::kClock.wall() + std::chrono::hours{2};
  EXPECT_EQ(words_of(provider_->renew(leased.handle, later, soon())), "");
  EXPECT_TRUE(server().lets_in(leased.name, leased.secret));
  EXPECT_TRUE(provider_->renew(leased.handle, testing::kClock.wall() - std::chrono::seconds{6}, soon()));
  EXPECT_FALSE(server().lets_in(leased.name, leased.secret));
  EXPECT_TRUE(revoke(*provider_, leased.handle));
}

TEST_F(PostgresqlProvider, RenewingWhatIsGoneIsRefused) {
  const Leased leased = lease(*provider_);
  EXPECT_TRUE(revoke(*provider_, leased.handle));
  const auto renewed = provider_->renew(leased.handle, testing::kClock.wall(), soon());
  EXPECT_EQ(testing::trouble_of(renewed), Trouble::kRejected);
}

TEST_F(PostgresqlProvider, OpenSessionsEndAtRevocationEverywhere) {
  const Leased leased = lease(*provider_);
  PostgresqlSession here(url(leased));
  PostgresqlSession there(url(leased, kOther));
  ASSERT_TRUE(here.is_open() && there.is_open());
  EXPECT_EQ(words_of(revoke(*provider_, leased.handle)), "");
  // Not a little later: they are gone when revoke() returns.
  EXPECT_EQ(
      server().run(fmt::format("SELECT count(*) FROM pg_stat_activity WHERE usename = '{}' OR usename IS NULL AND "
                               "backend_type = 'client backend'",
                               leased.name)),
      "0");
  EXPECT_TRUE(here.ends());
  EXPECT_TRUE(there.ends());
  EXPECT_FALSE(server().lets_in(leased.name, leased.secret));
  EXPECT_FALSE(server().has_role(leased.name));
}

TEST_F(PostgresqlProvider, WhatARoleOwnsGoesToItsGroup) {
  const Leased leased = lease(*provider_, {.role = "writer"});
  const std::string table = "t" + leased.name;
  for (const char* database : {"postgres", kOther}) {
    PostgresqlSession session(url(leased, database));
    EXPECT_TRUE(session.query(fmt::format("CREATE TABLE {} (x int)", table))) << session.failure();
  }
  server().run(fmt::format("GRANT SELECT ON extra TO {}", leased.name));
  EXPECT_EQ(words_of(revoke(*provider_, leased.handle)), "");
  EXPECT_FALSE(server().has_role(leased.name));
  for (const char* database : {"postgres", kOther}) {
    const std::string owner = fmt::format("SELECT tableowner FROM pg_tables WHERE tablename = '{}'", table);
    EXPECT_EQ(server().run(owner, database), "writers") << database;
    server().run(fmt::format("DROP TABLE {}", table), database);
  }
}

// A lease is taken back as it was given, whatever the configuration says by then.
TEST_F(PostgresqlProvider, RevocationNeedsNoConfiguration) {
  const Leased leased = lease(*provider_, {.role = "writer"});
  PostgresqlSession session(url(leased, kOther));
  EXPECT_TRUE(session.query("CREATE TABLE kept (x int)")) << session.failure();
  ProviderSettings changed = settings();
  changed.roles = {{"other", "readers"}};
  changed.databases.clear();
  EXPECT_EQ(words_of(revoke(*provider_of(changed), leased.handle)), "");
  EXPECT_EQ(server().run("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'", kOther), "writers");
  server().run("DROP TABLE kept", kOther);
}

TEST_F(PostgresqlProvider, WhereTheGroupIsGoneTheManagerInherits) {
  server().run("CREATE ROLE brief; GRANT USAGE, CREATE ON SCHEMA public TO brief");
  ProviderSettings brief = settings();
  brief.roles = {{"reader", "brief"}};
  const auto provider = provider_of(brief);
  const Leased leased = lease(*provider);
  PostgresqlSession session(url(leased));
  EXPECT_TRUE(session.query("CREATE TABLE heirless (x int)")) << session.failure();
  server().run("DROP OWNED BY brief; DROP ROLE brief");
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_EQ(server().run("SELECT tableowner FROM pg_tables WHERE tablename = 'heirless'"), "lease_manager");
  server().run("DROP TABLE heirless");
}

TEST_F(PostgresqlProvider, ADatabaseThatIsGoneIsNoObstacle) {
  ProviderSettings more = settings();
  more.databases = {"short_lived"};
  server().run("CREATE DATABASE short_lived");
  const auto provider = provider_of(more);
  const Leased leased = lease(*provider);
  server().run("DROP DATABASE short_lived");
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_FALSE(server().has_role(leased.name));
}

TEST_F(PostgresqlProvider, StatementsOfTheConfigurationAreOfTheSameTransaction) {
  ProviderSettings more = settings();
  more.create = {"GRANT SELECT ON extra TO {name}", "GRANT {role} TO {name}"};
  more.revoke = {"REVOKE ALL ON extra FROM {name}", "COMMENT ON ROLE {name} IS 'gone'"};
  const auto provider = provider_of(more);
  const Leased leased = lease(*provider);
  PostgresqlSession session(url(leased));
  EXPECT_EQ(session.query("SELECT count(*) FROM extra"), "0") << session.failure();
  EXPECT_EQ(words_of(revoke(*provider, leased.handle)), "");
  EXPECT_FALSE(server().has_role(leased.name));

  more.create = {"GRANT SELECT ON missing TO {name}"};
  const auto failing = provider_of(more);
  const auto refused = testing::try_lease(*failing, {.tag = "failed"});
  EXPECT_EQ(testing::trouble_of(refused), Trouble::kRejected);
  EXPECT_THAT(words_of(refused), HasSubstr("42P01"));
  EXPECT_TRUE(failing->list("failed", soon())->empty());  // nothing is left behind
  EXPECT_TRUE(testing::try_lease(*provider)) << "the connection goes on to be used";
}

TEST_F(PostgresqlProvider, RevokedTwiceUnknownAndByItsLabelAlone) {
  const Leased leased = lease(*provider_, {.role = "writer"});
  EXPECT_EQ(words_of(revoke(*provider_, {.label = leased.name, .external_id = {}, .data = {}})), "");
  EXPECT_FALSE(server().has_role(leased.name));
  EXPECT_EQ(words_of(revoke(*provider_, leased.handle)), "");
  EXPECT_EQ(words_of(revoke(*provider_, {.label = "lt_abcdef_nobody", .external_id = {}, .data = {}})), "");
}

TEST_F(PostgresqlProvider, RolesThatAreNotOursAreNeverTouched) {
  server().run("CREATE ROLE bystander");
  for (const char* name : {"bystander", "lease_manager", "lt_\"; DROP ROLE bystander; --", "lt_%_%"}) {
    const model::LeaseHandle handle{.label = name, .external_id = name, .data = {}};
    EXPECT_EQ(testing::trouble_of(revoke(*provider_, handle)), Trouble::kRejected);
    EXPECT_EQ(testing::trouble_of(provider_->renew(handle, testing::kClock.wall(), soon())), Trouble::kRejected);
  }
  EXPECT_TRUE(server().has_role("bystander"));
}

TEST_F(PostgresqlProvider, ListsItsOwnAndKnowsThem) {
  const testing::Asked asked{.tag = "listed"};
  const Leased first = lease(*provider_, asked);
  const Leased second = lease(*provider_, asked);
  const Leased other = lease(*provider_);
  server().run("CREATE ROLE lt_listed; CREATE ROLE \"lt_listed_Un Ours\"; CREATE ROLE ltxlistedxa");
  const auto found = provider_->list("listed", soon());
  ASSERT_TRUE(found) << found.error().message;
  std::vector<std::string> names;
  for (const Found& each : *found) names.push_back(each.handle.label);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre(first.name, second.name));
  EXPECT_EQ(provider_->exists(first.handle, soon()), true);
  for (const Found& each : *found) EXPECT_EQ(words_of(revoke(*provider_, each.handle)), "");
  EXPECT_EQ(provider_->exists(first.handle, soon()), false);
  EXPECT_TRUE(revoke(*provider_, other.handle));
  server().run("DROP ROLE lt_listed; DROP ROLE \"lt_listed_Un Ours\"; DROP ROLE ltxlistedxa");
}

TEST_F(PostgresqlProvider, ManyAreRevokedTogether) {
  const std::size_t count = provider_->traits().batch_max;
  const testing::Asked asked{.tag = "many"};
  std::vector<model::LeaseHandle> handles;
  for (std::size_t i = 0; i < count; ++i) {
    handles.push_back(i % 10 == 9
                          ? model::LeaseHandle{.label = fmt::format("lt_many_x{}", i), .external_id = {}, .data = {}}
                          : lease(*provider_, asked).handle);
  }
  PostgresqlSession session(server().superuser_url());
  const auto outcomes = provider_->revoke(handles, soon());
  ASSERT_EQ(outcomes.size(), count);
  for (const auto& outcome : outcomes) EXPECT_EQ(words_of(outcome), "");
  EXPECT_TRUE(provider_->list("many", soon())->empty());
}

TEST_F(PostgresqlProvider, OneThatCannotBeDroppedDoesNotKeepTheOthers) {
  const testing::Asked asked{.tag = "bad"};
  std::vector<Leased> leased;
  std::vector<model::LeaseHandle> handles;
  for (int i = 0; i < 5; ++i) {
    leased.push_back(lease(*provider_, asked));
    handles.push_back(leased.back().handle);
  }
  // Owns something where nobody looks.
  server().run("CREATE DATABASE hidden");
  server().run(fmt::format("CREATE TABLE t (x int); ALTER TABLE t OWNER TO {}", leased[2].name), "hidden");
  const auto outcomes = provider_->revoke(handles, soon());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (i == 2) continue;
    EXPECT_EQ(words_of(outcomes[i]), "") << i;
    EXPECT_FALSE(server().has_role(leased[i].name));
  }
  EXPECT_EQ(testing::trouble_of(outcomes[2]), Trouble::kRejected);
  EXPECT_THAT(words_of(outcomes[2]), HasSubstr("2BP01"));
  EXPECT_FALSE(server().lets_in(leased[2].name, leased[2].secret)) << "it does not work any more all the same";
  server().run("DROP DATABASE hidden");
  EXPECT_EQ(words_of(revoke(*provider_, handles[2])), "");
}

TEST_F(PostgresqlProvider, OneWhoseObjectsAreLockedDoesNotKeepTheOthers) {
  const Leased locked = lease(*provider_, {.role = "writer"});
  const Leased free = lease(*provider_);
  PostgresqlSession owner(url(locked));
  EXPECT_TRUE(owner.query("CREATE TABLE held (x int)")) << owner.failure();
  PostgresqlSession holder(server().superuser_url());
  EXPECT_TRUE(holder.query("BEGIN; LOCK TABLE held"));
  const std::array handles = {locked.handle, free.handle};
  const auto outcomes = provider_->revoke(handles, testing::within(std::chrono::seconds{4}));
  EXPECT_EQ(testing::trouble_of(outcomes[0]), Trouble::kBusy) << words_of(outcomes[0]);
  EXPECT_EQ(words_of(outcomes[1]), "");
  EXPECT_TRUE(holder.query("COMMIT"));
  EXPECT_EQ(words_of(revoke(*provider_, locked.handle)), "");
  server().run("DROP TABLE held");
}

TEST_F(PostgresqlProvider, SeveralMayRevokeTheSame) {
  for (int round = 0; round < 5; ++round) {
    const Leased leased = lease(*provider_, {.role = "writer"});
    std::array<Provider::Outcome<void>, 4> outcomes;
    {
      std::vector<std::jthread> threads;
      for (auto& outcome : outcomes) threads.emplace_back([&] { outcome = revoke(*provider_, leased.handle); });
    }
    for (const auto& outcome : outcomes)
      EXPECT_TRUE(outcome || outcome.error().trouble == Trouble::kBusy) << words_of(outcome);
    EXPECT_EQ(words_of(revoke(*provider_, leased.handle)), "");
    EXPECT_FALSE(server().has_role(leased.name));
  }
}

// What an attempt of ours has left behind under this name has to be taken back.
TEST_F(PostgresqlProvider, ANameThatIsThereAlreadyIsTakenBack) {
  auto prepared = testing::prepare(*provider_, {}, "0123456789abcdef0123456789abcdef");
  server().run(fmt::format("CREATE ROLE {}", prepared.handle.label));
  const auto made = prepared.make(soon());
  EXPECT_EQ(testing::trouble_of(made), Trouble::kAmbiguous) << words_of(made);
  EXPECT_EQ(words_of(revoke(*provider_, prepared.handle)), "");
}

TEST_F(PostgresqlProvider, AGroupThatIsNotThereIsRefused) {
  ProviderSettings wrong = settings();
  wrong.roles = {{"reader", "nobody"}};
  const auto refused = testing::try_lease(*provider_of(wrong));
  EXPECT_EQ(testing::trouble_of(refused), Trouble::kRejected);
  EXPECT_THAT(words_of(refused), HasSubstr("42704"));
}

// Its members could not be taken back.
TEST_F(PostgresqlProvider, AGroupThatIsOrBelongsToTheManagerIsRefused) {
  server().run("CREATE ROLE of_the_manager; GRANT lease_manager TO of_the_manager");
  for (const char* group : {"lease_manager", "readers, of_the_manager"}) {
    ProviderSettings wrong = settings();
    wrong.roles = {{"reader", group}};
    const auto refused = testing::try_lease(*provider_of(wrong));
    EXPECT_EQ(testing::trouble_of(refused), Trouble::kRejected) << group;
    EXPECT_THAT(words_of(refused), HasSubstr("0LP01")) << group;
  }
}

// Whatever keeps the rest from being done, nobody uses it any more.
TEST_F(PostgresqlProvider, OneThatCannotBeTakenBackIsLockedOut) {
  const Leased leased = lease(*provider_);
  server().run(fmt::format("GRANT lease_manager TO {}", leased.name));
  EXPECT_EQ(testing::trouble_of(revoke(*provider_, leased.handle)), Trouble::kRejected);
  EXPECT_EQ(about(leased, "rolcanlogin"), "f");
  server().run(fmt::format("REVOKE lease_manager FROM {}", leased.name));
  EXPECT_EQ(words_of(revoke(*provider_, leased.handle)), "");
}

TEST_F(PostgresqlProvider, CheckLooksAtTheAccount) {
  EXPECT_EQ(words_of(provider_->check(soon())), "");
  server().run("CREATE ROLE powerless LOGIN PASSWORD 'word'");
  ProviderSettings powerless = settings();
  powerless.url = base::Secret(server().url("powerless", "word"));
  EXPECT_EQ(testing::trouble_of(provider_of(powerless)->check(soon())), Trouble::kDenied);
  EXPECT_EQ(testing::trouble_of(testing::try_lease(*provider_of(powerless))), Trouble::kRejected);
}

}  // namespace
}  // namespace jeton::leases
