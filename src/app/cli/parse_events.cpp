// jeton events, jeton completion
#include <fmt/format.h>

#include <memory>

#include "app/cli/arguments.hpp"
#include "app/cli/verb_builder.hpp"
#include "base/strings.hpp"

namespace jeton::cli {

using Finished = VerbBuilder::Finished;

void add_event_verbs(GroupBuilder root) {
  VerbBuilder events =
      root.verb("events", "Show what happened, and with --follow what happens", "jeton events --follow --kinds token");
  const auto made = std::make_shared<Events>();
  events.flag({"--follow", "", "Go on as events come; comes back by itself when the server was away"}, made->follow);
  events.number({"--after", "N", "Only behind the event of this number"}, 0, made->after);
  events.repeated({"--kinds", "A,B", "Only these: token, token.issued, policy and so on"}, made->kinds);
  events.connection();
  events.finish([made]() -> Finished {
    made->kinds = split_names(made->kinds);
    return *made;
  });
}

void add_completion_verb(GroupBuilder root) {
  VerbBuilder completion =
      root.verb("completion", "Print the completion script of a shell", "source <(jeton completion bash)");
  const auto shell = std::make_shared<std::string>();
  completion.text({.name = "shell", .value = "bash|zsh", .description = "", .required = true}, *shell);
  completion.finish([shell]() -> Finished {
    if (*shell == "bash") return Completion{Shell::kBash};
    if (*shell == "zsh") return Completion{Shell::kZsh};
    return std::unexpected(fmt::format("there is no completion for {}; expected bash or zsh", base::shown(*shell)));
  });
}

}  // namespace jeton::cli
