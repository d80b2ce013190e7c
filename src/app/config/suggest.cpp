#include "app/config/suggest.hpp"

#include <fmt/ranges.h>

#include <algorithm>
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

std::string keys_of(std::string_view section) {
  std::vector<std::string_view> keys;
  for (const std::string_view path : known_paths()) {
    if (section_of(path) == section) keys.push_back(leaf_of(path));
  }
  return fmt::format("{}", fmt::join(keys, ", "));
}

}  // namespace

std::string suggest_key(std::string_view path) {
  if (path.size() > kWordBytesMax) return "no key has such a long name";
  if (find_row(path) != nullptr) return fmt::format("write `{}` indented under `{}`", leaf_of(path), section_of(path));
  if (const auto ours = translated(path); !ours.empty()) return fmt::format("that is `{}` here", ours);

  const auto paths = known_paths();
  std::vector<std::string> places;
  for (const std::string_view known : paths) {
    if (leaf_of(known) == leaf_of(path)) places.push_back(place_of(known));
  }
  if (!places.empty() && places.size() <= 3)
    return fmt::format("`{}` belongs {}", leaf_of(path), fmt::join(places, " or "));
  if (const auto near = base::nearest(path, paths)) return fmt::format("did you mean `{}`?", *near);
  const auto section = is_section(section_of(path)) ? section_of(path) : std::string_view{};
  return section.empty() ? fmt::format("known at the top level: {}", keys_of(""))
                         : fmt::format("known under `{}`: {}", section, keys_of(section));
}

std::string suggest_variable(std::string_view name) {
  if (name.size() > kWordBytesMax) return "no variable has such a long name";
  std::vector<std::string> names;
  for (const Row& row : rows()) names.push_back(environment_name(row.path));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  if (const auto near = base::nearest(name, candidates)) return fmt::format("did you mean {}?", *near);
  return "variables that begin with JETON_ name a key, as JETON_HTTP_LIMITS_BODY names `http.limits.body`";
}

std::string shown_key(std::string_view key) {
  const bool plain = !key.empty() && key.size() <= 64 && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  return plain ? std::string(key) : base::shown(key);
}

}  // namespace jeton::config
