#include "app/config/print.hpp"

#include "app/config/table.hpp"
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kEverythingElse = R"(data: "C:\\x \"y\" # z: é"
store: { url: "sqlite::memory:" }
master-key: env:KEY
http:
  listen: ["127.0.0.2:1", "[::1]:2"]
  threads: 3
  limits: { body: 2MiB, header: 1025B, idle: 90s, request: 1500ms, connections: 7 }
identity:
  management: { filter: false, policy: authorization, whitelist: ["Null", "NULL", "Good"] }
  blacklist: { filter: true, force: false, exclude: [], remember: 0 }
arrowhead:
  system-name: "True"
  domain-name: "  x, ~"
  normalization-mode: simple
  max-page-size: 9
  ca: ca.pem
  connection-timeout: 2s
  call-timeout: 3s
  remember-metadata: 4s
  service-registry: { url: "https://[::1]:8443" }
  authentication: { url: "http://auth.example:8444", login-interval: 1s, login-delay: 0 }
  mqtt: { enabled: true, broker: "[::1]:8883", tls: true, ca: a.pem, certificate: c.pem, key: k.pem }
tokens:
  time-limit: 1ms
  max-age: 36h
  simple-usage-limit: 1
  simple-byte-size: 16
  unbounded-generation-whitelist: [A]
  cleaner-interval: 1d
  signing-key: "*k"
leases:
  anonymous-owner: Anybody
  ttl: { default: 30m, maximum: 2h, allow-zero: true, jitter: 10 }
  quotas: { total: 1, owner: 2, role: 3, create-rate: 4 }
  hold-revocations: true
  reconcile-interval: 0
  stray-grace: 0
  keep-ended: 0
  removed-providers: [old-one]
  clock-step: 1s
  mqtt-topic: "a/b/"
log: { level: error, format: json, file: "!log" }
events: { retention: 90m }
)";

TEST(ConfigPrint, LoadsAgainToTheSame) {
  for (const std::string text : {"", kEverythingElse}) {
    const auto first = load_text(text);
    ASSERT_TRUE(first.has_value()) << first.error().front();
    const std::string printed = print(first->config, first->origins);
    const auto second = load_text(printed);
    ASSERT_TRUE(second.has_value()) << second.error().front() << "\n" << printed;
    EXPECT_EQ(print(second->config), print(first->config));
    EXPECT_EQ(second->config.data, first->config.data);
    EXPECT_EQ(second->config.http.listen, first->config.http.listen);
    EXPECT_EQ(second->config.identity.management.whitelist, first->config.identity.management.whitelist);
    EXPECT_EQ(second->config.arrowhead.domain_name, first->config.arrowhead.domain_name);
    EXPECT_EQ(second->origins.size(), std::ranges::count_if(rows(), [](const Row& row) {
                return row.path.find(kAnyMember) == std::string_view::npos;
              }));
  }
}

TEST(ConfigPrint, IsNestedWithEveryKeyAndItsOrigin) {
  const auto loaded = load(
      {.file = File{"a\nb.yaml", "tokens: { max-age: 2h }"}, .environment = {{"JETON_DATA", "/x"}}, .settings = {}});
  ASSERT_TRUE(loaded.has_value());
  const std::string printed = print(loaded->config, loaded->origins);
  EXPECT_THAT(printed, testing::StartsWith(
                           "data: \"/x\"  # environment JETON_DATA\nmaster-key: \"\"\nstore:\n  url: \"\"\nhttp:\n"));
  EXPECT_THAT(printed, HasSubstr("  limits:\n    body: 1MiB\n"));
  EXPECT_THAT(printed, HasSubstr("  max-age: 2h  # a?b.yaml:1\n"));
}

TEST(ConfigPrint, HidesSecrets) {
  const auto loaded = load_text(
      "tokens: { reference-key: hunter2-hunter2-hunter2, signing-key: k, signing-key-password: hunter2 }\n"
      "identity: { authenticator-secret-keys: { Gate: hunter2 }, authenticator-credentials: { pin: hunter2 } }\n"
      "arrowhead: { mqtt: { password: hunter2 } }\n"
      "queues: { access-token-key: hunter2, previous-access-token-keys: [hunter2, hunter2] }");
  ASSERT_TRUE(loaded.has_value());
  Config config = loaded->config;
  config.store.url = "postgresql://me:hunter2@db/x?password=hunter2";
  config.http.tls.password = base::Secret("hunter2");
  const std::string printed = print(config, loaded->origins);
  EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed, HasSubstr("  reference-key: \"(set)\""));
  EXPECT_THAT(printed, HasSubstr("  url: \"postgresql://(set)\""));
  EXPECT_THAT(printed, HasSubstr("  access-token-key: \"(set)\""));
  EXPECT_THAT(printed, HasSubstr("  previous-access-token-keys: [\"(set)\"]"));
  EXPECT_THAT(printed, HasSubstr("  authenticator-secret-keys: {\"Gate\": \"(set)\"}"));
  EXPECT_THAT(printed, HasSubstr("  authenticator-credentials: {\"pin\": \"(set)\"}"));
  EXPECT_THAT(printed, HasSubstr("    password: \"(set)\""));
  // Loading it does not turn the placeholder into the secret.
  EXPECT_EQ(problems_of(print(loaded->config)).size(), 7U);
}

}  // namespace
}  // namespace jeton::config
