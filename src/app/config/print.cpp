#include "app/config/print.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/table.hpp"
#include "app/config/values.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

std::string indent(std::size_t depth) {
  return std::string(depth * 2, ' ');
}

// Writes the headings that `section` has beyond what `previous` opened.
void open_sections(std::string_view previous, std::string_view section, std::string& out) {
  if (section.empty()) return;
  const auto before = previous.empty() ? std::vector<std::string_view>{} : base::split(previous, '.');
  const auto parts = base::split(section, '.');
  bool same = true;
  for (std::size_t depth = 0; depth < parts.size(); ++depth) {
    same = same && depth < before.size() && before[depth] == parts[depth];
    if (!same) out += fmt::format("{}{}:\n", indent(depth), parts[depth]);
  }
}

std::string comment(std::string_view origin) {
  std::string out = "  # ";
  for (const char c : origin) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out;
}

}  // namespace

std::string print(const Config& config, const Origins& origins) {
  std::string out;
  std::string_view section;
  for (const Row& row : rows()) {
    open_sections(section, section_of(row.path), out);
    section = section_of(row.path);
    const auto depth = static_cast<std::size_t>(std::ranges::count(row.path, '.'));
    out += fmt::format("{}{}: {}", indent(depth), leaf_of(row.path), to_yaml(row.field, config));
    if (const auto origin = origins.find(row.path); origin != origins.end()) out += comment(origin->second);
    out += '\n';
  }
  return out;
}

}  // namespace jeton::config
