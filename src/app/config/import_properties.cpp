#include "app/config/import_properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/strings.hpp"

namespace jeton::config {
namespace {

using base::Result;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

std::string_view without_leading_space(std::string_view text) {
  text.remove_prefix(static_cast<std::size_t>(std::ranges::find_if_not(text, is_space) - text.begin()));
  return text;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string from_latin1(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

// Four hexadecimal digits at the front of `text`, which then begins behind them.
std::optional<std::uint32_t> take_hex(std::string_view& text) {
  std::uint32_t code = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + 4, code, 16);
  if (problem != std::errc{} || end != text.data() + 4) return std::nullopt;
  text.remove_prefix(4);
  return code;
}

// What follows "\u": one code point, written as one unit or as a pair of them.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto first = take_hex(text);
  if (!first || *first < 0xD800 || *first > 0xDFFF) return first;
  if (*first > 0xDBFF || !text.starts_with("\\u")) return std::nullopt;
  text.remove_prefix(2);
  const auto second = take_hex(text);
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return std::nullopt;
  return 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
}

Result<std::string> unescaped(std::string_view text, std::size_t line) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      if (c != '\\') out += c;
      continue;
    }
    const char escaped = text.front();
    text.remove_prefix(1);
    if (escaped == 'u') {
      const auto code = take_code_point(text);
      if (!code) {
        return base::failure(base::invalid(
            fmt::format("line {}: \\u does not stand for a character here; expected four hexadecimal digits", line)));
      }
      append_utf8(out, *code);
    } else {
      constexpr std::string_view kLetters = "tnrf";
      constexpr std::string_view kMeant = "\t\n\r\f";
      const std::size_t at = kLetters.find(escaped);
      out += at == std::string_view::npos ? escaped : kMeant[at];
    }
  }
  return out;
}

bool ends_in_continuation(std::string_view line) {
  const std::size_t last = line.find_last_not_of('\\');
  const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

// Where the name of a logical line ends: at a separator or a blank that no backslash precedes.
std::size_t end_of_name(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '=' || line[i] == ':' || is_space(line[i])) {
      return i;
    }
  }
  return line.size();
}

Result<Property> property_of(std::string_view line, std::size_t number) {
  const std::size_t end = end_of_name(line);
  auto name = unescaped(line.substr(0, end), number);
  if (!name) return base::failure(name.error());
  std::string_view rest = without_leading_space(line.substr(end));
  if (rest.starts_with('=') || rest.starts_with(':')) rest = without_leading_space(rest.substr(1));
  auto value = unescaped(rest, number);
  if (!value) return base::failure(value.error());
  return Property{.line = number, .name = *std::move(name), .value = *std::move(value), .has_value = end < line.size()};
}

std::optional<Property> variable_of(std::string_view line, std::size_t number) {
  constexpr std::string_view kExport = "export ";
  if (line.starts_with(kExport)) line = without_leading_space(line.substr(kExport.size()));
  const std::size_t end = line.find('=');
  const std::string_view name = line.substr(0, end);
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  if (end == std::string_view::npos || name.empty() || !std::ranges::all_of(name, is_letter)) return std::nullopt;
  std::string_view value = line.substr(end + 1);
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  if (quoted) value = value.substr(1, value.size() - 2);
  return Property{.line = number,
                  .name = std::string(name),
                  .value = std::string(value),
                  .has_value = true,
                  .was_in_quotes = quoted};
}

// Takes one line from the front of `text`; its end may be \n, \r or both.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
  return line;
}

}  // namespace

Result<std::vector<Property>> read_properties(std::string_view text) {
  const std::string decoded = base::is_utf8(text) ? std::string(text) : from_latin1(text);
  std::string_view rest = decoded;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::vector<Property> properties;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t begin = number;
    const std::string_view first = without_leading_space(take_line(rest));
    if (first.empty() || first.starts_with('#') || first.starts_with('!')) continue;
    if (auto variable = variable_of(first, begin)) {
      properties.push_back(*std::move(variable));
      continue;
    }
    std::string line(first);
    while (ends_in_continuation(line)) {
      line.pop_back();
      if (rest.empty()) break;
      line += without_leading_space(take_line(rest));
      ++number;
    }
    auto property = property_of(line, begin);
    if (!property) return base::failure(property.error());
    properties.push_back(*std::move(property));
  }
  return properties;
}

}  // namespace jeton::config
