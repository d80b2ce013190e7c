#include "app/config/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "app/config/table.hpp"
#include "app/config/values.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Written from the table of keys in src/app/config/table.cpp. Change that, not this page. -->

Jeton runs without a configuration: every key below has a default. What differs goes into one YAML file, which
`jeton serve --config FILE` reads:

```yaml
data: /var/lib/jeton
http:
  listen: ["127.0.0.1:8445"]
tokens:
  max-age: 2h
```

A key is written here with its sections joined by dots: `tokens.max-age` is `max-age` under `tokens`. Three sources are
read, and the later one wins:

1. the file;
2. the environment: `JETON_` and the key in capitals, with underscores for dots and dashes (`JETON_TOKENS_MAX_AGE=2h`);
3. the command line: `--set tokens.max-age=2h`.

`--set` stands before each setting, and wins over `--data` and `--listen` too. In the last two sources a list is written
as in the file, `[a, "b"]`, or with commas alone, `a,b`; a map as in the file, `{name: "a", other: "b"}`, or as
`name=a,other=b`. Where a key takes one of several words, letter case does not matter, nor whether `-` or `_` is written:
`SYSOP_ONLY` is `sysop-only`.

A `*` in a key stands for a name that you give, of small letters, digits and dashes. Each name is a section with keys of
its own; the later source adds to what the earlier ones say of it:

```yaml
leases:
  providers:
    plant-db: { type: postgresql, url: "postgresql://jeton:…@db.plant.example/plant" }
```

`--set leases.providers.plant-db.connections=8` and `JETON_LEASES_PROVIDERS_PLANT_DB_CONNECTIONS=8` add to that. Where the
name in a variable could end at several places, the longest key is meant.

Anything that is wrong stops the start with every problem listed: its file and line (or variable, or option), the key,
what is wrong, what would be right. `jeton config check` does only that; `jeton config print` shows the values in effect
and where they came from, secrets as `(set)`.

A duration is a whole number with a unit: `500ms`, `30s`, `60m`, `12h`, `7d`. A size is one with `B`, `KiB`, `MiB` or
`GiB`. The file is UTF-8, at most 1 MiB, without YAML anchors, aliases and tags. "Original" is the key of the replaced
Arrowhead ConsumerAuthorization; its times had no units, and its comma-separated lists become YAML lists.
)";

std::size_t stars_of(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, kAnyMember.front()));
}

std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('.'));
}

// Inside a table cell a bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code_list(std::string_view names) {
  std::string out;
  if (names.empty()) return out;
  for (const std::string_view name : base::split(names, ','))
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", base::trim(name));
  return out;
}

// One member in each collection has the defaults of its keys.
Config defaults_of_all() {
  Config config;
  const std::vector<std::size_t> firsts(collections().size());
  for (const Collection& one : collections()) {
    one.add(config, std::span(firsts).first(stars_of(one.path)), "name");
  }
  return config;
}

void write_row(const Row& row, const Config& defaults, std::string& out) {
  const std::vector<std::size_t> firsts(stars_of(row.path));
  out += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", row.path, cell(type_name(row.field)),
                     cell(to_yaml(row.field, defaults, firsts)), code_list(row.original), cell(row.documentation));
}

void write_collection_of(const Row& row, std::string_view previous, std::string& out) {
  for (const Collection& one : collections()) {
    const std::string member = fmt::format("{}.{}.", one.path, kAnyMember);
    if (!row.path.starts_with(member) || previous.starts_with(member)) continue;
    out += fmt::format("| `{}` | sections with names of yours | `{{}}` |  | {} |\n", one.path, cell(one.documentation));
  }
}

void write_keys(std::string& out) {
  const Config defaults = defaults_of_all();
  std::string_view previous;
  std::string heading;
  for (const Row& row : rows()) {
    // Keys without a section share the first heading.
    const bool alone = section_of(row.path).empty();
    const std::string wanted = alone ? "General" : fmt::format("`{}`", top_of(row.path));
    if (wanted != heading) {
      heading = wanted;
      out += fmt::format(
          "\n## {}\n\n| Key | Type | Default | Original | What it does |\n| --- | --- | --- | --- | --- |\n", heading);
    }
    write_collection_of(row, previous, out);
    write_row(row, defaults, out);
    previous = row.path;
  }
}

void write_later(std::string& out) {
  out +=
      "\n## Later releases\n\nThese sections and keys are accepted, with a warning, and have no effect yet.\n\n"
      "| Section or key | For | Original |\n| --- | --- | --- |\n";
  for (const Later& section : later()) {
    out += fmt::format("| `{}` | {} | {} |\n", section.path, section.documentation, code_list(section.original));
  }
}

void write_dropped(std::string& out) {
  out += "\n## Original keys without a counterpart\n\n| Original | Instead |\n| --- | --- |\n";
  for (const Dropped& key : dropped()) out += fmt::format("| `{}` | {} |\n", key.original, key.instead);
}

}  // namespace

std::string configuration_page() {
  std::string out(kIntroduction);
  write_keys(out);
  write_later(out);
  write_dropped(out);
  return out;
}

}  // namespace jeton::config
