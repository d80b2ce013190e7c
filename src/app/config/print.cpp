#include "app/config/print.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <vector>

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

// A key of a configuration and the members that it is a key of, or a collection without members.
struct Shown {
  std::string path;
  const Row* row = nullptr;  ///< null: a collection
  std::vector<std::size_t> members;
};

// The keys behind `rows`, of which those of one collection stand together: first all of its first member, then all of
// its second. `names` are those of the members that were entered already.
void add_shown(std::span<const Row> rows, const Config& config, const std::vector<std::size_t>& members,
               const std::vector<std::string_view>& names, std::vector<Shown>& out) {
  const auto named = [&names](std::string_view path) {
    auto parts = base::split(path, '.');
    auto name = names.begin();
    for (std::string_view& part : parts) {
      if (part == kAnyMember) part = *name++;
    }
    return fmt::format("{}", fmt::join(parts, "."));
  };
  while (!rows.empty()) {
    const Row& row = rows.front();
    std::size_t star = row.path.find(kAnyMember);
    for (std::size_t i = 0; i < members.size(); ++i) star = row.path.find(kAnyMember, star + 1);
    if (star == std::string_view::npos) {
      out.push_back({.path = named(row.path), .row = &row, .members = members});
      rows = rows.subspan(1);
      continue;
    }
    const std::string_view inside = row.path.substr(0, star);
    const auto end = std::ranges::find_if_not(rows, [&](const Row& one) { return one.path.starts_with(inside); });
    const auto own = rows.first(static_cast<std::size_t>(end - rows.begin()));
    rows = rows.subspan(own.size());
    const Collection& collection = *find_collection(section_of(inside));
    const std::size_t size = collection.size(config, members);
    if (size == 0) out.push_back({.path = named(section_of(inside)), .row = nullptr, .members = {}});
    for (std::size_t index = 0; index < size; ++index) {
      auto deeper = members;
      auto deeper_names = names;
      deeper.push_back(index);
      deeper_names.emplace_back(collection.name(config, members, index));
      add_shown(own, config, deeper, deeper_names, out);
    }
  }
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
  std::vector<Shown> all;
  add_shown(rows(), config, {}, {}, all);
  SectionWriter out;
  for (const auto& [path, row, members] : all) {
    const auto origin = origins.find(path);
    out.write(path, (row == nullptr ? "{}" : to_yaml(row->field, config, members)) +
                        (origin == origins.end() ? "" : comment(origin->second)));
  }
  return std::move(out).text();
}

}  // namespace jeton::config
