// From the arguments of the process to one Command.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "app/cli/options.hpp"

namespace jeton::cli {

/// What the command line knows, for completion, suggestions and the first screen.
struct OptionWord {
  std::string name;  ///< "--server"
  std::string description;
  bool takes_value = false;
  std::vector<std::string> choices;  ///< when only these are values
};
struct Verb {
  std::string name;
  std::string description;
  bool hidden = false;
  std::vector<OptionWord> options;
  std::vector<std::string> choices;  ///< when its first argument is one of these
  std::vector<Verb> verbs;
};

/// The root, whose name is "jeton".
Verb verb_tree();

/// `arguments` without the program's name. On wrong usage: one sentence that says what would be right.
std::expected<Command, std::string> parse(std::vector<std::string> arguments, const Environment& environment);

}  // namespace jeton::cli
