#include "app/cli/welcome.hpp"

#include <fmt/format.h>

#include "app/cli/failure.hpp"
#include "app/cli/parse.hpp"

namespace jeton::cli {

std::string welcome_text(const Verb& root) {
  std::string out =
      "Jeton is one server for machine tokens: it decides which system may call which,\n"
      "and issues and verifies the tokens that prove it.\n"
      "\n"
      "Start a server, then let FlowReader use the service flowRate of PumpStation:\n"
      "  jeton serve\n"
      "  jeton policy grant flowRate --provider PumpStation --allow FlowReader\n"
      "  jeton token generate flowRate --provider PumpStation --as FlowReader\n"
      "\n"
      "Verbs:\n";
  for (const Verb& verb : root.verbs) {
    if (verb.hidden) continue;
    std::string below;
    for (const Verb& child : verb.verbs) {
      if (!child.hidden) below += (below.empty() ? ": " : ", ") + child.name;
    }
    out += fmt::format("  {:<11} {}{}\n", verb.name, verb.description, below);
  }
  out += fmt::format("\n`jeton help VERB` explains one. Servers elsewhere: --server URL, --as NAME.\n{}\n",
                     kExitCodesText);
  return out;
}

}  // namespace jeton::cli
