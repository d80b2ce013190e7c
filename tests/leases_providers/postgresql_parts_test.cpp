// What the PostgreSQL provider is made of, without a server: statements, places, what failures mean, handles.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/time_text.hpp"
#include "leases/providers/postgresql/handle_data.hpp"
#include "leases/providers/postgresql/place.hpp"
#include "leases/providers/postgresql/statements.hpp"
#include "leases/providers/postgresql/trouble.hpp"

namespace jeton::leases::postgresql {
namespace {

using Names = std::vector<std::string>;

base::Instant instant(std::string_view text) {
  return base::parse_instant(text).value();
}

TEST(PostgresqlStatements, QuotesNamesAndTexts) {
  EXPECT_EQ(quoted_name("plain"), R"("plain")");
  EXPECT_EQ(quoted_name(R"(x"; DROP ROLE y; --)"), R"("x""; DROP ROLE y; --")");
  EXPECT_EQ(quoted_text("plain"), "'plain'");
  EXPECT_EQ(quoted_text("it's"), "'it''s'");
  EXPECT_EQ(quoted_text(R"(a\' b)"), R"( E'a\\'' b')");
}

TEST(PostgresqlStatements, CreatesARoleWithAllThatIsSaidAboutIt) {
  const NewRole role{.name = "lt_abcdef_1",
                     .verifier = "SCRAM-SHA-256$4096:salt$stored:server",
                     .expires_at = instant("2026-01-05T08:20:00.25Z"),
                     .connections_max = 3,
                     .groups = {"readers", "Line \"7\""},
                     .lease = "pg/reader/x'1"};
  EXPECT_EQ(create_role(role),
            "CREATE ROLE \"lt_abcdef_1\" LOGIN PASSWORD 'SCRAM-SHA-256$4096:salt$stored:server' "
            "VALID UNTIL '2026-01-05T08:20:06Z' CONNECTION LIMIT 3 IN ROLE \"readers\", \"Line \"\"7\"\"\"; "
            "COMMENT ON ROLE \"lt_abcdef_1\" IS 'pg/reader/x''1'");
  EXPECT_EQ(create_role({.name = "n", .verifier = "v", .expires_at = instant("2026-01-05T08:20:00Z"), .lease = "l"}),
            "CREATE ROLE \"n\" LOGIN PASSWORD 'v' VALID UNTIL '2026-01-05T08:20:05Z'; COMMENT ON ROLE \"n\" IS 'l'");
  EXPECT_EQ(renew_role("n", instant("2026-01-05T08:20:00Z")), "ALTER ROLE \"n\" VALID UNTIL '2026-01-05T08:20:05Z'");
}

TEST(PostgresqlStatements, RemovesManyTogether) {
  const Names names = {"a", "b"};
  EXPECT_EQ(lock_out(names), R"(ALTER ROLE "a" NOLOGIN; ALTER ROLE "b" NOLOGIN)");
  EXPECT_EQ(join(names), R"(GRANT "a", "b" TO CURRENT_USER)");
  EXPECT_EQ(give_away(names, "grp"), R"(REASSIGN OWNED BY "a", "b" TO "grp"; DROP OWNED BY "a", "b")");
  EXPECT_EQ(give_away(names, ""), R"(REASSIGN OWNED BY "a", "b" TO CURRENT_USER; DROP OWNED BY "a", "b")");
  EXPECT_EQ(drop_roles(names), R"(DROP ROLE IF EXISTS "a", "b")");
  EXPECT_EQ(array_of(names), R"({"a","b"})");
  EXPECT_EQ(array_of(Names{R"(Line "7\)"}), R"({"Line \"7\\"})");
  EXPECT_EQ(array_of(Names{}), "{}");
}

TEST(PostgresqlStatements, TemplatesHaveTwoWords) {
  constexpr std::string_view kTemplate = "GRANT {role} TO {name}; SELECT '{1,2}'::int[], '{}', {name}";
  EXPECT_TRUE(check_template(kTemplate));
  EXPECT_TRUE(names_group(kTemplate));
  EXPECT_EQ(fill_template(kTemplate, "n", "g\"h"), R"(GRANT "g""h" TO "n"; SELECT '{1,2}'::int[], '{}', "n")");
  // What is filled in is not looked at again.
  EXPECT_EQ(fill_template("{name}{role}", "{role}", "{name}"), R"("{role}""{name}")");
  for (const char* wrong : {"", " \n", "GRANT x TO {username}", "GRANT x TO {{user}}", "{Name}"})
    EXPECT_FALSE(check_template(wrong)) << wrong;
}

TEST(PostgresqlStatements, GroupsStandBetweenCommas) {
  EXPECT_EQ(read_groups(" readers , Line 7 "), (Names{"readers", "Line 7"}));
  for (const std::string& wrong : {std::string(), std::string(" , "), std::string("a,,b"), std::string(64, 'x')})
    EXPECT_FALSE(read_groups(wrong)) << wrong;
}

ProviderSettings settings_with(std::string url) {
  ProviderSettings out;
  out.type = "postgresql";
  out.url = base::Secret(std::move(url));
  return out;
}

std::string word_of(const base::Result<Place>& place, std::string_view keyword) {
  return place ? std::string(place->word(keyword)) : "no place: " + place.error().message;
}

TEST(PostgresqlPlace, IsWhatTheUrlSaysWithoutThePassword) {
  const auto place = read_place("pg", settings_with("postgresql://mana%40ger:p%2Fw@db.example:7000/plant"));
  EXPECT_EQ(word_of(place, "user"), "mana@ger");
  EXPECT_EQ(word_of(place, "dbname"), "plant");
  EXPECT_EQ(word_of(place, "password"), "");
  EXPECT_EQ(place->password.reveal(), "p/w");
  EXPECT_EQ(place->shown(), "db.example:7000");
}

TEST(PostgresqlPlace, ServersElsewhereAreVerifiedUnlessTheUrlSaysOtherwise) {
  const auto mode = [](std::string url, std::string ca = {}) {
    ProviderSettings settings = settings_with(std::move(url));
    settings.ca = std::move(ca);
    return word_of(read_place("pg", settings), "sslmode");
  };
  EXPECT_EQ(mode("postgresql://db.example/x"), "verify-full");
  EXPECT_EQ(mode("postgresql://127.0.0.1,db.example/x"), "verify-full");
  EXPECT_EQ(mode("postgresql://db.example/x?sslmode=require"), "require");
  EXPECT_EQ(mode("postgresql://127.0.0.1/x"), "");
  EXPECT_EQ(mode("postgresql://localhost,[::1]/x"), "");
  EXPECT_EQ(mode("postgresql:///x?host=/run/postgresql"), "");
  EXPECT_EQ(mode("postgresql://127.0.0.1/x", "/ca.pem"), "verify-full");

  ProviderSettings settings = settings_with("postgresql://db.example/x");
  EXPECT_EQ(word_of(read_place("pg", settings), "sslrootcert"), "/etc/ssl/certs/ca-certificates.crt");
  settings.ca = "/ca.pem";
  settings.certificate = "/own.pem";
  settings.key = "/own.key";
  const auto place = read_place("pg", settings);
  EXPECT_EQ(word_of(place, "sslrootcert"), "/ca.pem");
  EXPECT_EQ(word_of(place, "sslcert"), "/own.pem");
  EXPECT_EQ(word_of(place, "sslkey"), "/own.key");
}

TEST(PostgresqlPlace, EveryAddressOfEveryHostIsTried) {
  const auto place = read_place("pg", settings_with("postgresql://one:1,two:2,10.0.0.3:3/x"));
  ASSERT_TRUE(place);
  const auto words = with_addresses(*place, [](const std::string& host) -> base::Result<Names> {
    if (host == "one") return Names{"::1", "10.0.0.1"};
    if (host == "two") return base::failure(base::not_found("no such name"));
    return Names{host};
  });
  ASSERT_TRUE(words);
  const Place found{*words, {}};
  EXPECT_EQ(found.word("host"), "one,one,10.0.0.3");
  EXPECT_EQ(found.word("hostaddr"), "::1,10.0.0.1,10.0.0.3");
  EXPECT_EQ(found.word("port"), "1,1,3");
}

TEST(PostgresqlPlace, NamesThatAreNotKnownAreAFailure) {
  const auto unknown = [](const std::string&) -> base::Result<Names> {
    return base::failure(base::not_found("no such name"));
  };
  for (const char* url : {"postgresql://one/x", "postgresql://one,two/x"})
    EXPECT_FALSE(with_addresses(*read_place("pg", settings_with(url)), unknown)) << url;
  EXPECT_TRUE(with_addresses(*read_place("pg", settings_with("postgresql:///x?host=/run/postgresql")), unknown));
  EXPECT_TRUE(with_addresses(*read_place("pg", settings_with("postgresql://one/x?hostaddr=10.0.0.1")), unknown));
}

TEST(PostgresqlTrouble, IsReadFromTheCode) {
  using enum Trouble;
  EXPECT_EQ(trouble_of_error("42710"), kAmbiguous);  // our own earlier attempt
  for (const char* state : {"08006", "57P01", "57P02", "25006"}) EXPECT_EQ(trouble_of_error(state), kUnreachable);
  for (const char* state : {"28000", "28P01"}) EXPECT_EQ(trouble_of_error(state), kDenied);
  for (const char* state : {"40001", "40P01", "53100", "53300", "55P03", "57014", "58030", "XX000"})
    EXPECT_EQ(trouble_of_error(state), kBusy) << state;
  for (const char* state : {"", "2BP01", "42501", "42601", "42704", "P0001"})
    EXPECT_EQ(trouble_of_error(state), kRejected) << state;
  for (const char* state : {"28P01", "3D000", "42501"}) EXPECT_EQ(trouble_of_login(state), kDenied);
  EXPECT_EQ(trouble_of_login("53300"), kBusy);
  for (const char* state : {"", "57P03"}) EXPECT_EQ(trouble_of_login(state), kUnreachable);
}

TEST(PostgresqlTrouble, AnAnswerThatDoesNotComeIsOpenOnlyWhereItHarms) {
  using Kind = Failure::Kind;
  for (const Kind kind : {Kind::kNoAnswer, Kind::kLost}) {
    EXPECT_EQ(trouble_of({.kind = kind}, Again::kHarms), Trouble::kAmbiguous);
    EXPECT_EQ(trouble_of({.kind = kind}, Again::kIsHarmless), Trouble::kUnreachable);
  }
  EXPECT_EQ(trouble_of({.kind = Kind::kNotReached}, Again::kHarms), Trouble::kUnreachable);
}

TEST(PostgresqlTrouble, TheCodeOfALoginStandsAtTheEndOfALine) {
  EXPECT_EQ(sqlstate_in("connection to server at \"::1\", port 5432 failed: FATAL:  28P01\n"), "28P01");
  EXPECT_EQ(sqlstate_in("connection to server at \"::1\" failed: FATAL:  57P03\n"
                        "connection to server at \"127.0.0.1\" failed: VERHÄNGNIS:  53300\n"),
            "53300");
  for (const char* message : {"", "connection refused\n", "failed: Connection timed out",
                              "FATAL:  no pg_hba.conf entry", "x:  28p01", "28P01"})
    EXPECT_EQ(sqlstate_in(message), "") << message;
}

TEST(PostgresqlHandle, SaysAllThatRemovingTakes) {
  const HandleData data{.group = "Gr\"oup", .databases = {"plant"}, .revoke = {"REVOKE x FROM \"n\""}};
  const auto read = read_handle_data(write_handle_data(data));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->group, data.group);
  EXPECT_EQ(read->databases, data.databases);
  EXPECT_EQ(read->revoke, data.revoke);
  const auto empty = read_handle_data(write_handle_data({}));
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->group.empty() && empty->databases.empty() && empty->revoke.empty());
  for (const char* nothing : {"", "{}", "x"}) EXPECT_FALSE(read_handle_data(nothing)) << nothing;
}

}  // namespace
}  // namespace jeton::leases::postgresql
