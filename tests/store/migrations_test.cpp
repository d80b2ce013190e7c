// Every migration, on a database with rows in it.
#include "store/migrate.hpp"

#include "store/drivers/sqlite/database.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

using testing::HasSubstr;

class Migrations : public testing::Test {
 protected:
  std::int64_t number(std::string_view query) {
    std::int64_t out = -1;
    EXPECT_TRUE(connection_->begin(Access::kRead));
    const auto status = connection_->query_once(query, {}, [&](const Row& row) -> base::Status {
      out = row.integer(0);
      return {};
    });
    EXPECT_TRUE(status) << query;
    connection_->rollback();
    return out;
  }
  void run(std::string_view script) {
    EXPECT_TRUE(connection_->begin(Access::kWrite));
    EXPECT_TRUE(connection_->run_script(script));
    EXPECT_TRUE(connection_->commit());
  }
  std::int64_t schema() { return number("PRAGMA user_version"); }
  base::Status migrate_to(std::size_t last) { return migrate(*connection_, *database_, migrations().first(last)); }

  std::unique_ptr<Database> database_ = *sqlite::open_memory();
  std::unique_ptr<Connection> connection_ = *database_->connect(Access::kWrite);
};

/// A row in every table as they were after migration 1, written as text so that it never changes.
constexpr std::string_view kRowsOfSchema1 =
    "INSERT INTO policy VALUES (1, 2, 'LOCAL', 'Pump', 1, 'flow', NULL, "
    "'{\"defaultPolicy\":{\"type\":\"ALL\"},\"scoped\":[]}', 'Pump', 5);"
    "INSERT INTO access_token VALUES (2, zeroblob(32), 2, 4, 'C', 'P', NULL, 1, 'flow', 'LOCAL', 'C', 6, NULL, 10, 9);"
    "INSERT INTO encryption_key VALUES ('Pump', x'01', 1, 'AES/ECB/PKCS5Padding', x'', 7);"
    "INSERT INTO event VALUES (2, 6, 'token.used', 'C', '{\"id\":2,\"usesLeft\":9}');";

TEST_F(Migrations, AreNumberedFromOneWithoutGaps) {
  std::int64_t expected = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.number, ++expected) << step.name;
  EXPECT_GE(expected, 1);
}

TEST_F(Migrations, RowsOfTheFirstSchemaAreReadByThisRelease) {
  ASSERT_TRUE(migrate_to(1));
  EXPECT_EQ(schema(), 1);
  run(kRowsOfSchema1);
  ASSERT_TRUE(migrate_to(migrations().size()));

  ASSERT_TRUE(connection_->begin(Access::kRead));
  const Snapshot snapshot(*connection_, any_sealer());
  const auto policies = snapshot.policies().query({});
  ASSERT_TRUE(policies && policies->rows.size() == 1);
  EXPECT_EQ(policies->rows[0].target.provider, "Pump");
  EXPECT_EQ(policies->rows[0].default_policy.type, model::PolicyType::kAll);
  const auto token = snapshot.access_tokens().find({2});
  ASSERT_TRUE(token && token->has_value());
  EXPECT_EQ((*token)->uses_left, 9);
  const auto events = snapshot.events().after({0}, 10);
  ASSERT_TRUE(events && events->size() == 1);
  EXPECT_EQ(std::get<model::TokenUsed>(events->front().body).uses_left, 9);
  connection_->rollback();
  EXPECT_EQ(number("SELECT COUNT(*) FROM encryption_key"), 1);
}

TEST_F(Migrations, RowsOfTheThirdSchemaAreReadByThisRelease) {
  ASSERT_TRUE(migrate_to(3));
  run("INSERT INTO lease VALUES (4, 'influx/-/x', 'Press', 'influx', NULL, 3, 0, 'lt_tag_x', '00c0ffee00c0ffee', '{}', "
      "NULL, "
      "zeroblob(32), '2026-01-05T07:00:00Z', 5, 9, 20, 4, 9, 0, NULL, 0, NULL);"
      "INSERT INTO lease_count VALUES (1, '', 1);");
  ASSERT_TRUE(migrate_to(migrations().size()));
  ASSERT_TRUE(connection_->begin(Access::kRead));
  const Snapshot snapshot(*connection_, any_sealer());
  const auto lease = snapshot.leases().find_by_name("influx/-/x");
  ASSERT_TRUE(lease && lease->has_value());
  EXPECT_EQ((*lease)->state, model::LeaseState::kActive);
  EXPECT_EQ((*lease)->handle.external_id, "00c0ffee00c0ffee");
  EXPECT_EQ((*lease)->due_at, base::Instant{base::Duration{9}});
  EXPECT_EQ(*snapshot.leases().count_of(LeaseCountKind::kTotal, ""), 1);
  connection_->rollback();
}

TEST_F(Migrations, AreAppliedOnce) {
  ASSERT_TRUE(migrate(*connection_, *database_));
  run(kRowsOfSchema1);
  ASSERT_TRUE(migrate(*connection_, *database_));
  EXPECT_EQ(number("SELECT COUNT(*) FROM event"), 1);
}

TEST_F(Migrations, AFailingStepIsUndoneAndNamed) {
  const std::array<Migration, 2> steps{
      Migration{1, "0001_good", "CREATE TABLE good (id {id}, name {text}, data {blob});"},
      Migration{2, "0002_bad", "CREATE TABLE half (id {id}); INSERT INTO nowhere VALUES (1);"}};
  const auto status = migrate(*connection_, *database_, steps);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("0002_bad"));
  EXPECT_EQ(schema(), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'good'"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

TEST_F(Migrations, ASchemaOfALaterReleaseIsRefusedWithBothNumbers) {
  ASSERT_TRUE(migrate(*connection_, *database_));
  run("PRAGMA user_version = 77");
  const auto status = migrate(*connection_, *database_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInvalid);
  EXPECT_THAT(status.error().message, HasSubstr("schema 77"));
  EXPECT_THAT(status.error().message, HasSubstr("up to " + std::to_string(migrations().size())));
  EXPECT_EQ(schema(), 77);
}

}  // namespace
}  // namespace jeton::store
