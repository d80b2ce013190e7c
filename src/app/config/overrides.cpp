// What overrides the file: variables of the environment, then settings of the command line.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/config/reading.hpp"
#include "app/config/suggest.hpp"
#include "app/config/table.hpp"
#include "app/config/values.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::string_view kPrefix = "JETON_";
// What the command line's verbs read, so that a shell that has them set can also start a server.
constexpr std::array<std::string_view, 6> kClientVariables = {"JETON_AS",  "JETON_CA",          "JETON_CERT",
                                                              "JETON_KEY", "JETON_QUEUE_TOKEN", "JETON_SERVER"};

const Later* later_of_variable(std::string_view name) {
  const auto all = later();
  const auto found = std::ranges::find_if(all, [&](const Later& section) {
    const std::string prefix = environment_name(section.path);
    return name == prefix || name.starts_with(prefix + '_');
  });
  return found == all.end() ? nullptr : &*found;
}

void apply(std::string_view path, std::string_view text, std::string_view source, Reading& reading) {
  const auto members = enter(path, source, reading);
  if (!members) return;
  const base::Status status = !base::is_utf8(text)
                                  ? base::failure(base::invalid("is not UTF-8; expected text in that encoding"))
                                  : assign(find_row(path)->field, text, reading.loaded.config, *members);
  if (!status) return reading.problem(source, path, status.error().message);
  reading.set(path, source);
}

// The leading part of a text that can be a key's name: what follows may be a secret.
std::string_view leading_key(std::string_view text) {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

void apply_setting(const Setting& setting, Reading& reading) {
  const std::string_view text = setting.assignment;
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    const auto key = leading_key(text);
    return reading.problem(setting.option, key,
                           "is not followed by a value; expected KEY=VALUE, such as tokens.max-age=60m");
  }
  const std::string_view key = text.substr(0, equals);
  const std::string source = setting.option == "--set" ? fmt::format("--set {}", shown_key(key)) : setting.option;
  if (const Later* section = find_later(key)) return warn_later(source, *section, reading);
  if (find_row(key) != nullptr) return apply(key, text.substr(equals + 1), source, reading);
  if (is_section(key)) return reading.problem(source, "", "names a section; expected one of its keys");
  reading.problem(source, "", fmt::format("is not a key; {}", suggest_key(key)));
}

}  // namespace

void apply_environment(const Environment& environment, Reading& reading) {
  for (auto variable = environment.lower_bound(std::string(kPrefix)); variable != environment.end(); ++variable) {
    const auto& [name, value] = *variable;
    if (!name.starts_with(kPrefix)) break;
    if (std::ranges::find(kClientVariables, name) != kClientVariables.end()) continue;
    const std::string source = fmt::format("environment {}", shown_key(name));
    if (const Later* section = later_of_variable(name)) {
      warn_later(source, *section, reading);
    } else if (const auto path = path_of_variable(name)) {
      apply(*path, value, source, reading);
    } else {
      reading.problem(source, "", fmt::format("names no key; {}", suggest_variable(name)));
    }
  }
}

void apply_settings(const std::vector<Setting>& settings, Reading& reading) {
  for (const Setting& setting : settings) apply_setting(setting, reading);
}

}  // namespace jeton::config
