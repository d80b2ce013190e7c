// The only unit that includes CLI11: the verbs with their options, and what was typed into a Command.
#include "app/cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "app/cli/arguments.hpp"
#include "app/cli/failure.hpp"
#include "app/cli/welcome.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

using Choices = std::vector<std::pair<std::string, std::string>>;  // what is typed, what it means

const Choices kVariants = {{"time", "TIME_LIMITED_TOKEN_AUTH"},
                           {"usage", "USAGE_LIMITED_TOKEN_AUTH"},
                           {"base64", "BASE64_SELF_CONTAINED_TOKEN_AUTH"},
                           {"rs256", "RSA_SHA256_JSON_WEB_TOKEN_AUTH"},
                           {"rs512", "RSA_SHA512_JSON_WEB_TOKEN_AUTH"}};
const Choices kLevels = {{"provider", "PROVIDER"}, {"mgmt", "MGMT"}};
const Choices kKinds = {
    {"time", "TIME_LIMITED_TOKEN"}, {"usage", "USAGE_LIMITED_TOKEN"}, {"self-contained", "SELF_CONTAINED_TOKEN"}};

// Replaces the typed word by what it means, and is known to completion by its type name, "time|usage".
void restrict(CLI::Option* option, const Choices& choices) {
  std::string names;
  for (const auto& [name, meaning] : choices) names += (names.empty() ? "" : "|") + name;
  option->type_name(names);
  option->transform([&choices, names](const std::string& typed) -> std::string {
    for (const auto& [name, meaning] : choices) {
      if (typed == name || typed == meaning) return meaning;
    }
    throw CLI::ValidationError(fmt::format("{} is not one of {}", base::shown(typed), names));
  });
}

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

// A command line in the making. Options write into the members; the verb that was typed makes `command` of them.
class CommandLine {
 public:
  CommandLine() {
    root_.require_subcommand(0, 1);
    root_.footer(std::string(kExitCodesText));
    add_serve();
    add_config();
    add_policy();
    add_token();
    add_events();
    add_completion();
    root_.add_subcommand("version", "Print the version")->callback([this] { command_ = Version{}; });
    add_help();
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App& root() { return root_; }

  /// After root().parse(): what it comes to.
  std::expected<Command, std::string> command(const Environment& environment) {
    if (problem_) return std::unexpected(*problem_);
    if (!command_) return Help{welcome_text(verb_tree())};
    std::visit([&](auto& made) { connect(made, environment); }, *command_);
    return *std::move(command_);
  }

 private:
  using Occurrences = std::vector<std::string>;

  static CLI::App* group(CLI::App& parent, const std::string& name, const std::string& description) {
    CLI::App* made = parent.add_subcommand(name, description);
    made->require_subcommand(1);
    return made;
  }

  static CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& description,
                        const std::string& example) {
    CLI::App* made = parent.add_subcommand(name, description);
    made->footer(fmt::format("Example:\n  {}\n\n{}", example, kExitCodesText));
    return made;
  }

  // Each occurrence takes one value, so that the argument behind it is not swallowed, nor does help promise more.
  static CLI::Option* add_repeated(CLI::App* app, const std::string& name, Occurrences& values,
                                   const std::string& description) {
    return app->add_option(name, values, description)->allow_extra_args(false);
  }

  void add_connection(CLI::App* app) {
    app->add_option("--server", server_, "Address of the server; default $JETON_SERVER or http://127.0.0.1:8445")
        ->type_name("URL");
    app->add_option("--as", as_, "The system that asks; default $JETON_AS or Sysop")->type_name("NAME");
    app->add_option("--ca", ca_file_, "PEM file of the authorities to trust; default $JETON_CA or the system's")
        ->type_name("FILE");
    app->add_flag("--json", json_, "Print the server's JSON");
  }

  void add_target(CLI::App* app) {
    app->add_option("target", target_.name, "Service definition, or with --event event type")
        ->type_name("")
        ->required();
    app->add_flag("--event", target_.event, "The target is an event type");
    app->add_option("--cloud", target_.cloud, "Cloud of the consumers, Cloud|Organization; default the server's own")
        ->type_name("CLOUD");
  }

  void add_serve_options(CLI::App* app) {
    app->add_option("--config", serve_.config_file, "YAML file, see docs/configuration.md")->type_name("FILE");
    app->add_option("--data", serve_.data, "Folder of the embedded database and of keys")->type_name("DIR");
    app->add_option("--listen", serve_.listen, "Where to serve; port 0 takes a free one")->type_name("HOST:PORT");
    add_repeated(app, "--set", serve_.set, "Overrides one key of the configuration; repeat --set before each")
        ->option_text("KEY=VALUE");
    app->add_flag("--insecure", serve_.insecure, "Accept addresses that other machines can reach without protection");
  }

  void add_serve() {
    CLI::App* serve =
        verb(root_, "serve", "Run the server", "jeton serve --data /var/lib/jeton --listen 127.0.0.1:8445");
    add_serve_options(serve);
    serve->callback([this] { command_ = serve_; });
  }

  void add_config_verb(CLI::App& parent, const std::string& name, ConfigVerb which, const std::string& description) {
    CLI::App* app = verb(parent, name, description, fmt::format("jeton config {} --config jeton.yaml", name));
    if (which == ConfigVerb::kPage) {
      app->group("");
    } else {
      add_serve_options(app);
    }
    app->callback([this, which] { command_ = ConfigCommand{which, serve_}; });
  }

  void add_config() {
    CLI::App* config = group(root_, "config", "Check or print the server's configuration");
    add_config_verb(*config, "check", ConfigVerb::kCheck, "Say every problem as FILE:LINE, or ok");
    add_config_verb(*config, "print", ConfigVerb::kPrint, "Print the values in effect and where they come from");
    add_config_verb(*config, "page", ConfigVerb::kPage, "Print docs/configuration.md");
  }

  void add_policy() {
    CLI::App* policy = group(root_, "policy", "Who may use which service or event type of whom");
    add_policy_grant(*policy);
    CLI::App* revoke = verb(*policy, "revoke", "Take policies back",
                            "jeton policy revoke 'MGMT|LOCAL|PumpStation|SERVICE_DEF|flowRate'");
    revoke->add_option("instance-id", values_, "As list shows it")->type_name("")->required();
    add_connection(revoke);
    revoke->callback([this] { command_ = PolicyRevoke{{}, values_}; });
    add_policy_list(*policy);
    add_policy_verify(*policy);
  }

  void add_policy_grant(CLI::App& policy) {
    CLI::App* grant = verb(
        policy, "grant", "Let systems use a target",
        "jeton policy grant flowRate --provider PumpStation --allow FlowReader --scope set-speed=allow:Dispatcher");
    add_target(grant);
    grant
        ->add_option("--provider", provider_,
                     "Grant for this provider, on the management level; default: for --as, its own")
        ->type_name("NAME");
    grant->add_flag("--all", rule_.all, "Everyone may");
    add_repeated(grant, "--allow", rule_.allow, "Only these may")->option_text("A,B");
    add_repeated(grant, "--deny", rule_.deny, "All but these may")->option_text("A,B");
    grant->add_option("--metadata", rule_.metadata, "Those whose metadata satisfy this may")->type_name("JSON");
    add_repeated(grant, "--scope", scopes_, "NAME=all, NAME=allow:A,B, NAME=deny:A,B or NAME=metadata:JSON; repeatable")
        ->option_text("NAME=RULE");
    grant->add_option("--description", description_, "What for")->type_name("TEXT");
    add_connection(grant);
    grant->callback([this] { make_policy_grant(); });
  }

  void make_policy_grant() {
    PolicyGrant made{.connection = {},
                     .target = target_,
                     .provider = provider_,
                     .rule = {},
                     .scopes = {},
                     .description = description_};
    auto rule = rule_of(rule_);
    if (!rule) return wrong(rule.error().message);
    made.rule = *std::move(rule);
    for (const std::string& text : scopes_) {
      auto scope = scoped_rule_of(text);
      if (!scope) return wrong(scope.error().message);
      const bool twice =
          std::ranges::any_of(made.scopes, [&](const auto& other) { return other.first == scope->first; });
      if (twice) return wrong(fmt::format("--scope {} is given twice", scope->first));
      made.scopes.push_back(*std::move(scope));
    }
    command_ = std::move(made);
  }

  void add_policy_list(CLI::App& policy) {
    CLI::App* list = verb(policy, "list", "Show policies", "jeton policy list --provider PumpStation");
    restrict(list->add_option("--level", level_, "Only of this level"), kLevels);
    add_repeated(list, "--provider", providers_, "Only of these providers")->option_text("A,B");
    add_repeated(list, "--target", values_, "Only for these service definitions, with --event event types")
        ->option_text("A,B");
    list->add_flag("--event", target_.event, "Only for event types");
    list->add_option("--cloud", target_.cloud, "Only for consumers of this cloud")->type_name("CLOUD");
    add_connection(list);
    list->callback([this] {
      command_ = PolicyList{{}, level_, split_names(providers_), split_names(values_), target_.cloud, target_.event};
    });
  }

  void add_policy_verify(CLI::App& policy) {
    CLI::App* verify = verb(policy, "verify", "Ask whether a system may use a target; exit code 0 yes, 3 no",
                            "jeton policy verify flowRate --consumer FlowReader --provider PumpStation");
    add_target(verify);
    verify->add_option("--consumer", consumer_, "Who wants to use it")->type_name("NAME")->required();
    verify->add_option("--provider", provider_, "Whose it is")->type_name("NAME")->required();
    verify->add_option("--scope", scope_, "For this scope; default: for every one")->type_name("SCOPE");
    add_connection(verify);
    verify->callback([this] { command_ = PolicyVerify{{}, target_, consumer_, provider_, scope_}; });
  }

  void add_token() {
    CLI::App* token = group(root_, "token", "The tokens that prove it");
    add_token_generate(*token);
    CLI::App* verify = verb(*token, "verify", "Ask, as its provider, whether a token is valid; exit code 0 yes, 3 no",
                            "echo \"$TOKEN\" | jeton token verify - --as PumpStation");
    verify->set_help_flag("--help", "Print this help message and exit");  // a token may begin with -h
    verify->add_option("token", scope_, "The token; - reads it from standard input, where ps does not show it")
        ->type_name("")
        ->required();
    add_connection(verify);
    verify->callback([this] { command_ = TokenVerify{{}, scope_}; });
    add_token_list(*token);
    CLI::App* revoke = verb(*token, "revoke", "Make tokens worthless",
                            "jeton token revoke Rgb/tZYVA2E70U+mTUDqdw3iprwa9BBB0kqLFtfSsrE=");
    revoke->add_option("reference", values_, "As list shows it")->type_name("")->required();
    add_connection(revoke);
    revoke->callback([this] { command_ = TokenRevoke{{}, values_}; });
  }

  void add_token_generate(CLI::App& token) {
    CLI::App* generate = verb(token, "generate", "Print a new token; what limits it goes to stderr",
                              "TOKEN=$(jeton token generate flowRate --provider PumpStation --as FlowReader)");
    add_target(generate);
    generate->add_option("--provider", provider_, "Whose it is")->type_name("NAME")->required();
    restrict(generate->add_option("--variant", variant_, "How it is limited and built; default time"), kVariants);
    generate->add_option("--scope", scope_, "For this scope only")->type_name("SCOPE");
    CLI::Option* consumer =
        generate->add_option("--for", consumer_, "For this consumer, as management; default: for --as")
            ->type_name("CONSUMER");
    generate->add_option("--expires", expires_, "A date-time, or how long from now: 10m")
        ->type_name("WHEN|DURATION")
        ->needs(consumer);
    generate->add_option("--uses", uses_, "How often it can be used")
        ->type_name("N")
        ->check(WholeNumber{.least = 1})
        ->needs(consumer);
    generate->add_flag("--unbound", unbound_, "Without asking a policy, for callers whom the server lets")
        ->needs(consumer);
    generate->get_option("--cloud")->needs(consumer);
    add_connection(generate);
    generate->callback([this] {
      command_ = TokenGenerate{{}, target_, provider_, variant_, scope_, consumer_, expires_, uses_, unbound_};
    });
  }

  void add_token_list(CLI::App& token) {
    CLI::App* list = verb(token, "list", "Show tokens, never their text", "jeton token list --consumer FlowReader");
    restrict(list->add_option("--kind", level_, "Only of this kind"), kKinds);
    list->add_option("--consumer", consumer_, "Only of this consumer")->type_name("NAME");
    list->add_option("--provider", provider_, "Only for this provider")->type_name("NAME");
    list->add_option("--requester", requester_, "Only those that this system asked for")->type_name("NAME");
    list->add_option("--target", target_.name, "Only for this service definition, with --event event type")
        ->type_name("NAME");
    list->add_flag("--event", target_.event, "Only for event types");
    list->add_option("--cloud", target_.cloud, "Only of consumers of this cloud")->type_name("CLOUD");
    add_connection(list);
    list->callback([this] {
      command_ = TokenList{{}, level_, requester_, consumer_, provider_, target_.name, target_.cloud, target_.event};
    });
  }

  void add_events() {
    CLI::App* events = verb(root_, "events", "Show what happened, and with --follow what happens",
                            "jeton events --follow --kinds token");
    events->add_flag("--follow", follow_, "Go on as events come; comes back by itself when the server was away");
    events->add_option("--after", after_, "Only behind the event of this number")
        ->type_name("N")
        ->check(WholeNumber{.least = 0});
    add_repeated(events, "--kinds", values_, "Only these: token, token.issued, policy and so on")->option_text("A,B");
    add_connection(events);
    events->callback([this] { command_ = Events{{}, follow_, after_, split_names(values_)}; });
  }

  void add_completion() {
    CLI::App* completion =
        verb(root_, "completion", "Print the completion script of a shell", "source <(jeton completion bash)");
    completion->add_option("shell", scope_)->type_name("bash|zsh")->required();
    completion->callback([this] {
      if (scope_ != "bash" && scope_ != "zsh") {
        return wrong(fmt::format("there is no completion for {}; expected bash or zsh", base::shown(scope_)));
      }
      command_ = Completion{scope_ == "bash" ? Shell::kBash : Shell::kZsh};
    });
  }

  void add_help() {
    CLI::App* help = root_.add_subcommand("help", "Explain a verb: jeton help policy grant");
    help->add_option("verb", values_)->type_name("");
    help->callback([this] {
      if (values_.empty()) {
        command_ = Help{welcome_text(verb_tree())};
        return;
      }
      const CLI::App* app = &root_;
      std::string path = "jeton";
      for (std::size_t i = 0; i < values_.size(); ++i) {
        if (i != 0) path += " " + app->get_name();
        const auto named = app->get_subcommands([&](const CLI::App* child) { return child->get_name() == values_[i]; });
        if (named.empty()) return wrong(fmt::format("{} has nothing named {} below it", path, base::shown(values_[i])));
        app = named.front();
      }
      command_ = Help{app->help(path)};
    });
  }

  void wrong(std::string sentence) { problem_ = std::move(sentence); }

  template <class Made>
  void connect(Made& made, const Environment& environment) const {
    if constexpr (requires { made.connection; }) {
      const auto from = [&](const std::string& typed, const char* variable, std::string& value) {
        const auto found = environment.find(variable);
        if (!typed.empty()) {
          value = typed;
        } else if (found != environment.end() && !found->second.empty()) {
          value = found->second;
        }
      };
      from(server_, kServerVariable, made.connection.server);
      from(as_, kCallerVariable, made.connection.as);
      from(ca_file_, kAuthoritiesVariable, made.connection.ca_file);
      while (made.connection.server.ends_with('/')) made.connection.server.pop_back();
      made.connection.json = json_;
    }
  }

  CLI::App root_{"Jeton: one server for machine tokens", "jeton"};
  std::optional<Command> command_;
  std::optional<std::string> problem_;

  std::string server_, as_, ca_file_;
  bool json_ = false;
  app::ServeOptions serve_;
  Target target_;
  RuleOptions rule_;
  std::string provider_, consumer_, requester_, scope_, description_, level_, expires_;
  std::string variant_ = "TIME_LIMITED_TOKEN_AUTH";
  std::optional<std::int64_t> uses_;
  std::int64_t after_ = 0;
  bool unbound_ = false;
  bool follow_ = false;
  Occurrences values_, providers_, scopes_;
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
  const std::string last = names.back();
  names.pop_back();
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
