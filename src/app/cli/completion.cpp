#include "app/cli/completion.hpp"

#include <fmt/format.h>

namespace jeton::cli {
namespace {

// Both shells walk the words typed so far to the verb they name, then offer that verb's words; a few options have
// values of their own. Words hold only letters, digits and dashes, so nothing needs quoting.
struct Rows {
  std::string verbs;   // case "path word" -> next path
  std::string offers;  // case "path" -> what may follow
  std::string values;  // case "path option" -> its values
};

void add_rows(const Verb& verb, const std::string& path, Rows& rows) {
  std::string words;
  const auto offer = [&words](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  for (const Verb& child : verb.verbs) {
    if (!child.hidden) offer(child.name);
  }
  for (const std::string& choice : verb.choices) offer(choice);
  for (const OptionWord& option : verb.options) offer(option.name);
  rows.offers += fmt::format("    '{}') offered='{}' ;;\n", path, words);
  for (const OptionWord& option : verb.options) {
    if (option.takes_value)
      rows.values += fmt::format("    '{} {}') values='{}' ;;\n", path, option.name, fmt::join(option.choices, " "));
  }
  for (const Verb& child : verb.verbs) {
    if (child.hidden) continue;
    const std::string child_path = path + " " + child.name;
    rows.verbs += fmt::format("{}'{}'", rows.verbs.empty() ? "" : "|", child_path);
    add_rows(child, child_path, rows);
  }
}

// `typed`: the words before the one to complete; `previous`: the one before it; `#`: no option that takes a value. Not
// `path` and `words`: zsh has its own.
constexpr std::string_view kBody = R"(  local verb='jeton' offered='' values='#' word
  for word in "${{typed[@]}}"; do
    case "$verb $word" in
    {verbs}) verb="$verb $word" ;;
    esac
  done
  case "$verb $previous" in
{values}  esac
  case "$verb" in
{offers}  esac
  if [ "$values" != '#' ]; then offered="$values"; fi
)";

constexpr std::string_view kBash = R"(# bash completion of jeton
_jeton() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  local typed=("${{COMP_WORDS[@]:1:COMP_CWORD-1}}")
{body}  COMPREPLY=()
  if [ -n "$offered" ]; then mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$current"); fi
}}
complete -o default -F _jeton jeton
)";

constexpr std::string_view kZsh = R"(#compdef jeton
_jeton() {{
  local previous="${{words[CURRENT-1]}}"
  local -a typed=("${{(@)words[2,CURRENT-1]}}")
{body}  if [ -n "$offered" ]; then compadd -- ${{=offered}}; else _files; fi
}}
if [ "$funcstack[1]" = _jeton ]; then _jeton "$@"; else compdef _jeton jeton; fi
)";

}  // namespace

std::string completion_script(Shell shell, const Verb& root) {
  Rows rows;
  add_rows(root, root.name, rows);
  const std::string body = fmt::format(kBody, fmt::arg("verbs", rows.verbs), fmt::arg("values", rows.values),
                                       fmt::arg("offers", rows.offers));
  return fmt::format(fmt::runtime(shell == Shell::kBash ? kBash : kZsh), fmt::arg("body", body));
}

}  // namespace jeton::cli
