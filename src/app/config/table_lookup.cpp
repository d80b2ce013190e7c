// From the texts that people write, keys and variables, to rows.
#include <fmt/format.h>

#include <algorithm>

#include "app/config/table.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

bool is_at_or_below(std::string_view path, std::string_view section) {
  return path.starts_with(section) && (path.size() == section.size() || path[section.size()] == '.');
}

std::string_view cut_segment(std::string_view& path) {
  const std::size_t dot = path.find('.');
  const std::string_view segment = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  return segment;
}

// What the path of a row has behind `path`; nullopt when it does not begin so.
std::optional<std::string_view> rest_behind(std::string_view row_path, std::string_view path) {
  if (path.empty() || path.ends_with('.')) return std::nullopt;
  while (!path.empty()) {
    const std::string_view wanted = cut_segment(row_path);
    const std::string_view given = cut_segment(path);
    if (given.empty() || (wanted != given && wanted != kAnyMember)) return std::nullopt;
  }
  return row_path;
}

std::string variable_part(std::string_view path) {
  std::string name = base::to_upper(path);
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

// The name of a member that stands in a variable between the parts of a row's path; nullopt when there is none.
std::optional<std::string> member_between(std::string_view before, std::string_view behind, std::string_view variable) {
  if (variable.size() <= before.size() + behind.size()) return std::nullopt;
  if (!variable.starts_with(before) || !variable.ends_with(behind)) return std::nullopt;
  const std::string_view part = variable.substr(before.size(), variable.size() - before.size() - behind.size());
  std::string name = base::to_lower(part);
  std::ranges::replace(name, '_', '-');
  if (!check_member_name(name) || variable_part(name) != part) return std::nullopt;
  return name;
}

}  // namespace

const Row* find_row(std::string_view path) {
  const auto all = rows();
  const auto found = std::ranges::find_if(all, [&](const Row& row) { return rest_behind(row.path, path) == ""; });
  return found == all.end() ? nullptr : &*found;
}

bool is_section(std::string_view path) {
  return std::ranges::any_of(rows(), [&](const Row& row) { return !rest_behind(row.path, path).value_or("").empty(); });
}

const Collection* find_collection(std::string_view path) {
  const auto all = collections();
  const auto found =
      std::ranges::find_if(all, [&](const Collection& one) { return rest_behind(one.path, path) == ""; });
  return found == all.end() ? nullptr : &*found;
}

const Later* find_later(std::string_view path) {
  const auto all = later();
  const auto found =
      std::ranges::find_if(all, [&](const Later& section) { return is_at_or_below(path, section.path); });
  return found == all.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view path) {
  return "JETON_" + variable_part(path);
}

std::optional<std::string> path_of_variable(std::string_view name) {
  std::optional<std::string> found;
  std::size_t longest = 0;
  for (const Row& row : rows()) {
    const std::string variable = environment_name(row.path);
    if (variable == name) return std::string(row.path);
    const std::size_t star = variable.find(kAnyMember);
    if (star == std::string::npos) continue;
    const std::string_view behind = std::string_view(variable).substr(star + kAnyMember.size());
    const auto member = member_between(std::string_view(variable).substr(0, star), behind, name);
    if (!member || behind.size() <= longest) continue;
    longest = behind.size();
    found = row.path;
    found->replace(found->find(kAnyMember), kAnyMember.size(), *member);
  }
  return found;
}

base::Status check_member_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool good =
      !name.empty() && name.size() <= 31 && is_letter(name.front()) &&
      std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
  if (good) return {};
  return base::failure(base::invalid(fmt::format(
      "{} cannot be a name here; expected a small letter, then small letters, digits and dashes, 31 at the most",
      base::shown(name))));
}

std::string_view leaf_of(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

std::string_view section_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

}  // namespace jeton::config
