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

std::string comment(std::string_view origin) {
  std::string out = "  # ";
  for (const char c : origin) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out;
}

}  // namespace

void SectionWriter::open(std::string_view section) {
  const auto before = section_.empty() ? std::vector<std::string_view>{} : base::split(section_, '.');
  const auto parts = section.empty() ? std::vector<std::string_view>{} : base::split(section, '.');
  bool same = true;
  for (std::size_t depth = 0; depth < parts.size(); ++depth) {
    same = same && depth < before.size() && before[depth] == parts[depth];
    if (!same) text_ += fmt::format("{}{}:\n", indent(depth), parts[depth]);
  }
  section_ = section;
}

void SectionWriter::write(std::string_view path, std::string_view yaml) {
  open(section_of(path));
  const auto depth = static_cast<std::size_t>(std::ranges::count(path, '.'));
  text_ += fmt::format("{}{}:{}{}\n", indent(depth), leaf_of(path), yaml.starts_with('\n') ? "" : " ", yaml);
}

std::string print(const Config& config, const Origins& origins) {
  SectionWriter out;
  for (const Row& row : rows()) {
    const auto origin = origins.find(row.path);
    out.write(row.path, to_yaml(row.field, config) + (origin == origins.end() ? "" : comment(origin->second)));
  }
  return std::move(out).text();
}

}  // namespace jeton::config
