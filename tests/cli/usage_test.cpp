// Arguments in, exit code and first line out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/parse.hpp"
#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// `sentence`: without "jeton: " before it; its end may be left open by "…".
void expect_wrong_usage(std::string_view arguments, const std::string& sentence) {
  CommandLineRun line;
  const Ran ran = line.run(words(arguments));
  EXPECT_EQ(ran.exit, 2) << arguments;
  const std::string said = (sentence.starts_with("jeton ") ? "" : "jeton: ") + sentence;
  if (constexpr std::string_view kOpen = "…"; sentence.ends_with(kOpen)) {
    EXPECT_THAT(ran.err, StartsWith(said.substr(0, said.size() - kOpen.size()))) << arguments;
  } else {
    EXPECT_EQ(ran.err, said + "\n") << arguments;
  }
  EXPECT_EQ(ran.out, "") << arguments;
  EXPECT_TRUE(line.http.sent.empty()) << arguments;
}

TEST(Usage, WrongCommandLinesSayWhatWouldBeRight) {
  const struct {
    const char* arguments;
    const char* first_line;
  } rows[] = {
      {"polcy list", "jeton does not know \"polcy\"; did you mean `jeton policy`?"},
      {"xyzzyxyzzy",
       "jeton does not know \"xyzzyxyzzy\"; it knows serve, config, policy, token, queue, lease, events, "
       "completion, version or help"},
      {"policy lst", "jeton policy does not know \"lst\"; did you mean `jeton policy list`?"},
      {"policy", "jeton policy needs to know what to do: grant, revoke, list or verify"},
      {"config", "jeton config needs to know what to do: check, print or import"},
      {"help tokn", "jeton does not know \"tokn\"; did you mean `jeton token`?"},
      {"help version now", "jeton version has nothing named \"now\" below it"},
      {"policy list --levl mgmt", "jeton policy list does not know \"--levl\"; did you mean --level?"},
      {"policy list --level upper",
       "jeton policy list: --level: \"upper\" is not one of provider|mgmt; see `jeton help policy list`"},
      {"policy list surplus", "jeton policy list has no use for \"surplus\"; see `jeton help policy list`"},
      {"serve --set", "jeton serve: --set: 1 required KEY=VALUE missing; see `jeton help serve`"},
      {"serve --set a=b c=d",
       "jeton serve has no use for \"c\" alone; repeat --set before each KEY=VALUE; see `jeton help serve`"},
      {"config check tokens.max-age=2h",
       "jeton config check has no use for \"tokens.max-age\" alone; repeat --set before each KEY=VALUE; see `jeton "
       "help "
       "config check`"},
      {"serve surplus", "jeton serve has no use for \"surplus\"; see `jeton help serve`"},
      {"serve =d", "jeton serve has no use for \"\"; see `jeton help serve`"},
      {"policy list c=d", "jeton policy list has no use for \"c\"; see `jeton help policy list`"},
      {"policy grant", "jeton policy grant: target is required; see `jeton help policy grant`"},
      {"policy grant t", "say who may, with one of: --all, --allow A,B, --deny A,B or --metadata JSON"},
      {"policy grant t --all --deny A", "only one can say who may: --all, --allow A,B, --deny A,B or --metadata JSON"},
      {"policy grant t --allow ,", "--allow names nobody; expected systems such as A,B"},
      {"policy grant t --metadata 7",
       "\"7\" is not a requirement on metadata; expected a JSON object with members, such as {\"zone\":\"A\"}"},
      {"policy grant t --all --scope read",
       "--scope \"read\" is not understood; expected NAME=all, NAME=allow:A,B, NAME=deny:A,B or "
       "NAME=metadata:JSON"},
      {"policy grant t --all --scope r=all --scope r=deny:A", "--scope r is given twice"},
      {"policy verify t --consumer C", "jeton policy verify: --provider is required; see `jeton help policy verify`"},
      {"token generate t", "jeton token generate: --provider is required; see `jeton help token generate`"},
      {"token generate t --provider P --uses 3",
       "jeton token generate: --uses requires --for; see `jeton help token generate`"},
      {"token generate t --provider P --for C --expires soon",
       "--expires \"soon\" is neither a duration nor a date-time; expected 10m or 2031-03-04T05:06:07Z"},
      {"token verify -", "there is no token on standard input"},
      {"completion fish", "there is no completion for \"fish\"; expected bash or zsh"},
      {"config import", "jeton config import needs to know what to do: arrowhead or message-queue"},
      {"events --after 9999999999999999999",
       "jeton events: --after: \"9999999999999999999\" is no whole number from 0 on; see `jeton help events`"},
      {"token generate t --provider P --for C --uses 0",
       "jeton token generate: --uses: \"0\" is no whole number from 1 on; see `jeton help token generate`"},
      {"events --after x", "jeton events: --after: \"x\" is no whole number from 0 on; see `jeton help events`"},
  };
  for (const auto& row : rows) expect_wrong_usage(row.arguments, row.first_line);
}

TEST(Usage, WrongCommandLinesOfQueuesSayWhatWouldBeRight) {
  const struct {
    const char* arguments;
    const char* first_line;
  } rows[] = {
      {"queue",
       "jeton queue needs to know what to do: publish, next, list, assign, release, delete, clear, restrict, "
       "unrestrict or owners"},
      {"queue publish q {", "the payload is not JSON: …"},
      {"queue publish q 1 --text t", "a message has one payload; give JSON or --text TEXT, not both"},
      {"queue publish q", "there is no payload on standard input; expected JSON, or --text TEXT"},
      {"queue publish q 1 --delay soon", "--delay \"soon\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"queue next q", "jeton queue next: --as-assignee is required; see `jeton help queue next`"},
      {"queue next q --as-assignee w --count 0",
       "jeton queue next: --count: \"0\" is no whole number from 1 on; see `jeton help queue next`"},
      {"queue next q --as-assignee w --wait 20", "--wait \"20\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"queue assign u --as-assignee w --visibility x",
       "--visibility \"x\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"queue clear", "say what to clear: one sub-queue by its name, or --all --yes"},
      {"queue clear q --all --yes", "say what to clear: one sub-queue by its name, or --all --yes"},
      {"queue clear --all", "--all removes the messages of every sub-queue for good; say so with --all --yes"},
      {"queue restrict q --scope all",
       "jeton queue restrict: --scope: \"all\" is not one of publish|consume; see `jeton help queue restrict`"},
  };
  for (const auto& row : rows) expect_wrong_usage(row.arguments, row.first_line);
}

TEST(Usage, WrongCommandLinesOfLeasesSayWhatWouldBeRight) {
  const struct {
    const char* arguments;
    const char* first_line;
  } rows[] = {
      {"lease",
       "jeton lease needs to know what to do: list, show, create, renew, revoke, abandon, irrevocable, due, release, "
       "counts or providers"},
      {"lease list --status gone", "jeton lease list: --status: \"gone\" is not one of active|…"},
      {"lease list --all --due", "--all shows every status; give it without --status and --due"},
      {"lease show", "jeton lease show: lease is required; see `jeton help lease show`"},
      {"lease create --ttl 15", "--ttl \"15\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"lease create --option bucket=plant",
       "--option \"bucket\" is not understood; expected NAME=JSON, such as bucket='\"plant\"' or limit=5"},
      {"lease create --option 'hunter2 7'", "--option \"hunter2 7\" is not understood; …"},
      {"lease create --option =7", "--option \"\" is not understood; …"},
      {"lease create --options [1]", "--options is not a JSON object: …"},
      {"lease renew x --by soon", "--by \"soon\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"lease revoke", "say what to take back: one lease by its name, or --prefix TEXT, --owner NAME or both"},
      {"lease revoke x --prefix y",
       "say what to take back: one lease by its name, or --prefix TEXT, --owner NAME or both"},
      {"lease revoke --prefix y --provider z",
       "jeton lease revoke: --provider requires lease; see `jeton help lease revoke`"},
      {"lease revoke --prefix y --wait x", "--wait \"x\" is no duration; expected one such as 500ms, 30s or 2h"},
      {"lease abandon x", "jeton lease abandon: --reason is required; see `jeton help lease abandon`"},
      {"lease abandon x --reason ' '", "--reason is blank; expected why the lease is given up"},
      {"lease release", "say what to release: one lease by its name, --prefix TEXT, or --all"},
      {"lease release x --all", "say what to release: one lease by its name, --prefix TEXT, or --all"},
  };
  for (const auto& row : rows) expect_wrong_usage(row.arguments, row.first_line);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"lease", "show", ""},
                                                    {"lease", "renew", ""},
                                                    {"lease", "abandon", "", "--reason", "r"}}) {
    CommandLineRun line;
    const Ran ran = line.run(arguments);
    EXPECT_EQ(ran.exit, 2);
    EXPECT_EQ(ran.err, "jeton: the name of a lease is empty; `jeton lease list` shows names\n");
    EXPECT_TRUE(line.http.sent.empty());
  }
}

TEST(Usage, AskedForTextsGoToStdout) {
  const struct {
    const char* arguments;
    const char* first_line;
  } rows[] = {
      {"", "Jeton is one server for machine tokens: it decides which system may call which,"},
      {"help", "Jeton is one server for machine tokens: it decides which system may call which,"},
      {"--help", "Jeton is one server for machine tokens: it decides which system may call which,"},
      {"version", "jeton 0."},
      {"--version", "jeton 0."},
      {"help policy", "Who may use which service or event type of whom"},
      {"policy --help", "Who may use which service or event type of whom"},
      {"help policy grant", "Let systems use a target"},
      {"policy grant -h", "Let systems use a target"},
      {"token verify --help", "Ask, as its provider, whether a token is valid; exit code 0 yes, 3 no"},
  };
  for (const auto& row : rows) {
    const Ran ran = CommandLineRun().run(words(row.arguments));
    EXPECT_EQ(ran.exit, 0) << row.arguments;
    EXPECT_THAT(first_line(ran.out), StartsWith(row.first_line)) << row.arguments;
    EXPECT_EQ(ran.err, "") << row.arguments;
  }
}

TEST(Usage, TheFirstScreenFitsAndNamesEveryVerb) {
  const Ran ran = CommandLineRun().run({});
  EXPECT_LE(std::ranges::count(ran.out, '\n'), 24);
  for (const Verb& verb : verb_tree().verbs) {
    if (!verb.hidden) {
      EXPECT_THAT(ran.out, HasSubstr("\n  " + verb.name));
    }
  }
  EXPECT_THAT(ran.out, HasSubstr("Exit codes: 0 done"));
}

void expect_help(const Verb& verb, const std::vector<std::string>& path) {
  std::vector<std::string> arguments = {"help"};
  arguments.insert(arguments.end(), path.begin(), path.end());
  const Ran ran = CommandLineRun().run(arguments);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_THAT(ran.out, HasSubstr("Exit codes: 0 done")) << verb.name;
  for (const OptionWord& option : verb.options) EXPECT_THAT(ran.out, HasSubstr(option.name)) << verb.name;
  for (const Verb& child : verb.verbs) {
    std::vector<std::string> below = path;
    below.push_back(child.name);
    expect_help(child, below);
  }
}

TEST(Usage, EveryVerbExplainsItselfWithItsOptionsAndTheExitCodes) {
  for (const Verb& verb : verb_tree().verbs) expect_help(verb, {verb.name});
}

TEST(Usage, HelpShowsOneValueAnOccurrence) {
  for (const char* arguments : {"help serve", "help config check", "help policy grant", "help policy list"}) {
    EXPECT_THAT(CommandLineRun().run(words(arguments)).out, testing::Not(HasSubstr(" ..."))) << arguments;
  }
  EXPECT_THAT(CommandLineRun().run(words("help serve")).out, HasSubstr("repeat --set before each"));
}

TEST(Usage, ServeIsHandedItsOptions) {
  CommandLineRun line;
  EXPECT_EQ(line.run(words("serve --config c.yaml --data d --listen [::1]:0 --set a.b=1 --set c=x,y --insecure")).exit,
            42);
  ASSERT_EQ(line.served.size(), 1U);
  const app::ServeOptions& options = line.served.front();
  EXPECT_EQ(options.config_file, "c.yaml");
  EXPECT_EQ(options.data, "d");
  EXPECT_EQ(options.listen, "[::1]:0");
  EXPECT_THAT(options.set, ElementsAre("a.b=1", "c=x,y"));
  EXPECT_TRUE(options.insecure);
  EXPECT_EQ(CommandLineRun().run({"serve"}).exit, 42);
}

TEST(Usage, TheServerIsHandedWhatIsNotForTheVerbs) {
  CommandLineRun line;
  line.environment = {{"JETON_SERVER", "http://x"}, {"JETON_AS", "A"},  {"JETON_CA", "f"},
                      {"JETON_CERT", "c"},          {"JETON_KEY", "k"}, {"JETON_DATA", "/d"},
                      {"JETON_QUEUE_TOKEN", "t"}};
  EXPECT_EQ(line.run({"serve"}).exit, 42);
  EXPECT_EQ(line.served_environment, (Environment{{"JETON_DATA", "/d"}}));
}

TEST(Usage, WhereAndAsWhomComesFromOptionsThenEnvironmentThenDefaults) {
  const struct {
    Environment environment;
    const char* arguments;
    const char* url;
    const char* authorization;
  } rows[] = {
      {{}, "token revoke r", "http://127.0.0.1:8445/", "Bearer SYSTEM//Sysop"},
      {{{"JETON_SERVER", "https://jeton.example/"}, {"JETON_AS", "Operator"}},
       "token revoke r",
       "https://jeton.example/",
       "Bearer SYSTEM//Operator"},
      {{{"JETON_SERVER", "https://other"}, {"JETON_AS", "Other"}},
       "token revoke r --server http://[::1]:1/ --as Me",
       "http://[::1]:1/",
       "Bearer SYSTEM//Me"},
      {{{"JETON_SERVER", ""}, {"JETON_AS", ""}}, "token revoke r", "http://127.0.0.1:8445/", "Bearer SYSTEM//Sysop"},
  };
  for (const auto& row : rows) {
    CommandLineRun line;
    line.environment = row.environment;
    line.http.answer(200, "");
    EXPECT_EQ(line.run(words(row.arguments)).exit, 0);
    EXPECT_THAT(line.http.sent.at(0).line, StartsWith(std::string("DELETE ") + row.url + "consumerauthorization/"));
    EXPECT_EQ(line.http.sent.at(0).authorization, row.authorization);
  }
  CommandLineRun line;
  line.environment = {{"JETON_CA", "a.pem"}};
  line.run(words("token revoke r"));
  EXPECT_EQ(line.ca_file, "a.pem");
  line.run(words("token revoke r --ca b.pem"));
  EXPECT_EQ(line.ca_file, "b.pem");
  EXPECT_EQ(line.certificate, "");
  line.environment = {{"JETON_CERT", "c.pem"}, {"JETON_KEY", "k.pem"}};
  line.run(words("token revoke r"));
  EXPECT_EQ(line.certificate + " " + line.key, "c.pem k.pem");
  line.run(words("token revoke r --cert d.pem --key l.pem"));
  EXPECT_EQ(line.certificate + " " + line.key, "d.pem l.pem");
}

}  // namespace
}  // namespace jeton::cli
