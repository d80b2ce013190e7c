#include "model/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::model {
namespace {

using base::limits::kNameCharactersMax;

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

struct WhiteSpace {
  std::size_t bytes = 0;  // 0: none here
  bool breaking = true;   // false for what Java's Character.isWhitespace leaves out
};

// The white space that `text` begins with, in UTF-8.
WhiteSpace white_space(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return {.bytes = first == ' ' || (first >= 0x09 && first <= 0x0d) ? 1U : 0U};
  if (first == 0xc2) {
    if (byte(1) == 0x85) return {.bytes = 2};
    if (byte(1) == 0xa0) return {.bytes = 2, .breaking = false};
    return {};
  }
  if (first < 0xe1 || first > 0xe3 || (byte(2) & 0xc0U) != 0x80U) return {};
  if ((byte(1) & 0xc0U) != 0x80U) return {};
  const unsigned code = (first & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU);
  if (code == 0x2007 || code == 0x202f) return {.bytes = 3, .breaking = false};
  const bool space = code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 ||
                     code == 0x205f || code == 0x3000;
  return {.bytes = space ? 3U : 0U};
}

// A trimmed text of which nothing is left but white space. U+0085 is none to Java here, and trimming takes the control
// characters.
bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const WhiteSpace space = white_space(text);
    if (space.bytes == 0 || !space.breaking || text.front() == '\xc2') return false;
    text.remove_prefix(space.bytes);
  }
  return true;
}

// The bytes of the separator run (white space, underscores, hyphens) that `text` begins with.
std::size_t separator_run(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const bool mark = text[end] == '_' || text[end] == '-';
    const std::size_t bytes = mark ? 1 : white_space(text.substr(end)).bytes;
    if (bytes == 0) break;
    end += bytes;
  }
  return end;
}

// 2.2: T0 and the joining of words in one pass. The first character is literal: a leading separator stays, as an
// underscore.
void append_camel(std::string_view text, char (*first)(char), std::string& out) {
  std::size_t i = separator_run(text);
  if (i != 0) {
    out += '_';
  } else if (!text.empty()) {
    out += first(text[i++]);
  }
  while (i < text.size()) {
    const std::size_t run = separator_run(text.substr(i));
    i += run;
    if (i < text.size()) out += run != 0 ? upper(text[i]) : text[i];
    ++i;
  }
}

void append_kebab(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t run = separator_run(text.substr(i)); run != 0) {
      out += '-';
      i += run;
    } else {
      out += lower(text[i++]);
    }
  }
}

// By table: each request has some names, and each of their characters is looked at.
constexpr std::array<bool, 256> kInWord = [] {
  std::array<bool, 256> out{};
  for (int c = 0; c < 128; ++c)
    out[static_cast<std::size_t>(c)] =
        is_lower(static_cast<char>(c)) || is_upper(static_cast<char>(c)) || is_digit(static_cast<char>(c));
  return out;
}();

bool matches_word(std::string_view name, bool (*first)(char)) {
  if (name.empty() || name.size() > kNameCharactersMax || !first(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return kInWord[static_cast<unsigned char>(c)]; });
}
bool begins_upper(char c) {
  return is_upper(c);
}
bool begins_lower(char c) {
  return is_lower(c);
}

bool matches_kebab(std::string_view name) {
  if (name.empty() || name.size() > kNameCharactersMax || !is_lower(name.front()) || name.back() == '-') return false;
  return std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool matches_cloud(std::string_view name) {
  if (name == kLocalCloud) return true;
  const std::size_t pipe = name.find('|');
  return pipe != std::string_view::npos && matches_word(name.substr(0, pipe), begins_upper) &&
         matches_word(name.substr(pipe + 1), begins_upper);  // which a second pipe would not match
}

std::string_view noun(NameKind kind) {
  switch (kind) {
    case NameKind::kSystem:
      return "system name";
    case NameKind::kServiceDefinition:
      return "service definition name";
    case NameKind::kEventType:
      return "event type name";
    case NameKind::kScope:
      return "scope";
    case NameKind::kOperation:
      return "service operation name";
    case NameKind::kCloud:
      return "cloud identifier";
  }
  return "name";
}

std::string rule(NameKind kind) {
  switch (kind) {
    case NameKind::kSystem:
      return fmt::format("at most {} letters and digits beginning with a capital are, such as PumpStation",
                         kNameCharactersMax);
    case NameKind::kServiceDefinition:
    case NameKind::kEventType:
      return fmt::format("at most {} letters and digits beginning with a small letter are, such as flowRate",
                         kNameCharactersMax);
    case NameKind::kScope:
    case NameKind::kOperation:
      return fmt::format(
          "{}at most {} small letters, digits and hyphens beginning with a letter and not ending with a hyphen are, "
          "such as read-now",
          kind == NameKind::kScope ? "* or " : "", kNameCharactersMax);
    case NameKind::kCloud:
      return "LOCAL or two system names joined by | are, such as NorthGrid|AcmeWater";
  }
  return {};
}

// Whether the extended mode leaves a valid name as it is: only a scope may be valid and still have a run of hyphens to
// shorten.
bool is_settled(NameKind kind, std::string_view name) {
  return (kind != NameKind::kScope && kind != NameKind::kOperation) || name.find("--") == std::string_view::npos;
}

void append_extended(NameKind kind, std::string_view text, std::string& out) {
  switch (kind) {
    case NameKind::kSystem:
      return append_camel(text, upper, out);
    case NameKind::kServiceDefinition:
    case NameKind::kEventType:
      return append_camel(text, lower, out);
    default:
      return append_kebab(text, out);
  }
}

}  // namespace

std::string_view Normalizer::normalize(NameKind kind, std::string_view text, std::string& buffer) const {
  text = base::trim(text);
  if (is_valid(kind, text) && (mode_ == NormalizationMode::kSimple || is_settled(kind, text))) return text;
  if (is_blank(text)) return {};
  if (kind != NameKind::kCloud) {
    if (mode_ == NormalizationMode::kSimple) return text;
    buffer.clear();
    append_extended(kind, text, buffer);
    return buffer;
  }
  if (base::equals_ignoring_case(text, kLocalCloud)) return kLocalCloud;
  buffer.clear();
  std::string half;
  for (std::size_t start = 0;;) {
    const std::size_t pipe = text.find('|', start);
    buffer += normalize(NameKind::kSystem, text.substr(start, pipe - start), half);
    if (pipe == std::string_view::npos) return buffer;
    buffer += '|';
    start = pipe + 1;
  }
}

std::string Normalizer::copy(NameKind kind, std::string_view text) const {
  std::string buffer;
  const std::string_view name = normalize(kind, text, buffer);
  return name.data() == buffer.data() ? std::move(buffer) : std::string(name);
}

std::string Normalizer::target(TargetType type, std::string_view text) const {
  return copy(name_kind(type), text);
}

std::string Normalizer::cloud_or_local(std::string_view text) const {
  std::string name = cloud(text);
  return name.empty() ? std::string(kLocalCloud) : name;
}

bool is_valid(NameKind kind, std::string_view name) {
  switch (kind) {
    case NameKind::kSystem:
      return matches_word(name, begins_upper);
    case NameKind::kServiceDefinition:
    case NameKind::kEventType:
      return matches_word(name, begins_lower);
    case NameKind::kScope:
      return name == kDefaultScope || matches_kebab(name);
    case NameKind::kOperation:
      return matches_kebab(name);
    case NameKind::kCloud:
      return matches_cloud(name);
  }
  return false;
}

base::Status validate(NameKind kind, std::string_view name, std::string_view where) {
  if (is_valid(kind, name)) return {};
  return base::failure(base::invalid(fmt::format("{} is not a valid {}: {}", base::shown(name), noun(kind), rule(kind)),
                                     std::string(where)));
}

}  // namespace jeton::model
