// The only unit that includes CLI11: what the verbs declare, put into it, and what was typed into a Command.
#include "app/cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "app/cli/failure.hpp"
#include "app/cli/verb_builder.hpp"
#include "app/cli/welcome.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

struct WholeNumber {
  std::int64_t least = 0;

  // Empty when it is one; CLI11 takes any other text as what is wrong.
  std::string operator()(const std::string& typed) const {
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (code == std::errc() && end == typed.data() + typed.size() && number >= least) return {};
    return fmt::format("{} is no whole number from {} on", base::shown(typed), least);
  }
};

}  // namespace

void VerbBuilder::settle(CLI::Option* option, const OptionText& text) {
  option->required(text.required);
  if (!text.needs.empty()) option->needs(app_->get_option(text.needs));
}

void VerbBuilder::flag(const OptionText& text, bool& value) {
  settle(app_->add_flag(text.name, value, text.description), text);
}

void VerbBuilder::text(const OptionText& text, std::string& value) {
  settle(app_->add_option(text.name, value, text.description)->type_name(text.value), text);
}

void VerbBuilder::text(const OptionText& text, std::optional<std::string>& value) {
  settle(app_->add_option(text.name, value, text.description)->type_name(text.value), text);
}

// Each occurrence takes one value, so that the argument behind it is not swallowed, nor does help promise more.
void VerbBuilder::repeated(const OptionText& text, std::vector<std::string>& values) {
  CLI::Option* option = app_->add_option(text.name, values, text.description)->allow_extra_args(false);
  settle(option->type_name(text.value)->option_text(text.value), text);
}

void VerbBuilder::words(const OptionText& text, std::vector<std::string>& values) {
  settle(app_->add_option(text.name, values, text.description)->type_name(text.value), text);
}

// Replaces the typed word by what it means, and is known to completion by its type name, "time|usage".
void VerbBuilder::choice(const OptionText& text, const Choices& choices, std::string& value) {
  std::string names;
  for (const auto& [name, meaning] : choices) names += (names.empty() ? "" : "|") + name;
  CLI::Option* option = app_->add_option(text.name, value, text.description)->type_name(names);
  option->transform([choices, names](const std::string& typed) -> std::string {
    for (const auto& [name, meaning] : choices) {
      if (typed == name || typed == meaning) return meaning;
    }
    throw CLI::ValidationError(fmt::format("{} is not one of {}", base::shown(typed), names));
  });
  settle(option, text);
}

void VerbBuilder::number(const OptionText& text, std::int64_t least, std::int64_t& value) {
  settle(app_->add_option(text.name, value, text.description)->type_name(text.value)->check(WholeNumber{least}), text);
}

void VerbBuilder::number(const OptionText& text, std::int64_t least, std::optional<std::int64_t>& value) {
  settle(app_->add_option(text.name, value, text.description)->type_name(text.value)->check(WholeNumber{least}), text);
}

void VerbBuilder::connection() {
  server();
  text({"--as", "NAME", "The system that asks; default $JETON_AS or Sysop"}, typed_->as);
  authorities_and_json();
}

void VerbBuilder::queue_connection(bool may_name_caller) {
  server();
  text({"--token", "TOKEN", "Token of the sub-queue, where it is restricted; default $JETON_QUEUE_TOKEN"},
       typed_->queue_token);
  if (may_name_caller)
    text({"--as", "NAME", "The system that asks, where the server wants to know; default $JETON_AS"}, typed_->as);
  authorities_and_json();
}

void VerbBuilder::server() {
  text({"--server", "URL", "Address of the server; default $JETON_SERVER or http://127.0.0.1:8445"}, typed_->server);
}

void VerbBuilder::authorities_and_json() {
  text({"--ca", "FILE", "PEM file of the authorities to trust; default $JETON_CA or the system's"}, typed_->ca_file);
  text({"--cert", "FILE", "PEM file of the own certificate, for a server that asks for one; default $JETON_CERT"},
       typed_->certificate);
  text({"--key", "FILE", "PEM file of its key, where that is another; default $JETON_KEY"}, typed_->key);
  flag({"--json", "", "Print the server's JSON"}, typed_->json);
}

void VerbBuilder::needs(const std::string& option, const std::string& other) {
  app_->get_option(option)->needs(app_->get_option(other));
}

void VerbBuilder::hide() {
  app_->group("");
}

void VerbBuilder::only_long_help() {
  app_->set_help_flag("--help", "Print this help message and exit");
}

void VerbBuilder::finish(std::function<Finished()> make) {
  app_->callback([typed = typed_, make = std::move(make)] {
    if (auto made = make()) {
      typed->command = *std::move(made);
    } else {
      typed->problem = std::move(made.error());
    }
  });
}

GroupBuilder GroupBuilder::group(const std::string& name, const std::string& description) {
  CLI::App* made = app_->add_subcommand(name, description);
  made->require_subcommand(1);
  return {*made, *typed_};
}

VerbBuilder GroupBuilder::verb(const std::string& name, const std::string& description, const std::string& example) {
  CLI::App* made = app_->add_subcommand(name, description);
  made->footer(fmt::format("Example:\n  {}\n\n{}", example, kExitCodesText));
  return {*made, *typed_};
}

namespace {

// All verbs, and what one command line comes to.
class CommandLine {
 public:
  CommandLine() {
    root_.require_subcommand(0, 1);
    root_.footer(std::string(kExitCodesText));
    const GroupBuilder root(root_, typed_);
    add_serve_verbs(root);
    add_policy_verbs(root);
    add_token_verbs(root);
    add_queue_verbs(root);
    add_lease_verbs(root);
    add_event_verbs(root);
    add_completion_verb(root);
    root_.add_subcommand("version", "Print the version")->callback([this] { typed_.command = Version{}; });
    add_help();
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App& root() { return root_; }

  /// After root().parse(): what it comes to.
  std::expected<Command, std::string> command(const Environment& environment) {
    if (typed_.problem) return std::unexpected(*typed_.problem);
    if (!typed_.command) return Help{welcome_text(verb_tree())};
    std::visit([&](auto& made) { connect(made, environment); }, *typed_.command);
    return *std::move(typed_.command);
  }

 private:
  void add_help() {
    CLI::App* help = root_.add_subcommand("help", "Explain a verb: jeton help policy grant");
    help->add_option("verb", explained_)->type_name("");
    help->callback([this] { explain(); });
  }

  void explain() {
    if (explained_.empty()) {
      typed_.command = Help{welcome_text(verb_tree())};
      return;
    }
    const CLI::App* app = &root_;
    std::string path = "jeton";
    for (std::size_t i = 0; i < explained_.size(); ++i) {
      if (i != 0) path += " " + app->get_name();
      const std::string& word = explained_[i];
      const auto named = app->get_subcommands([&](const CLI::App* child) { return child->get_name() == word; });
      if (named.empty()) {
        typed_.problem = fmt::format("{} has nothing named {} below it", path, base::shown(word));
        return;
      }
      app = named.front();
    }
    typed_.command = Help{app->help(path)};
  }

  template <class Made>
  void connect(Made& made, const Environment& environment) const {
    if constexpr (requires { made.connection; }) {
      const auto from = [&](const std::string& typed, const char* variable, std::string& value) {
        const auto found = environment.find(variable);
        const bool is_set = found != environment.end() && !found->second.empty();
        if (!typed.empty()) {
          value = typed;
        } else if (is_set) {
          value = found->second;
        }
        return !typed.empty() || is_set;
      };
      from(typed_.server, kServerVariable, made.connection.server);
      made.connection.as_is_chosen = from(typed_.as, kCallerVariable, made.connection.as);
      // Who types a name does not mean the token that happens to be set.
      if (typed_.as.empty() || !typed_.queue_token.empty())
        from(typed_.queue_token, kQueueTokenVariable, made.connection.queue_token);
      from(typed_.ca_file, kAuthoritiesVariable, made.connection.ca_file);
      from(typed_.certificate, kCertificateVariable, made.connection.certificate);
      from(typed_.key, kKeyVariable, made.connection.key);
      while (made.connection.server.ends_with('/')) made.connection.server.pop_back();
      made.connection.json = typed_.json;
    }
  }

  Typed typed_;
  std::vector<std::string> explained_;
  CLI::App root_{"Jeton: one server for machine tokens", "jeton"};  // refers to the two above
};

OptionWord word_of(const CLI::Option& option) {
  OptionWord word{.name = option.get_name(),
                  .description = option.get_description(),
                  .takes_value = option.get_items_expected_max() > 0,
                  .choices = {}};
  const std::string type = option.get_type_name();
  if (type.find('|') != std::string::npos && base::to_lower(type) == type) {
    for (const std::string_view choice : base::split(type, '|')) word.choices.emplace_back(choice);
  }
  return word;
}

Verb verb_of(CLI::App& app) {
  Verb verb{.name = app.get_name(),
            .description = app.get_description(),
            .hidden = app.get_group().empty(),
            .options = {},
            .choices = {},
            .verbs = {}};
  for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    auto word = word_of(*option);
    if (option->get_positional()) {
      verb.choices = std::move(word.choices);
    } else {
      verb.options.push_back(std::move(word));
    }
  }
  for (CLI::App* child : app.get_subcommands([](CLI::App*) { return true; })) verb.verbs.push_back(verb_of(*child));
  return verb;
}

std::string nearest_of(std::string_view word, const auto& named) {
  std::vector<std::string_view> names;
  names.reserve(named.size());
  for (const auto& each : named) names.push_back(each.name);
  const auto near = base::nearest(word, names);
  return near ? std::string(*near) : std::string();
}

std::string choices_text(const Verb& verb) {
  std::vector<std::string> names;
  names.reserve(verb.verbs.size());
  for (const Verb& child : verb.verbs) {
    if (!child.hidden) names.push_back(child.name);
  }
  std::string last = names.back();
  names.pop_back();
  if (names.empty()) return last;
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

// The verb that was typed, and what is wrong with the words that should name it.
struct Found {
  std::string path = "jeton";
  const Verb* verb = nullptr;
  std::optional<std::string> problem;
};

Found find_verb(const Verb& root, std::span<const std::string> words, bool groups_are_fine) {
  Found found{.verb = &root};
  for (const std::string& word : words) {
    if (found.verb->verbs.empty() || word.starts_with('-')) return found;
    const auto next = std::ranges::find_if(found.verb->verbs, [&](const Verb& verb) { return verb.name == word; });
    if (next == found.verb->verbs.end()) {
      const std::string near = nearest_of(word, found.verb->verbs);
      found.problem = near.empty() ? fmt::format("{} does not know {}; it knows {}", found.path, base::shown(word),
                                                 choices_text(*found.verb))
                                   : fmt::format("{} does not know {}; did you mean `{} {}`?", found.path,
                                                 base::shown(word), found.path, near);
      return found;
    }
    found.verb = &*next;
    found.path += " " + word;
  }
  const bool incomplete = !found.verb->verbs.empty() && found.verb != &root;
  if (incomplete && !groups_are_fine)
    found.problem = fmt::format("{} needs to know what to do: {}", found.path, choices_text(*found.verb));
  return found;
}

// Random tokens may begin with a dash. What is too long for an option's name is moved behind "--", where it is taken as
// it is.
void shelter_token(std::vector<std::string>& arguments, const Verb& verb) {
  constexpr std::size_t kShortestToken = 16;
  if (arguments.size() < 3 || arguments[0] != "token" || arguments[1] != "verify") return;
  const auto token = std::ranges::find_if(arguments, [&](const std::string& argument) {
    const std::string name = argument.substr(0, argument.find('='));
    const bool known = std::ranges::any_of(verb.options, [&](const OptionWord& word) { return word.name == name; });
    return argument.starts_with('-') && argument.size() >= kShortestToken && !known;
  });
  if (token == arguments.end() || std::ranges::find(arguments, "--") != arguments.end()) return;
  std::string text = std::move(*token);
  arguments.erase(token);
  arguments.emplace_back("--");
  arguments.push_back(std::move(text));
}

bool knows_option(const Verb& verb, std::string_view name) {
  return std::ranges::any_of(verb.options, [&](const OptionWord& word) { return word.name == name; });
}

std::string sentence_of(const CLI::ParseError& error, const CLI::App& root, const Found& found) {
  const std::string see = fmt::format("; see `jeton help{}`", found.path.substr(std::string_view("jeton").size()));
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto extras = root.remaining(true);
    const std::string word = extras.empty() ? std::string() : extras.front().substr(0, extras.front().find('='));
    const std::string near = word.starts_with('-') ? nearest_of(word, found.verb->options) : std::string();
    if (!near.empty()) return fmt::format("{} does not know {}; did you mean {}?", found.path, base::shown(word), near);
    // What follows the sign is not shown: it may be a secret.
    const bool is_setting = !extras.empty() && !word.empty() && word.size() < extras.front().size();
    if (is_setting && !word.starts_with('-') && knows_option(*found.verb, "--set")) {
      return fmt::format("{} has no use for {} alone; repeat --set before each KEY=VALUE{}", found.path,
                         base::shown(word), see);
    }
    return fmt::format("{} has no use for {}{}", found.path, base::shown(word), see);
  }
  return fmt::format("{}: {}{}", found.path, error.what(), see);
}

}  // namespace

Verb verb_tree() {
  CommandLine line;
  return verb_of(line.root());
}

std::expected<Command, std::string> parse(std::vector<std::string> arguments, const Environment& environment) {
  CommandLine line;
  const Verb tree = verb_of(line.root());
  if (arguments == std::vector<std::string>{"--version"}) return Version{};
  const bool asks_help = !arguments.empty() && arguments.front() == "help";
  const bool has_help_flag =
      std::ranges::any_of(arguments, [](const std::string& a) { return a == "--help" || a == "-h"; });
  const Found found = find_verb(tree, std::span(arguments).subspan(asks_help ? 1 : 0), asks_help || has_help_flag);
  if (found.problem) return std::unexpected(*found.problem);
  shelter_token(arguments, *found.verb);
  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    line.root().parse(std::move(arguments));
    return line.command(environment);
  } catch (const CLI::CallForHelp&) {
    if (found.verb == &tree) return Help{welcome_text(tree)};
    return Help{line.root().help()};
  } catch (const CLI::ParseError& error) {
    return std::unexpected(sentence_of(error, line.root(), found));
  }
}

}  // namespace jeton::cli
