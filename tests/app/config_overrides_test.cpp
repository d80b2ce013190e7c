// Environment and command line: names, order, and what a problem calls its source.
#include "app/config/load.hpp"
#include "app/config/table.hpp"

namespace jeton::config {
namespace {

using testing::ElementsAre;

TEST(ConfigOverrides, TheLaterSourceWins) {
  Sources sources{
      .file = File{"j.yaml", "tokens: { max-age: 1m, time-limit: 1m, simple-usage-limit: 1 }\n"},
      .environment = {{"JETON_TOKENS_MAX_AGE", "2m"},
                      {"JETON_TOKENS_TIME_LIMIT", "2m"},
                      {"PATH", "/bin"},
                      {"jeton_x", "1"}},
      .settings = {{"--set", "tokens.max-age=3m"}, {"--set", "tokens.max-age=4m"}, {"--data", "data=/srv=1"}}};
  const auto loaded = load(sources);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_EQ(loaded->config.tokens.max_age, std::chrono::minutes{4});
  EXPECT_EQ(loaded->config.tokens.time_limit, std::chrono::minutes{2});
  EXPECT_EQ(loaded->config.tokens.simple_usage_limit, 1U);
  EXPECT_EQ(loaded->config.data, "/srv=1");
  EXPECT_EQ(loaded->origins.at("tokens.max-age"), "--set tokens.max-age");
  EXPECT_EQ(loaded->origins.at("tokens.time-limit"), "environment JETON_TOKENS_TIME_LIMIT");
  EXPECT_EQ(loaded->origins.at("tokens.simple-usage-limit"), "j.yaml:1");
  EXPECT_EQ(loaded->origins.at("data"), "--data");
}

TEST(ConfigOverrides, VariablesAreNamedAfterTheirKeys) {
  EXPECT_EQ(environment_name("data"), "JETON_DATA");
  EXPECT_EQ(environment_name("master-key"), "JETON_MASTER_KEY");
  EXPECT_EQ(environment_name("tokens.time-limit"), "JETON_TOKENS_TIME_LIMIT");
  EXPECT_EQ(environment_name("http.tls.client-ca"), "JETON_HTTP_TLS_CLIENT_CA");
}

TEST(ConfigOverrides, ListsAreSeparatedByCommas) {
  const auto loaded = load({.environment = {{"JETON_HTTP_LISTEN", "127.0.0.1:0, [::1]:0"}},
                            .settings = {{"--set", "identity.management.whitelist=A,B"}}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->config.http.listen, ElementsAre("127.0.0.1:0", "[::1]:0"));
  EXPECT_THAT(loaded->config.identity.management.whitelist, ElementsAre("A", "B"));
}

TEST(ConfigOverrides, ListsMayBeWrittenAsInTheFile) {
  const auto loaded =
      load({.environment = {{"JETON_TOKENS_UNBOUNDED_GENERATION_WHITELIST", "[A, \"B\"]"}, {"JETON_LOG_LEVEL", "WARN"}},
            .settings = {{"--set", "identity.management.whitelist=[good-guy, Other]"},
                         {"--set", "identity.management.policy=SYSOP_ONLY"}}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->config.tokens.unbounded_generation_whitelist, ElementsAre("A", "B"));
  EXPECT_THAT(loaded->config.identity.management.whitelist, ElementsAre("good-guy", "Other"));
  EXPECT_EQ(loaded->config.log.level, base::log::Level::kWarn);
}

TEST(ConfigOverrides, AWrongListSaysBothForms) {
  const auto loaded = load({.settings = {{"--set", "identity.management.whitelist=[A, B"}}});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(
      loaded.error(),
      ElementsAre("--set identity.management.whitelist: identity.management.whitelist: \"[A, B\" is not a list; "
                  "expected one such as a,b or [a, \"b\"]"));
}

TEST(ConfigOverrides, ProblemsNameTheirSource) {
  const auto loaded = load({.environment = {{"JETON_TOKENS_TIME_LIMIT", "60"},
                                            {"JETON_TOKEN_TIME_LIMIT", "60s"},
                                            {"JETON_FOO", "hunter2"},
                                            {"JETON_TOKENS_REFERENCE_KEY", "hunter2"},
                                            {"JETON_LOG_FILE", "\xff"}},
                            .settings = {{"--set", "tokens.max-aeg=60m"},
                                         {"--set", "tokens.simple-byte-size=8"},
                                         {"--set", "tokens.reference-key hunter2"},
                                         {"--set", "tokens=5"},
                                         {"--set", "=hunter2"},
                                         {"--listen", "http.listen=here"}}});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(
      loaded.error(),
      ElementsAre(
          "environment JETON_FOO: names no key; variables that begin with JETON_ name a key, as JETON_HTTP_LIMITS_BODY "
          "names "
          "`http.limits.body`",
          "environment JETON_LOG_FILE: log.file: is not UTF-8; expected text in that encoding",
          "environment JETON_TOKENS_TIME_LIMIT: tokens.time-limit: \"60\" is not a duration; expected a duration from "
          "1ms to 3650d, such as "
          "500ms, 30s, 60m, 12h or 7d",
          "environment JETON_TOKEN_TIME_LIMIT: names no key; did you mean JETON_TOKENS_TIME_LIMIT?",
          "--set tokens.max-aeg: is not a key; did you mean `tokens.max-age`?",
          "--set tokens.simple-byte-size: tokens.simple-byte-size: \"8\" is out of range; expected a whole number from "
          "16 to 1024",
          "--set: tokens.reference-key: is not followed by a value; expected KEY=VALUE, such as tokens.max-age=60m",
          "--set tokens: names a section; expected one of its keys", testing::StartsWith("--set \"\": is not a key; "),
          "--listen: http.listen: \"here\" is not an address; expected HOST:PORT, such as 127.0.0.1:8445, 0.0.0.0:8445 "
          "or [::1]:8445",
          "environment JETON_TOKENS_REFERENCE_KEY: tokens.reference-key: is too short; expected 16 bytes or more, or "
          "\"\" to derive it from "
          "the master key"));
}

TEST(ConfigOverrides, LaterSectionsWarn) {
  const auto loaded = load({.environment = {{"JETON_POOLS_MODE", "1"}, {"JETON_STREAM_PDP_TYPE", "OPA"}},
                            .settings = {{"--set", "pools.waiting-time-for-token=1s"}}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->warnings,
              ElementsAre("environment JETON_POOLS_MODE: `pools` is not part of this release and has no effect",
                          "environment JETON_STREAM_PDP_TYPE: `stream` is not part of this release and has no effect",
                          "--set pools.waiting-time-for-token: `pools` is not part of this release and has no effect"));
}

}  // namespace
}  // namespace jeton::config
