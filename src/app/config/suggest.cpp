#include "app/config/suggest.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "app/config/table.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

// Past this length a word is no misspelling, and measuring its distance would cost too much.
constexpr std::size_t kWordBytesMax = 100;

// Every key and section, this release's and later ones.
std::vector<std::string_view> known_paths() {
  std::vector<std::string_view> paths;
  for (const Row& row : rows()) {
    for (auto path = row.path; !path.empty(); path = section_of(path)) {
      if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
    }
  }
  for (const Later& section : later()) paths.push_back(section.path);
  return paths;
}

// A known path with the names of members that stand in `path` at the same places.
std::string with_names_of(std::string_view path, std::string_view known) {
  const auto given = base::split(path, '.');
  auto parts = base::split(known, '.');
  for (std::size_t i = 0; i < parts.size() && i < given.size(); ++i) {
    if (parts[i] == kAnyMember) parts[i] = given[i];
  }
  return fmt::format("{}", fmt::join(parts, "."));
}

std::string place_of(std::string_view path) {
  const auto section = is_section(section_of(path)) ? section_of(path) : std::string_view{};
  return section.empty() ? "at the top level" : fmt::format("under `{}`", section);
}

// The key that a name of the replaced system stands for here.
std::string_view translated(std::string_view original) {
  const auto lists_it = [&](std::string_view names) {
    return std::ranges::any_of(base::split(names, ','),
                               [&](std::string_view name) { return base::trim(name) == original; });
  };
  for (const Row& row : rows()) {
    if (lists_it(row.original)) return row.path;
  }
  for (const Later& section : later()) {
    if (lists_it(section.original)) return section.path;
  }
  return {};
}

// A variable that may have been meant by `name`; where it has the name of a member inside, one for every such name that
// may have been meant.
void add_candidates(std::string_view name, const std::string& variable, std::vector<std::string>& candidates) {
  constexpr std::size_t kMisspeltBytesMax = 3;
  const std::size_t star = variable.find(kAnyMember);
  if (star == std::string::npos) return candidates.push_back(variable);
  if (!name.starts_with(std::string_view(variable).substr(0, star))) return;
  const std::string_view behind = std::string_view(variable).substr(star + kAnyMember.size());
  for (std::size_t end = name.find('_', star + 1); end != std::string_view::npos; end = name.find('_', end + 1)) {
    const std::size_t left = name.size() - end;
    if (left <= behind.size() + kMisspeltBytesMax && behind.size() <= left + kMisspeltBytesMax)
      candidates.push_back(fmt::format("{}{}", name.substr(0, end), behind));
  }
}

std::vector<std::string_view> keys_of(std::string_view section) {
  std::vector<std::string_view> keys;
  for (const std::string_view path : known_paths()) {
    const auto own = section_of(path);
    const bool is_inside = own.empty() || section.empty() ? own == section : with_names_of(section, own) == section;
    if (is_inside && leaf_of(path) != kAnyMember) keys.push_back(leaf_of(path));
  }
  return keys;
}

// Among the keys of its section, if there is such a section, else among all.
std::optional<std::string> nearest_path(std::string_view path) {
  const auto section = section_of(path);
  if (is_section(section)) {
    const auto near = base::nearest(leaf_of(path), keys_of(section));
    return near ? std::optional(fmt::format("{}.{}", section, *near)) : std::nullopt;
  }
  std::vector<std::string> named;
  for (const std::string_view known : known_paths()) named.push_back(with_names_of(path, known));
  const std::vector<std::string_view> candidates(named.begin(), named.end());
  const auto near = base::nearest(path, candidates);
  return near ? std::optional(std::string(*near)) : std::nullopt;
}

}  // namespace

std::string suggest_key(std::string_view path) {
  if (path.size() > kWordBytesMax) return "no key has such a long name";
  if (find_row(path) != nullptr) return fmt::format("write `{}` indented under `{}`", leaf_of(path), section_of(path));
  if (const auto ours = translated(path); !ours.empty()) return fmt::format("that is `{}` here", ours);

  const auto near = nearest_path(path);
  std::string did_you_mean = near ? fmt::format("did you mean `{}`?", *near) : std::string();
  // Where only a section is misspelt, there is no better guess.
  if (near && leaf_of(*near) == leaf_of(path)) return did_you_mean;
  std::vector<std::string> places;
  for (const std::string_view known : known_paths()) {
    if (leaf_of(known) == leaf_of(path) && known.find(kAnyMember) == std::string_view::npos)
      places.push_back(place_of(known));
  }
  if (!places.empty() && places.size() <= 3)
    return fmt::format("`{}` belongs {}", leaf_of(path), fmt::join(places, " or "));
  if (near) return did_you_mean;
  const auto section = is_section(section_of(path)) ? section_of(path) : std::string_view{};
  return section.empty() ? fmt::format("known at the top level: {}", fmt::join(keys_of(""), ", "))
                         : fmt::format("known under `{}`: {}", section, fmt::join(keys_of(section), ", "));
}

std::string suggest_variable(std::string_view name) {
  if (name.size() > kWordBytesMax) return "no variable has such a long name";
  std::vector<std::string> names;
  for (const Row& row : rows()) add_candidates(name, environment_name(row.path), names);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  if (const auto near = base::nearest(name, candidates)) return fmt::format("did you mean {}?", *near);
  return "variables that begin with JETON_ name a key, as JETON_HTTP_LIMITS_BODY names `http.limits.body`";
}

std::string shown_key(std::string_view key) {
  const bool plain = !key.empty() && key.size() <= 100 && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  return plain ? std::string(key) : base::shown(key);
}

}  // namespace jeton::config
