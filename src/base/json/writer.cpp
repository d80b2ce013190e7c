#include "base/json/writer.hpp"

#include <fmt/format.h>

namespace jeton::base::json {

void append_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out += text.substr(clean, i - clean);
    clean = i + 1;
    switch (text[i]) {
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
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    }
  }
  out += text.substr(clean);
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
