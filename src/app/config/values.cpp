#include "app/config/values.hpp"

#include <fmt/ranges.h>

#include <charconv>

#include "app/config/document.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::config {
namespace {

using base::failure;
using base::invalid;
using base::shown;
using base::Status;

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
// From the largest, so that formatting finds the shortest form first.
constexpr std::array<SizeUnit, 4> kSizeUnits = {
    {{"GiB", 1ULL << 30U}, {"MiB", 1ULL << 20U}, {"KiB", 1ULL << 10U}, {"B", 1}}};

bool has_control_character(std::string_view text, Lines lines = Lines::kOne) {
  return std::ranges::any_of(text, [lines](char c) {
    if (lines == Lines::kSeveral && (c == '\n' || c == '\t')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

constexpr std::string_view what_is_wrong_with(Lines lines) {
  return lines == Lines::kOne ? "a line break or another control character" : "a control character";
}

bool is_placeholder(std::string_view text) {
  return text.find(kHiddenValue) != std::string_view::npos;
}

std::optional<std::uint64_t> parse_integer(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Status wrong(std::string_view what, const Field& field) {
  return failure(invalid(fmt::format("{}; expected {}", what, expected(field))));
}

// As the replaced system reads its enumerations: SYSOP_ONLY is sysop-only.
std::string spelled(std::string_view text) {
  std::string word = base::to_lower(text);
  std::ranges::replace(word, '_', '-');
  return word;
}

bool has_balanced_brackets(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth == 0;
}

// The parser of the file reads it, so that a list means the same wherever it is written.
std::optional<std::vector<std::string>> parse_flow_list(std::string_view text) {
  const Document document = read_document(fmt::format("list: {}", text));
  const auto& members = document.root.members;
  if (!document.findings.empty() || members.size() != 1 || members.front().value.kind != NodeKind::kList) return {};
  std::vector<std::string> items;
  for (const Node& item : members.front().value.items) {
    if (item.kind != NodeKind::kScalar) return {};
    items.push_back(item.text);
  }
  return items;
}

std::optional<TextByName> parse_flow_map(std::string_view text) {
  const Document document = read_document(fmt::format("map: {}", text));
  const auto& members = document.root.members;
  if (!document.findings.empty() || members.size() != 1 || members.front().value.kind != NodeKind::kMap) return {};
  TextByName read;
  for (const Member& member : members.front().value.members) {
    if (member.value.kind != NodeKind::kScalar) return {};
    read.emplace_back(member.key, member.value.text);
  }
  return read;
}

// A secret of the comma form may hold equals signs, as base64 does.
std::optional<TextByName> parse_map(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('{') && text.ends_with('}')) return parse_flow_map(text);
  TextByName read;
  if (text.empty()) return read;
  for (const std::string_view member : base::split(text, ',')) {
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) return {};
    read.emplace_back(base::trim(member.substr(0, equals)), base::trim(member.substr(equals + 1)));
  }
  return read;
}

// An item of the comma form may hold brackets, as [::1]:8445 does.
std::optional<std::vector<std::string>> parse_list(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('[') && text.ends_with(']')) return parse_flow_list(text);
  std::vector<std::string> items;
  if (text.empty()) return items;
  for (const std::string_view item : base::split(text, ',')) {
    if (!has_balanced_brackets(item)) return {};
    items.emplace_back(base::trim(item));
  }
  return items;
}

// One visitor a direction: reads a text into the field it visits.
struct Assign {
  const Field& field;
  std::string_view text;
  Config& config;
  Members members;

  template <class T>
  Status in_range(const auto& row, const std::optional<T>& value, std::string_view type) const {
    if (!value) return wrong(fmt::format("{} is not a {}", shown(text), type), field);
    if (*value < row.minimum || *value > row.maximum)
      return wrong(fmt::format("{} is out of range", shown(text)), field);
    row.place.in(config, members) = *value;
    return {};
  }

  Status operator()(const Boolean& row) const {
    if (text != "true" && text != "false")
      return wrong(fmt::format("{} is neither true nor false", shown(text)), field);
    row.place.in(config, members) = text == "true";
    return {};
  }
  Status operator()(const Integer& row) const { return in_range(row, parse_integer(text), "whole number"); }
  Status operator()(const Span& row) const { return in_range(row, base::parse_duration(text), "duration"); }
  Status operator()(const Size& row) const {
    const auto size = parse_size(text);
    return in_range(row, size ? std::optional(*size) : std::nullopt, "size");
  }
  Status operator()(const Text& row) const {
    // The value is not shown: a key file's content may have been pasted where its path belongs.
    if (has_control_character(text)) return wrong("has a line break or another control character", field);
    if (row.blank == Blank::kRefused && base::is_blank(text)) return wrong("is blank", field);
    row.place.in(config, members) = text;
    return {};
  }
  Status url(auto set) const {
    if (has_control_character(text)) return wrong("has a line break or another control character", field);
    if (is_placeholder(text)) return wrong("holds the placeholder that stands for hidden credentials", field);
    set(std::string(text));
    return {};
  }
  Status operator()(const Url& row) const {
    return url([&](std::string read) { row.place.in(config, members) = std::move(read); });
  }
  Status operator()(const HiddenUrl& row) const {
    return url([&](std::string read) { row.place.in(config, members) = base::Secret(std::move(read)); });
  }
  Status operator()(const Hidden& row) const {
    if (has_control_character(text)) return wrong("has a line break or another control character", field);
    if (text == kHiddenValue) return wrong("is the placeholder that stands for a hidden value", field);
    if (row.blank == Blank::kRefused && base::is_blank(text)) return wrong("is blank", field);
    row.place.in(config, members) = base::Secret(std::string(text));
    return {};
  }
  Status operator()(const HiddenList&) const { return list(); }
  Status operator()(const HiddenMap&) const { return map(); }
  Status operator()(const TextMap&) const { return map(); }
  Status map() const {
    const auto pairs = parse_map(text);
    if (pairs) return assign_map(field, *pairs, config, members);
    return failure(
        invalid("the value is not a map; expected one such as name=a,other=b or {name: \"a\", other: \"b\"}"));
  }
  Status operator()(const Choice& row) const {
    const auto found = std::ranges::find(row.names, spelled(text), spelled);
    if (found == row.names.end()) return wrong(fmt::format("{} is not known here", shown(text)), field);
    row.set(config, static_cast<std::size_t>(found - row.names.begin()), members);
    return {};
  }
  Status operator()(const TextList&) const { return list(); }
  Status list() const {
    const auto items = parse_list(text);
    if (items) return assign_list(field, *items, config, members);
    const std::string what = std::holds_alternative<HiddenList>(field) ? std::string("the value") : shown(text);
    return failure(invalid(fmt::format("{} is not a list; expected one such as a,b or [a, \"b\"]", what)));
  }
};

struct Expected {
  std::string operator()(const Boolean&) const { return "true or false"; }
  std::string operator()(const Integer& row) const {
    return fmt::format("a whole number from {} to {}", row.minimum, row.maximum);
  }
  std::string operator()(const Span& row) const {
    return fmt::format("a duration from {} to {}, such as 500ms, 30s, 60m, 12h or 7d",
                       base::format_duration(row.minimum), base::format_duration(row.maximum));
  }
  std::string operator()(const Size& row) const {
    return fmt::format("a size from {} to {}, such as 512B, 64KiB or 1MiB", format_size(row.minimum),
                       format_size(row.maximum));
  }
  std::string operator()(const Text& row) const {
    return row.blank == Blank::kRefused ? "one line of text, not blank" : "one line of text";
  }
  std::string operator()(const Url&) const { return "one line of text"; }
  std::string operator()(const HiddenUrl&) const { return "one line of text"; }
  std::string operator()(const Hidden& row) const {
    return row.blank == Blank::kRefused ? "the secret itself, on one line, not blank"
                                        : "the secret itself, on one line";
  }
  std::string operator()(const HiddenList&) const { return "a list of secrets, such as [\"a\", \"b\"]"; }
  std::string operator()(const HiddenMap&) const {
    return "names with a secret each, such as {name: \"a\", other: \"b\"}";
  }
  std::string operator()(const TextMap&) const { return "names with a text each, such as {name: \"a\", other: \"b\"}"; }
  std::string operator()(const Choice& row) const {
    if (row.names.size() == 2) return fmt::format("{} or {}", row.names[0], row.names[1]);
    return fmt::format("{} or {}", fmt::join(row.names.first(row.names.size() - 1), ", "), row.names.back());
  }
  std::string operator()(const TextList& row) const {
    return row.blank == Blank::kRefused ? "a list with one text or more, such as [\"a\", \"b\"]"
                                        : "a list of texts, such as [\"a\", \"b\"]";
  }
};

struct TypeName {
  std::string operator()(const Boolean&) const { return "true or false"; }
  std::string operator()(const Integer& row) const {
    return fmt::format("whole number, {} to {}", row.minimum, row.maximum);
  }
  std::string operator()(const Span& row) const {
    return fmt::format("duration, {} to {}", base::format_duration(row.minimum), base::format_duration(row.maximum));
  }
  std::string operator()(const Size& row) const {
    return fmt::format("size, {} to {}", format_size(row.minimum), format_size(row.maximum));
  }
  std::string operator()(const Text& row) const { return row.blank == Blank::kRefused ? "text, not blank" : "text"; }
  std::string operator()(const Url&) const { return "text"; }
  std::string operator()(const HiddenUrl&) const { return "text that may hold a secret"; }
  std::string operator()(const Hidden&) const { return "secret text"; }
  std::string operator()(const HiddenList&) const { return "list of secret text"; }
  std::string operator()(const HiddenMap&) const { return "map of names to secret text"; }
  std::string operator()(const TextMap&) const { return "map of names to text"; }
  std::string operator()(const Choice& row) const { return Expected{}(row); }
  std::string operator()(const TextList& row) const {
    return row.blank == Blank::kRefused ? "list of text, one or more" : "list of text";
  }
};

struct ToYaml {
  const Config& config;
  Members members;

  std::string operator()(const Boolean& row) const { return row.place.of(config, members) ? "true" : "false"; }
  std::string operator()(const Integer& row) const { return fmt::format("{}", row.place.of(config, members)); }
  std::string operator()(const Span& row) const { return base::format_duration(row.place.of(config, members)); }
  std::string operator()(const Size& row) const { return format_size(row.place.of(config, members)); }
  std::string operator()(const Text& row) const { return quoted(row.place.of(config, members)); }
  std::string operator()(const Url& row) const {
    const std::string& url = row.place.of(config, members);
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return quoted(url);
    return quoted(url.substr(0, scheme_end + 3).append(kHiddenValue));
  }
  std::string operator()(const HiddenUrl& row) const {
    const std::string_view url = row.place.of(config, members).reveal();
    if (url.empty()) return quoted("");
    const std::size_t scheme_end = url.find("://");
    const std::string_view scheme = scheme_end == std::string_view::npos ? "" : url.substr(0, scheme_end + 3);
    return quoted(fmt::format("{}{}", scheme, kHiddenValue));
  }
  std::string operator()(const Hidden& row) const {
    if (!row.place.of(config, members).empty()) return quoted(kHiddenValue);
    return row.blank == Blank::kRefused ? "~" : quoted("");
  }
  std::string operator()(const HiddenList& row) const {
    return row.place.of(config, members).empty() ? "[]" : fmt::format("[{}]", quoted(kHiddenValue));
  }
  std::string operator()(const HiddenMap& row) const {
    std::vector<std::string> pairs;
    for (const auto& [name, secret] : row.place.of(config, members)) {
      pairs.push_back(fmt::format("{}: {}", quoted(name), quoted(kHiddenValue)));
    }
    return fmt::format("{{{}}}", fmt::join(pairs, ", "));
  }
  std::string operator()(const TextMap& row) const {
    std::vector<std::string> pairs;
    for (const auto& [name, text] : row.place.of(config, members)) {
      pairs.push_back(fmt::format("{}: {}", quoted(name), quoted(text)));
    }
    return fmt::format("{{{}}}", fmt::join(pairs, ", "));
  }
  std::string operator()(const Choice& row) const { return std::string(row.names[row.get(config, members)]); }
  std::string operator()(const TextList& row) const {
    std::vector<std::string> items;
    for (const std::string& item : row.place.of(config, members)) items.push_back(quoted(item));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
};

}  // namespace

Status assign(const Field& field, std::string_view text, Config& config, Members members) {
  return std::visit(Assign{field, text, config, members}, field);
}

Status assign_list(const Field& field, std::span<const std::string> items, Config& config, Members members) {
  const auto* row = std::get_if<TextList>(&field);
  const auto* hidden = std::get_if<HiddenList>(&field);
  if (row == nullptr && hidden == nullptr) return wrong("is a list", field);
  if (row != nullptr && items.empty() && row->blank == Blank::kRefused) return wrong("is an empty list", field);
  if (items.size() > kListItemsMax) {
    return failure(invalid(fmt::format("has {} items; expected {} at the most", items.size(), kListItemsMax)));
  }
  const Lines lines = row == nullptr ? Lines::kOne : row->lines;
  for (const std::string& item : items) {
    if (base::is_blank(item)) return wrong("has a blank item", field);
    if (has_control_character(item, lines))
      return wrong(fmt::format("has an item with {}", what_is_wrong_with(lines)), field);
    if (hidden != nullptr && item == kHiddenValue)
      return wrong("has the placeholder that stands for a hidden value", field);
  }
  if (row != nullptr) {
    auto& texts = row->place.in(config, members);
    texts.clear();
    for (const std::string& item : items) texts.emplace_back(lines == Lines::kSeveral ? base::trim(item) : item);
  } else {
    auto& secrets = hidden->place.in(config, members);
    secrets.clear();
    for (const std::string& item : items) secrets.emplace_back(item);
  }
  return {};
}

Status assign_map(const Field& field, const TextByName& pairs, Config& config, Members members) {
  const auto* hidden = std::get_if<HiddenMap>(&field);
  const auto* plain = std::get_if<TextMap>(&field);
  if (hidden == nullptr && plain == nullptr) return wrong("is a map", field);
  if (pairs.size() > kListItemsMax) {
    return failure(invalid(fmt::format("has {} names; expected {} at the most", pairs.size(), kListItemsMax)));
  }
  const Lines lines = hidden == nullptr ? Lines::kSeveral : Lines::kOne;
  TextByName read;
  for (const auto& [name, text] : pairs) {
    const auto wrong_here = [&](std::string_view what) {
      return wrong(fmt::format("its member {} {}", read.size() + 1, what), field);
    };
    if (base::is_blank(name)) return wrong_here("has a blank name");
    if (base::is_blank(text)) return wrong_here(hidden == nullptr ? "has a blank text" : "has a blank secret");
    if (has_control_character(name) || has_control_character(text, lines))
      return wrong_here(fmt::format("has {}", what_is_wrong_with(lines)));
    if (hidden != nullptr && text == kHiddenValue)
      return wrong_here("has the placeholder that stands for a hidden value");
    if (std::ranges::find(read, name, &TextByName::value_type::first) != read.end())
      return wrong_here("has a name that was there before");
    read.emplace_back(name, hidden == nullptr ? base::trim(text) : text);
  }
  if (plain != nullptr) {
    plain->place.in(config, members) = std::move(read);
  } else {
    SecretsByName& secrets = hidden->place.in(config, members);
    secrets.clear();
    for (auto& [name, text] : read) secrets.emplace_back(std::move(name), base::Secret(std::move(text)));
  }
  return {};
}

bool has_no_text_for_unset(const Field& field) {
  const auto* hidden = std::get_if<Hidden>(&field);
  return hidden != nullptr && hidden->blank == Blank::kRefused;
}

std::string expected(const Field& field) {
  return std::visit(Expected{}, field);
}

std::string type_name(const Field& field) {
  return std::visit(TypeName{}, field);
}

std::string to_yaml(const Field& field, const Config& config, Members members) {
  return std::visit(ToYaml{config, members}, field);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

base::Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, text.data() + text.size());
  const auto known = std::ranges::find(kSizeUnits, unit, &SizeUnit::name);
  std::uint64_t bytes = 0;
  if (problem != std::errc{} || known == kSizeUnits.end() || __builtin_mul_overflow(count, known->bytes, &bytes)) {
    return failure(invalid(fmt::format("{} is not a size; expected one such as 512B, 64KiB or 1MiB", shown(text))));
  }
  return bytes;
}

std::string format_size(std::uint64_t bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.bytes == 0) return fmt::format("{}{}", bytes / unit.bytes, unit.name);
  }
  return "0B";
}

}  // namespace jeton::config
