#include "app/cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

void expect_all(const Verb& verb, const std::string& path, const std::string& script) {
  EXPECT_THAT(script, HasSubstr("'" + path + "') offered='")) << path;
  for (const OptionWord& option : verb.options) EXPECT_THAT(script, HasSubstr(option.name)) << path;
  for (const Verb& child : verb.verbs) {
    if (!child.hidden) expect_all(child, path + " " + child.name, script);
  }
}

TEST(Completion, ListsEveryVerbWithItsOptions) {
  for (const char* shell : {"bash", "zsh"}) {
    const Ran ran = CommandLineRun().run({"completion", shell});
    EXPECT_EQ(ran.exit, 0);
    expect_all(verb_tree(), "jeton", ran.out);
    EXPECT_THAT(ran.out, HasSubstr("'jeton token generate --variant') values='time usage base64 rs256 rs512'"));
    EXPECT_THAT(ran.out, HasSubstr("'jeton completion') offered='bash zsh "));
    EXPECT_THAT(ran.out, Not(HasSubstr("'jeton config page'"))) << "hidden";
  }
}

}  // namespace
}  // namespace jeton::cli
