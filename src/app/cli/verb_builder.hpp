// How the verbs are declared: names, options, and what is made of them. The library behind it is parse.cpp's affair.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/options.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace jeton::cli {

/// What came of one command line.
struct Typed {
  std::optional<Command> command;
  std::optional<std::string> problem;
  std::string server, as, queue_token, ca_file, certificate, key;  ///< empty: not typed
  bool json = false;
};

struct OptionText {
  std::string name;   ///< "--provider"; without dashes: an argument
  std::string value;  ///< stands for the value in help: "NAME"
  std::string description;
  bool required = false;
  std::string needs = {};  ///< an option that was declared before, without which this one means nothing
};

/// What may be typed, and what it means.
using Choices = std::vector<std::pair<std::string, std::string>>;

/// One verb in the making. What values are written into must live as long as the verb's finish().
class VerbBuilder {
 public:
  VerbBuilder(CLI::App& app, Typed& typed) : app_(&app), typed_(&typed) {}

  void flag(const OptionText& text, bool& value);
  void text(const OptionText& text, std::string& value);
  /// For a value that may be empty.
  void text(const OptionText& text, std::optional<std::string>& value);
  /// Takes one value an occurrence.
  void repeated(const OptionText& text, std::vector<std::string>& values);
  /// An argument that takes all words that are left.
  void words(const OptionText& text, std::vector<std::string>& values);
  void choice(const OptionText& text, const Choices& choices, std::string& value);
  void number(const OptionText& text, std::int64_t least, std::int64_t& value);
  void number(const OptionText& text, std::int64_t least, std::optional<std::int64_t>& value);
  /// --server, --as, --ca and --json, for a command that has a `connection`.
  void connection();
  /// The same for a verb of queues: --token in place of --as, or beside it where a server may ask for a name.
  void queue_connection(bool may_name_caller = false);
  void needs(const std::string& option, const std::string& other);
  /// Keeps it out of help.
  void hide();
  /// For a verb whose argument may begin with -h.
  void only_long_help();

  /// The command, or a sentence that says what would be right.
  using Finished = std::expected<Command, std::string>;
  void finish(std::function<Finished()> make);

 private:
  void settle(CLI::Option* option, const OptionText& text);
  void server();
  void authorities_and_json();

  CLI::App* app_;
  Typed* typed_;
};

/// A group of verbs, such as `jeton policy`, or the root.
class GroupBuilder {
 public:
  GroupBuilder(CLI::App& app, Typed& typed) : app_(&app), typed_(&typed) {}

  GroupBuilder group(const std::string& name, const std::string& description);
  VerbBuilder verb(const std::string& name, const std::string& description, const std::string& example);

 private:
  CLI::App* app_;
  Typed* typed_;
};

// One file a group.
void add_serve_verbs(GroupBuilder root);
void add_policy_verbs(GroupBuilder root);
void add_token_verbs(GroupBuilder root);
void add_queue_verbs(GroupBuilder root);
void add_lease_verbs(GroupBuilder root);
void add_event_verbs(GroupBuilder root);
void add_completion_verb(GroupBuilder root);

/// What is wrong with the first of these options, by name and text, that should be a duration and is not.
std::optional<std::string> problem_of_durations(
    const std::vector<std::pair<std::string_view, std::string_view>>& options);

/// The options that say what is used, and of which cloud its consumers are.
void add_target(VerbBuilder& verb, Target& target);

}  // namespace jeton::cli
