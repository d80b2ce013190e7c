#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/config/page.hpp"
#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;

std::string written_file(const std::string& text) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  const auto path = std::filesystem::path(testing::TempDir()) / fmt::format("jeton-{}.yaml", test->name());
  std::ofstream(path) << text;
  return path.string();
}

TEST(ConfigVerbs, CheckSaysOkOrEveryProblemWithItsPlace) {
  EXPECT_EQ(CommandLineRun().run({"config", "check"}).out, "ok\n");
  const std::string file = written_file("tokens:\n  max-agee: 2h\nhttp:\n  threads: many\n");
  const Ran ran = CommandLineRun().run({"config", "check", "--config", file});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr(file + ":2: tokens.max-agee"));
  EXPECT_THAT(ran.err, HasSubstr(file + ":4: http.threads"));
}

TEST(ConfigVerbs, CheckAsksTheProvidersOfLeasesAboutTheirSettings) {
  const std::string file = written_file(
      "leases:\n  providers:\n    hook: { type: webhook, url: 'https://127.0.0.1/hook', vhost: x }\n"
      "    queue:\n      type: rabbitmq\n      url: 'http://127.0.0.1:15672'\n");
  const Ran ran = CommandLineRun().run({"config", "check", "--config", file});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr(file + ":3: leases.providers.hook.vhost: "));
  EXPECT_THAT(ran.err, HasSubstr(file + ":4: leases.providers.queue."));
}

TEST(ConfigVerbs, EveryTypeOfProviderIsThere) {
  for (const std::string_view type : leases::kProviderTypes) {
    const Ran ran = CommandLineRun().run({"config", "check", "--set", fmt::format("leases.providers.x.type={}", type),
                                          "--set", "leases.providers.x.url=nowhere"});
    EXPECT_EQ(ran.exit, 1) << type;
    EXPECT_THAT(ran.err, testing::Not(HasSubstr("there is no type"))) << type;
  }
}

TEST(ConfigVerbs, AMissingFileIsAFailure) {
  const Ran ran = CommandLineRun().run({"config", "check", "--config", "/nowhere/jeton.yaml"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/jeton.yaml"));
}

TEST(ConfigVerbs, SettingsAndTheEnvironmentCountButNotTheVariablesOfTheVerbs) {
  CommandLineRun line;
  line.environment = {{"JETON_TOKENS_MAX_AGE", "3h"},
                      {"JETON_SERVER", "http://x:1"},
                      {"JETON_AS", "A"},
                      {"JETON_CA", "ca.pem"},
                      {"JETON_QUEUE_TOKEN", "t"}};
  const Ran ran = line.run({"config", "print", "--set", "tokens.time-limit=90s", "--data", "/srv/jeton"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("max-age: 3h"));
  EXPECT_THAT(ran.out, HasSubstr("time-limit: 90s"));
  EXPECT_THAT(ran.out, HasSubstr("/srv/jeton"));
  EXPECT_EQ(CommandLineRun().run({"config", "check", "--set", "tokens.nothing=1"}).exit, 1);
}

TEST(ConfigVerbs, SettingsWinOverTheOtherOptionsAsInServe) {
  const std::vector<std::string> options = {"--set",  "data=/srv/set", "--set",    "http.listen=127.0.0.1:2",
                                            "--data", "/srv/data",     "--listen", "127.0.0.1:1"};
  std::vector<std::string> print = {"config", "print"};
  print.insert(print.end(), options.begin(), options.end());
  const Ran ran = CommandLineRun().run(print);
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("data: \"/srv/set\"  # --set data"));
  EXPECT_THAT(ran.out, HasSubstr("listen: [\"127.0.0.1:2\"]  # --set http.listen"));
  // What --listen says is overridden, so check has nothing against it.
  EXPECT_EQ(CommandLineRun().run({"config", "check", "--set", "http.listen=127.0.0.1:2", "--listen", "here"}).exit, 0);
}

TEST(ConfigVerbs, ImportPrintsAConfigurationThatChecks) {
  const std::string settings = written_file(
      "message-queue.restriction-mode=hybrid\nmessage-queue.access-token.key=a-key-to-keep\n"
      "message-queue.storage-medium=REDIS\nspring.jpa.show-sql=true\n");
  const Ran ran = CommandLineRun().run({"config", "import", "message-queue", settings});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_THAT(ran.out, HasSubstr("a-key-to-keep"));
  EXPECT_THAT(ran.err, HasSubstr("line 4: spring.jpa.show-sql: not taken over: "));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("a-key-to-keep")));
  EXPECT_EQ(CommandLineRun().run({"config", "check", "--config", written_file(ran.out)}).out, "ok\n");
}

TEST(ConfigVerbs, ImportKnowsSystemsByName) {
  const std::string settings =
      written_file("authentication.policy=declared\nsecret.cryptographer.key=a-key-to-keep-as-is\n");
  const Ran ran = CommandLineRun().run({"config", "import", "arrowhead", settings});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_THAT(ran.out, HasSubstr("  reference-key: \"a-key-to-keep-as-is\"\n"));
  EXPECT_THAT(ran.err, HasSubstr("the output holds secrets"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("a-key-to-keep-as-is")));
  EXPECT_EQ(CommandLineRun().run({"config", "check", "--config", written_file(ran.out)}).out, "ok\n");
}

TEST(ConfigVerbs, ImportSaysWhatCannotBeRead) {
  const Ran missing = CommandLineRun().run({"config", "import", "message-queue", "/nowhere/x.properties"});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_EQ(missing.err,
            "jeton: /nowhere/x.properties cannot be read; expected a file of settings, at most 1048576 bytes\n");
  const std::string broken = written_file("a=1\nb=\\u12\n");
  const Ran ran = CommandLineRun().run({"config", "import", "message-queue", broken});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr(broken + ": line 2: "));
}

TEST(ConfigVerbs, PageIsTheCommittedPage) {
  EXPECT_EQ(CommandLineRun().run({"config", "page"}).out, config::configuration_page());
}

}  // namespace
}  // namespace jeton::cli
