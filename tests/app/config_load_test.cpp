// From a file's text to values, or to every problem in it.
#include "app/config/load.hpp"

#include <filesystem>
#include <fstream>

#include "app/config/table.hpp"
#include "app/config/values.hpp"
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::pair<std::string_view, std::string_view> kContract[] = {
    {"data", "\"./jeton-data\""},
    {"master-key", "\"\""},
    {"store.url", "\"\""},
    {"http.listen", "[\"127.0.0.1:8445\"]"},
    {"http.threads", "0"},
    {"http.tls.certificate", "\"\""},
    {"http.tls.key", "\"\""},
    {"http.tls.pkcs12", "\"\""},
    {"http.tls.password", "\"\""},
    {"http.tls.client-ca", "\"\""},
    {"http.tls.client-auth", "none"},
    {"http.limits.body", "1MiB"},
    {"http.limits.header", "16KiB"},
    {"http.limits.idle", "1m"},
    {"http.limits.request", "30s"},
    {"http.limits.connections", "10000"},
    {"http.limits.requests-per-caller", "0"},
    {"identity.policy", "declared"},
    {"identity.remember", "5s"},
    {"identity.authenticator-secret-keys", "{}"},
    {"identity.authenticator-credentials", "{}"},
    {"identity.management.filter", "true"},
    {"identity.management.policy", "sysop-only"},
    {"identity.management.whitelist", "[]"},
    {"identity.blacklist.filter", "false"},
    {"identity.blacklist.force", "true"},
    {"identity.blacklist.exclude",
     "[\"ServiceRegistry\", \"Authentication\", \"ConsumerAuthorization\", \"DynamicServiceOrchestration\"]"},
    {"identity.blacklist.remember", "5s"},
    {"arrowhead.system-name", "\"ConsumerAuthorization\""},
    {"arrowhead.domain-name", "\"127.0.0.1\""},
    {"arrowhead.normalization-mode", "extended"},
    {"arrowhead.max-page-size", "1000"},
    {"arrowhead.ca", "\"\""},
    {"arrowhead.connection-timeout", "5s"},
    {"arrowhead.call-timeout", "10s"},
    {"arrowhead.remember-metadata", "10s"},
    {"arrowhead.service-registry.url", "\"\""},
    {"arrowhead.authentication.url", "\"\""},
    {"arrowhead.authentication.login-interval", "10s"},
    {"arrowhead.authentication.login-delay", "3s"},
    {"arrowhead.mqtt.enabled", "false"},
    {"arrowhead.mqtt.broker", "\"127.0.0.1:1883\""},
    {"arrowhead.mqtt.password", "\"\""},
    {"arrowhead.mqtt.tls", "false"},
    {"arrowhead.mqtt.ca", "\"\""},
    {"arrowhead.mqtt.certificate", "\"\""},
    {"arrowhead.mqtt.key", "\"\""},
    {"tokens.time-limit", "1m"},
    {"tokens.max-age", "1h"},
    {"tokens.simple-usage-limit", "5"},
    {"tokens.simple-byte-size", "32"},
    {"tokens.unbounded-generation-whitelist", "[]"},
    {"tokens.cleaner-interval", "30s"},
    {"tokens.signing-key", "\"\""},
    {"tokens.signing-key-password", "\"\""},
    {"tokens.reference-key", "\"\""},
    {"queues.restriction-mode", "NONE"},
    {"queues.access-token-key", "~"},
    {"queues.previous-access-token-keys", "[]"},
    {"queues.auth-access", "auto"},
    {"queues.message-size", "256KiB"},
    {"queues.visibility-timeout", "0s"},
    {"queues.max-attempts", "0"},
    {"queues.dead-letter-suffix", "\".dead\""},
    {"queues.reported-settings", "[]"},
    {"leases.anonymous-owner", "\"\""},
    {"leases.ttl.default", "1h"},
    {"leases.ttl.maximum", "1d"},
    {"leases.ttl.allow-zero", "false"},
    {"leases.ttl.jitter", "0"},
    {"leases.default-provider", "\"\""},
    {"leases.providers.*.type", "\"\""},
    {"leases.providers.*.url", "\"\""},
    {"leases.providers.*.user", "\"\""},
    {"leases.providers.*.password", "\"\""},
    {"leases.providers.*.token", "\"\""},
    {"leases.providers.*.org", "\"\""},
    {"leases.providers.*.database", "\"\""},
    {"leases.providers.*.vhost", "\"/\""},
    {"leases.providers.*.rules", "\"\""},
    {"leases.providers.*.acl-persistence", "auto"},
    {"leases.providers.*.create", "[]"},
    {"leases.providers.*.revoke", "[]"},
    {"leases.providers.*.databases", "[]"},
    {"leases.providers.*.roles", "{}"},
    {"leases.providers.*.ca", "\"\""},
    {"leases.providers.*.certificate", "\"\""},
    {"leases.providers.*.key", "\"\""},
    {"leases.providers.*.connections", "4"},
    {"leases.providers.*.connection-limit", "0"},
    {"leases.providers.*.call-timeout", "10s"},
    {"leases.providers.*.max-ttl", "0s"},
    {"leases.providers.*.max-leases", "0"},
    {"leases.providers.*.adopt", "false"},
    {"leases.quotas.total", "300000"},
    {"leases.quotas.owner", "10000"},
    {"leases.quotas.role", "0"},
    {"leases.quotas.create-rate", "0"},
    {"leases.hold-revocations", "false"},
    {"leases.reconcile-interval", "5m"},
    {"leases.stray-grace", "10m"},
    {"leases.keep-ended", "1d"},
    {"leases.removed-providers", "[]"},
    {"leases.clock-step", "5m"},
    {"leases.mqtt-topic", "\"jeton/leases/\""},
    {"log.level", "info"},
    {"log.format", "text"},
    {"log.file", "\"\""},
    {"events.retention", "7d"},
};

TEST(ConfigLoad, DefaultsAreThoseOfTheContract) {
  const auto loaded = load({});
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(loaded->origins.empty());
  EXPECT_TRUE(loaded->warnings.empty());
  std::map<std::string_view, std::string> defaults;
  EXPECT_TRUE(loaded->config.leases.providers.empty());
  const Config all = config_of_all_rows();
  for (const Row& row : rows()) defaults[row.path] = to_yaml(row.field, all, members_of(row));
  EXPECT_EQ(defaults.size(), std::size(kContract));
  for (const auto& [key, value] : kContract) EXPECT_EQ(defaults[key], value) << key;
}

TEST(ConfigLoad, ReadsAFile) {
  const auto loaded = load_text(R"(data: /srv/jeton
http:
  listen: ["127.0.0.1:0", "[::1]:0"]
  limits: { body: 64KiB, idle: 500ms }
identity:
  management: { filter: false, policy: whitelist, whitelist: [Operator] }
tokens:
  reference-key: "0123456789abcdef"
arrowhead:
log: { level: off, format: json }
)");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  const Config& config = loaded->config;
  EXPECT_EQ(config.data, "/srv/jeton");
  EXPECT_THAT(config.http.listen, ElementsAre("127.0.0.1:0", "[::1]:0"));
  EXPECT_EQ(config.http.limits.body, 65536U);
  EXPECT_EQ(config.http.limits.idle, std::chrono::milliseconds{500});
  EXPECT_FALSE(config.identity.management.filter);
  EXPECT_EQ(config.identity.management.policy, ManagementPolicy::kWhitelist);
  EXPECT_THAT(config.identity.management.whitelist, ElementsAre("Operator"));
  EXPECT_TRUE(config.tokens.reference_key.equals("0123456789abcdef"));
  EXPECT_EQ(config.log.level, base::log::Level::kOff);
  EXPECT_EQ(config.log.format, LogFormat::kJson);
  EXPECT_EQ(loaded->origins.at("http.limits.body"), "j.yaml:4");
  EXPECT_EQ(loaded->origins.size(), 10U);
}

struct Case {
  std::string text;
  std::string problem;
};
class ConfigProblem : public testing::TestWithParam<Case> {};

TEST_P(ConfigProblem, IsSaidExactly) {
  EXPECT_THAT(problems_of(GetParam().text), ElementsAre(GetParam().problem)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigProblem,
    testing::Values(
        Case{"tokens:\n  max-aeg: 60m\n", "j.yaml:2: tokens.max-aeg: is not a key; did you mean `tokens.max-age`?"},
        Case{"token:\n  max-age: 60m\n", "j.yaml:1: token: is not a key; did you mean `tokens`?"},
        Case{"queue:\n  x: 1\n", "j.yaml:1: queue: is not a key; did you mean `queues`?"},
        Case{"max-age: 60m\n", "j.yaml:1: max-age: is not a key; `max-age` belongs under `tokens`"},
        Case{"http:\n  data: x\n", "j.yaml:2: http.data: is not a key; `data` belongs at the top level"},
        Case{"limits: { body: 1MiB }\n", "j.yaml:1: limits: is not a key; `limits` belongs under `http`"},
        Case{"tokens:\n  policy: x\n",
             "j.yaml:2: tokens.policy: is not a key; `policy` belongs under `identity` or under `identity.management`"},
        Case{"tokens.max-age: 60m\n",
             "j.yaml:1: tokens.max-age: is not a key; write `max-age` indented under `tokens`"},
        Case{"token.max.age: 60\n", "j.yaml:1: token.max.age: is not a key; that is `tokens.max-age` here"},
        Case{"server.port: 8445\n", "j.yaml:1: server.port: is not a key; that is `http.listen` here"},
        Case{"mqtt.broker.port: 1883\n",
             "j.yaml:1: mqtt.broker.port: is not a key; that is `arrowhead.mqtt.broker` here"},
        Case{"events:\n  something-else: 1\n",
             "j.yaml:2: events.something-else: is not a key; known under `events`: retention"},
        Case{"\"\\x1b[31m.something\": 1\n",
             "j.yaml:1: \"\\x1b[31m.something\": is not a key; known at the top level: data, master-key, store, http, "
             "identity, arrowhead, "
             "tokens, queues, leases, log, events, pools, stream"},
        Case{std::string(200, 'x') + ": 1\n",
             "j.yaml:1: \"" + std::string(64, 'x') + "…\": is not a key; no key has such a long name"},
        Case{"tokens: 5\n", "j.yaml:1: tokens: is a section; expected its keys, indented below it"},
        Case{"data:\n  x: 1\n", "j.yaml:1: data: is not a section; expected one line of text, not blank"},
        Case{"tokens:\n  max-age:\n",
             "j.yaml:2: tokens.max-age: has no value; expected a duration from 1ms to 3650d, such as 500ms, 30s, 60m, "
             "12h or 7d, or no such "
             "line for the default"},
        Case{"data: ''\n", "j.yaml:1: data: is blank; expected one line of text, not blank"},
        Case{"http:\n  listen: 127.0.0.1:1\n",
             "j.yaml:2: http.listen: is a single value; expected a list with one text or more, such as [\"a\", \"b\"]"},
        Case{"http:\n  listen: [[a]]\n",
             "j.yaml:2: http.listen: has an item that is no text; expected a list with one text or more, such as "
             "[\"a\", \"b\"]"},
        Case{"log:\n  level: [info]\n",
             "j.yaml:2: log.level: is a list; expected trace, debug, info, warn, error, fatal or off"},
        Case{"log: { level: info }\nlog: { level: warn }\n", "j.yaml:2: log: is given twice in this section; keep one"},
        Case{"tokens:\n  reference-key: &a hunter2\n",
             "j.yaml:2: anchors and aliases (`&`, `*`) are not read here; write the value out, in quotes if it begins "
             "with one of them"}));

TEST(ConfigLoad, ReportsEveryProblem) {
  EXPECT_THAT(problems_of("tokens:\n  max-age: 60\n  simple-byte-size: 8\nlog:\n  level: loud\n"),
              ElementsAre(HasSubstr("j.yaml:2: tokens.max-age"), HasSubstr("j.yaml:3: tokens.simple-byte-size"),
                          HasSubstr("j.yaml:5: log.level")));
}

TEST(ConfigLoad, StopsReportingAtTheBound) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += fmt::format("unknown{}: 1\n", i);
  const Problems problems = problems_of(text);
  ASSERT_EQ(problems.size(), kProblemsMax + 1);
  EXPECT_EQ(problems.back(), "and 30 more");
}

TEST(ConfigLoad, LaterSectionsAreAcceptedWithAWarning) {
  const auto loaded = load_text("pools: { mode: master, anything: [1, { a: b }] }\nstream:\n  pdp: { type: OPA }\n");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->warnings, ElementsAre("j.yaml:1: `pools` is not part of this release and has no effect",
                                            "j.yaml:2: `stream` is not part of this release and has no effect"));
  for (const Later& section : later()) {
    const auto section_of_its_own = load({.settings = {{"--set", std::string(section.path) + ".x=1"}}});
    EXPECT_TRUE(section_of_its_own.has_value()) << section.path;
  }
}

TEST(ConfigLoad, ReadsMapsOfSecretsInTheOrderOfTheFile) {
  const auto loaded = load_text(R"(identity:
  policy: declared
  authenticator-secret-keys: { GateKeeper: "orchid-77", field_device: "a, b = c" }
  authenticator-credentials:
    password: 123456
    "pin.of it": ~x
)");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  const Identity& identity = loaded->config.identity;
  ASSERT_EQ(identity.authenticator_secret_keys.size(), 2U);
  EXPECT_EQ(identity.authenticator_secret_keys[0].first, "GateKeeper");
  EXPECT_EQ(identity.authenticator_secret_keys[0].second.reveal(), "orchid-77");
  EXPECT_EQ(identity.authenticator_secret_keys[1].first, "field_device");
  EXPECT_EQ(identity.authenticator_secret_keys[1].second.reveal(), "a, b = c");
  ASSERT_EQ(identity.authenticator_credentials.size(), 2U);
  EXPECT_EQ(identity.authenticator_credentials[0].second.reveal(), "123456");
  EXPECT_EQ(identity.authenticator_credentials[1].first, "pin.of it");
  EXPECT_EQ(loaded->origins.at("identity.authenticator-credentials"), "j.yaml:4");
}

TEST(ConfigLoad, MapsOfSecretsReplaceEachOther) {
  const auto loaded = load({.file = File{"j.yaml", "identity: { authenticator-credentials: { a: one, b: two } }"},
                            .environment = {{"JETON_IDENTITY_AUTHENTICATOR_CREDENTIALS", "password=x=y, user = me "}},
                            .settings = {{"--set", "identity.authenticator-secret-keys={A: \"x,y\"}"}}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  const Identity& identity = loaded->config.identity;
  ASSERT_EQ(identity.authenticator_credentials.size(), 2U);
  EXPECT_EQ(identity.authenticator_credentials[0].second.reveal(), "x=y");
  EXPECT_EQ(identity.authenticator_credentials[1].first, "user");
  EXPECT_EQ(identity.authenticator_credentials[1].second.reveal(), "me");
  ASSERT_EQ(identity.authenticator_secret_keys.size(), 1U);
  EXPECT_EQ(identity.authenticator_secret_keys[0].second.reveal(), "x,y");
}

TEST(ConfigLoad, NoProblemRepeatsASecret) {
  for (const char* text : {"tokens: { reference-key: hunter2 }",
                           "tokens:\n  reference-key: [hunter2]",
                           "tokens:\n  reference-key: { hunter2: hunter2 }",
                           "tokens:\n  reference-key: *hunter2",
                           "tokens:\n  reference-key: !hunter2 x",
                           "tokens:\n  reference-key: \"hunter2\\n\"",
                           "tokens:\n  reference-key: \"hunter2",
                           "tokens:\n  signing-key-password: hunter2",
                           "store: { url: 'mysql://me:hunter2@db/x' }",
                           "store: { url: 'postgresql://me:hunter2@db/x' }",
                           "identity: { authenticator-secret-keys: hunter2 }",
                           "identity: { authenticator-secret-keys: [hunter2] }",
                           "identity: { authenticator-secret-keys: { A: hunter2, B: [hunter2] } }",
                           "identity: { authenticator-secret-keys: { A: \"hunter2\\n\" } }",
                           "identity: { authenticator-secret-keys: { '-hunter2': GateKeeper } }",
                           "arrowhead: { service-registry: { url: 'http://me:hunter2@sr:8443' } }",
                           "arrowhead: { authentication: { url: 'hunter2' } }",
                           "arrowhead: { mqtt: { broker: 'me:hunter2@b:1883' } }",
                           "master-key: hunter2",
                           "tokens:\n  reference-kee: hunter2",
                           "http: { tls: { password: hunter2 } }",
                           "leases: { providers: { a: { type: redis, url: 'http://me:hunter2@h', ca: x } } }",
                           "leases: { providers: { a: { type: redis, url: [hunter2] } } }",
                           "leases: { providers: { a: { type: redis, url: { hunter2: hunter2 } } } }",
                           "leases: { providers: { a: { type: redis, url: \"hunter2\\n\", token: \"hunter2\\n\" } } }",
                           "leases: { providers: { a: { type: influxdb, token: hunter2, password: hunter2 } } }"}) {
    const Problems problems = problems_of(text);
    EXPECT_FALSE(problems.empty()) << text;
    for (const std::string& problem : problems) EXPECT_THAT(problem, testing::Not(HasSubstr("hunter2")));
  }
}

TEST(ConfigFile, IsReadUpToItsBound) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "jeton-config-file-test";
  std::filesystem::create_directories(folder);
  const std::string path = folder / "j.yaml";
  std::ofstream(path) << "data: x\n";
  const auto file = read_config_file(path);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->name, path);
  EXPECT_EQ(file->text, "data: x\n");
  std::ofstream(path) << std::string((1U << 20U) + 1, '#');
  EXPECT_EQ(read_config_file(path).error().code, base::ErrorCode::kTooLarge);
  EXPECT_EQ(read_config_file(folder).error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(read_config_file(folder / "absent").error().code, base::ErrorCode::kNotFound);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace jeton::config
