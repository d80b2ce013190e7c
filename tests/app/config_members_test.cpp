// Sections whose members the operator names: from every source, printed, and what is said of them.
#include "app/config/print.hpp"
#include "app/config/table.hpp"
#include "app/config/values.hpp"
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPlant = R"(leases:
  ttl: { maximum: 12h }
  providers:
    plant-db:
      type: postgresql
      url: "postgresql://me:hunter2@db.plant.example/plant"
      roles:
        reader: plant_readers
        writer: |
          plant_writers
      create:
        - >
          GRANT USAGE
          ON SCHEMA plant
        - |
          SELECT 1;
          SELECT 2
      connections: 8
    influx: { type: influxdb, url: "http://127.0.0.1:8086", token: hunter2, max-ttl: 1h }
)";

TEST(ConfigMembers, AreReadInTheOrderOfTheFile) {
  const auto loaded = load_text(kPlant);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  const LeaseProviders& providers = loaded->config.leases.providers;
  ASSERT_EQ(providers.size(), 2U);
  const auto& [name, plant] = providers[0];
  EXPECT_EQ(name, "plant-db");
  EXPECT_EQ(plant.type, "postgresql");
  EXPECT_EQ(plant.url.reveal(), "postgresql://me:hunter2@db.plant.example/plant");
  EXPECT_EQ(plant.connections, 8U);
  EXPECT_THAT(plant.roles, ElementsAre(std::pair("reader", "plant_readers"), std::pair("writer", "plant_writers")));
  EXPECT_THAT(plant.create, ElementsAre("GRANT USAGE ON SCHEMA plant", "SELECT 1;\nSELECT 2"));
  EXPECT_EQ(plant.vhost, "/") << "what is not said is the default";
  EXPECT_EQ(providers[1].first, "influx");
  EXPECT_EQ(providers[1].second.max_ttl, std::chrono::hours{1});
  EXPECT_EQ(loaded->config.leases.ttl.maximum, std::chrono::hours{12});
  EXPECT_EQ(loaded->origins.at("leases.providers.plant-db"), "j.yaml:4");
  EXPECT_EQ(loaded->origins.at("leases.providers.plant-db.connections"), "j.yaml:18");
  EXPECT_EQ(loaded->origins.at("leases.providers.influx.token"), "j.yaml:19");
}

TEST(ConfigMembers, LaterSourcesAddToThem) {
  const auto loaded = load({.file = File{"j.yaml", kPlant},
                            .environment = {{"JETON_LEASES_PROVIDERS_PLANT_DB_CONNECTIONS", "9"},
                                            {"JETON_LEASES_PROVIDERS_PLANT_DB_CONNECTION_LIMIT", "3"},
                                            {"JETON_LEASES_PROVIDERS_A_B_TYPE", "redis"},
                                            {"JETON_LEASES_PROVIDERS_A_B_URL", "redis://127.0.0.1"},
                                            {"JETON_LEASES_PROVIDERS_A_B_ACL_PERSISTENCE", "ACL_FILE"}},
                            .settings = {{"--set", "leases.providers.plant-db.roles={reader: others, deep: \"a, b\"}"},
                                         {"--set", "leases.providers.influx.max-ttl=2h"},
                                         {"--set", "leases.default-provider=a-b"}}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  const LeaseProviders& providers = loaded->config.leases.providers;
  ASSERT_EQ(providers.size(), 3U);
  EXPECT_EQ(providers[0].second.connections, 9U);
  EXPECT_EQ(providers[0].second.connection_limit, 3U);
  EXPECT_THAT(providers[0].second.roles, ElementsAre(std::pair("reader", "others"), std::pair("deep", "a, b")));
  EXPECT_EQ(providers[1].second.max_ttl, std::chrono::hours{2});
  EXPECT_EQ(providers[2].first, "a-b");
  EXPECT_EQ(providers[2].second.acl_persistence, "acl-file");
  EXPECT_EQ(loaded->origins.at("leases.providers.influx.max-ttl"), "--set leases.providers.influx.max-ttl");
  EXPECT_EQ(loaded->origins.at("leases.providers.a-b.url"), "environment JETON_LEASES_PROVIDERS_A_B_URL");
}

TEST(ConfigMembers, AVariableNamesTheLongestKeyThatFits) {
  const struct {
    std::string_view variable;
    std::optional<std::string> path;
  } cases[] = {
      {"JETON_DATA", "data"},
      {"JETON_LEASES_TTL_MAXIMUM", "leases.ttl.maximum"},
      {"JETON_LEASES_PROVIDERS_X_URL", "leases.providers.x.url"},
      {"JETON_LEASES_PROVIDERS_URL_URL", "leases.providers.url.url"},
      {"JETON_LEASES_PROVIDERS_PLANT_DB_2_MAX_TTL", "leases.providers.plant-db-2.max-ttl"},
      {"JETON_LEASES_PROVIDERS_A_ACL_PERSISTENCE", "leases.providers.a.acl-persistence"},
      {"JETON_LEASES_PROVIDERS_URL", std::nullopt},
      {"JETON_LEASES_PROVIDERS__URL", std::nullopt},
      {"JETON_LEASES_PROVIDERS_2_URL", std::nullopt},
      {"JETON_LEASES_PROVIDERS_x_URL", std::nullopt},
      {"JETON_LEASES_PROVIDERS_X", std::nullopt},
      {"JETON_LEASES_PROVIDERS_X_URLS", std::nullopt},
      {"JETON_LEASES_PROVIDERS_A234567890123456789012345678901_URL",
       "leases.providers.a234567890123456789012345678901.url"},
      {"JETON_LEASES_PROVIDERS_A2345678901234567890123456789012_URL", std::nullopt},
  };
  for (const auto& one : cases) EXPECT_EQ(path_of_variable(one.variable), one.path) << one.variable;
  for (const Row& row : rows()) EXPECT_EQ(path_of_variable(environment_name(row.path)), row.path);
}

struct Case {
  std::string text;
  std::string problem;
};
class ConfigMemberProblem : public testing::TestWithParam<Case> {};

TEST_P(ConfigMemberProblem, IsSaidExactly) {
  EXPECT_THAT(problems_of("leases:\n  providers:\n" + GetParam().text), ElementsAre(GetParam().problem));
}

constexpr const char* kRedis = "    a: { type: redis, url: 'redis://h' }\n";

INSTANTIATE_TEST_SUITE_P(
    File, ConfigMemberProblem,
    testing::Values(
        Case{"    a: { type: redis, url: 'redis://h', ulr: x }\n",
             "j.yaml:3: leases.providers.a.ulr: is not a key; did you mean `leases.providers.a.url`?"},
        Case{"    a:\n      type: redis\n      url: 'redis://h'\n      something-else: x\n",
             "j.yaml:6: leases.providers.a.something-else: is not a key; known under `leases.providers.a`: type, url, "
             "user, password, token, org, database, vhost, rules, acl-persistence, create, revoke, databases, roles, "
             "ca, certificate, key, connections, connection-limit, call-timeout, max-ttl, max-leases, adopt"},
        Case{"    a:\n      type: redis\n      url: 'redis://h'\n      connections: 65\n",
             "j.yaml:6: leases.providers.a.connections: \"65\" is out of range; expected a whole number from 1 to 64"},
        Case{"    Influx: { type: influxdb }\n",
             "j.yaml:3: leases.providers.Influx: \"Influx\" cannot be a name here; expected a small letter, then small "
             "letters, digits and dashes, 31 at the most"},
        Case{"    'a.b': { type: influxdb }\n",
             "j.yaml:3: leases.providers.a.b: \"a.b\" cannot be a name here; expected a small letter, then small "
             "letters, digits and dashes, 31 at the most"},
        Case{"    '*': { type: influxdb }\n",
             "j.yaml:3: \"leases.providers.*\": \"*\" cannot be a name here; expected a small letter, then small "
             "letters, digits and dashes, 31 at the most"},
        Case{std::string(kRedis) + "    b: redis\n",
             "j.yaml:4: leases.providers.b: is a section; expected its keys, indented below it"},
        Case{std::string(kRedis) + "    a: { type: redis }\n",
             "j.yaml:4: leases.providers.a: is given twice in this section; keep one"},
        Case{"    a: { type: redis, url: 'redis://h', roles: [x] }\n",
             "j.yaml:3: leases.providers.a.roles: is a list; expected names with a text each, such as {name: \"a\", "
             "other: \"b\"}"},
        Case{"    a: { type: redis, url: 'redis://h', roles: { x: '' } }\n",
             "j.yaml:3: leases.providers.a.roles: its member 1 has a blank text; expected names with a text each, such "
             "as {name: \"a\", other: \"b\"}"},
        Case{"    a: { type: redis, url: 'redis://h', roles: { x: { y: z } } }\n",
             "j.yaml:3: leases.providers.a.roles: its member 1 has no text; expected names with a text each, such as "
             "{name: \"a\", other: \"b\"}"},
        Case{"    a: { type: redis, url: 'redis://h', acl-persistence: file }\n",
             "j.yaml:3: leases.providers.a.acl-persistence: \"file\" is not known here; expected auto, acl-file, "
             "config-rewrite or none"},
        Case{"    a: { type: redis, url: 'redis://h', vhost: }\n",
             "j.yaml:3: leases.providers.a.vhost: has no value; expected one line of text, not blank, or no such line "
             "for the default"}));

TEST(ConfigMembers, ProblemsOfOtherSourcesNameTheNearestKey) {
  const auto loaded = load({.environment = {{"JETON_LEASES_PROVIDERS_PLANT_DB_ULR", "x"},
                                            {"JETON_LEASES_PROVIDERS_PLANT_DB_CONECTIONS", "x"},
                                            {"JETON_LEASES_PROVIDERS_P_CONNECTIONS", "0"}},
                            .settings = {{"--set", "leases.providers.p.ulr=x"},
                                         {"--set", "leases.provider.p.url=x"},
                                         {"--set", "leases.providers=x"},
                                         {"--set", "leases.providers.p=x"},
                                         {"--set", "leases.providers.P.url=x"},
                                         {"--set", "leases.providers.*.url=x"},
                                         {"--set", "leases.providers..url=x"},
                                         {"--set", "leases.providers.p.url.=x"}}});
  ASSERT_FALSE(loaded.has_value());
  const auto wrong_name = HasSubstr("cannot be a name here; expected a small letter");
  EXPECT_THAT(
      loaded.error(),
      ElementsAre("environment JETON_LEASES_PROVIDERS_PLANT_DB_CONECTIONS: names no key; did you mean "
                  "JETON_LEASES_PROVIDERS_PLANT_DB_CONNECTIONS?",
                  "environment JETON_LEASES_PROVIDERS_PLANT_DB_ULR: names no key; did you mean "
                  "JETON_LEASES_PROVIDERS_PLANT_DB_URL?",
                  "environment JETON_LEASES_PROVIDERS_P_CONNECTIONS: leases.providers.p.connections: \"0\" is out of "
                  "range; expected a whole number from 1 to 64",
                  "--set leases.providers.p.ulr: is not a key; did you mean `leases.providers.p.url`?",
                  "--set leases.provider.p.url: is not a key; did you mean `leases.providers.p.url`?",
                  "--set leases.providers: names a section; expected one of its keys",
                  "--set leases.providers.p: names a section; expected one of its keys", wrong_name, wrong_name,
                  HasSubstr("is not a key"), HasSubstr("is not a key"),
                  HasSubstr("leases.providers.p.type: is not set"), HasSubstr("leases.providers.p.url: is not set")));
}

TEST(ConfigMembers, HaveABound) {
  std::string text = "leases:\n  providers:\n";
  for (std::size_t i = 0; i <= kMembersMax; ++i)
    text += fmt::format("    p{}: {{ type: redis, url: 'redis://h' }}\n", i);
  EXPECT_THAT(problems_of(text),
              ElementsAre("j.yaml:103: leases.providers.p100: is one too many; expected 100 at the most"));
}

TEST(ConfigMembers, ArePrintedOneBehindTheOtherWithoutSecrets) {
  const auto loaded = load_text(kPlant);
  ASSERT_TRUE(loaded.has_value());
  const std::string printed = print(loaded->config, loaded->origins);
  EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed, HasSubstr("  providers:\n    plant-db:\n      type: \"postgresql\"  # j.yaml:5\n"
                                 "      url: \"postgresql://(set)\"  # j.yaml:6\n      user: \"\"\n"));
  EXPECT_THAT(printed, HasSubstr("      roles: {\"reader\": \"plant_readers\", \"writer\": \"plant_writers\"}"));
  EXPECT_THAT(printed, HasSubstr("      create: [\"GRANT USAGE ON SCHEMA plant\", \"SELECT 1;\\x0aSELECT 2\"]"));
  EXPECT_THAT(printed, HasSubstr("      adopt: false\n    influx:\n      type: \"influxdb\"  # j.yaml:19\n"));
  EXPECT_THAT(printed, HasSubstr("      token: \"(set)\"  # j.yaml:19\n"));
  EXPECT_THAT(printed, HasSubstr("      adopt: false\n  quotas:\n    total: 300000\n"));
  EXPECT_THAT(print(Config{}), HasSubstr("  providers: {}\n"));
  // What was hidden has to be filled in; all the rest loads again.
  EXPECT_THAT(problems_of(printed), ElementsAre(HasSubstr("leases.providers.plant-db.url: holds the placeholder"),
                                                HasSubstr("leases.providers.influx.url: holds the placeholder"),
                                                HasSubstr("leases.providers.influx.token: is the placeholder"),
                                                HasSubstr("leases.providers.plant-db.url: is not set"),
                                                HasSubstr("leases.providers.influx.url: is not set")));
}

TEST(ConfigMembers, AUrlWithoutASchemeIsNotShownAtAll) {
  Config config;
  config.leases.providers.emplace_back("a", leases::ProviderSettings{});
  const Field& url = find_row("leases.providers.a.url")->field;
  const std::size_t first[] = {0};
  EXPECT_EQ(to_yaml(url, config, first), "\"\"");
  ASSERT_TRUE(assign(url, "hunter2", config, first));
  EXPECT_EQ(to_yaml(url, config, first), "\"(set)\"");
  ASSERT_TRUE(assign(url, "https://me:hunter2@h", config, first));
  EXPECT_EQ(to_yaml(url, config, first), "\"https://(set)\"");
}

}  // namespace
}  // namespace jeton::config
