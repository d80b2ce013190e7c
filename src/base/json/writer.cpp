#include "base/json/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jeton::base::json {
namespace {

constexpr std::array<bool, 256> kNeedsEscape = [] {
  std::array<bool, 256> out{};
  std::fill_n(out.begin(), 0x20, true);
  out['"'] = out['\\'] = true;
  return out;
}();

bool needs_escape(char c) {
  return kNeedsEscape[static_cast<unsigned char>(c)];
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const auto* const special = std::ranges::find_if(text, needs_escape);
    const auto clean = static_cast<std::size_t>(special - text.begin());
    out.append(text.data(), clean);
    if (special == text.end()) break;
    append_escaped(out, *special);
    text.remove_prefix(clean + 1);
  }
  out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number);
  out.append(std::begin(digits), end.ptr);
}

void append_value(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const auto* boolean = value.as<bool>()) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = value.as<std::int64_t>()) {
    append_integer(out, *integer);
  } else if (const auto* big = value.as<BigInteger>()) {
    out += big->digits;
  } else if (const auto* number = value.as<double>()) {
    // The shortest text that reads back as the same number; a whole one keeps its point, so that its type survives.
    const std::string text = fmt::format("{}", *number);
    out += text;
    if (text.find_first_of(".en") == std::string::npos) out += ".0";
  } else if (const auto* text = value.as<std::string>()) {
    append_text(out, *text);
  } else if (const auto* array = value.as<Array>()) {
    detail::append_list(out, *array);
  } else if (const auto* object = value.as<Object>()) {
    detail::append_members(out, *object);
  }
}

}  // namespace jeton::base::json
