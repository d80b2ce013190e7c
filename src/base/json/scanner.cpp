#include "base/json/scanner.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::base::json {
namespace {

std::string_view name_of(json_type type) {
  switch (type) {
    case json_type::array:
      return "an array";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a text";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return "null";
  }
  return "something else";
}

// The element's own characters, without what follows it.
std::string_view token_of(Element& element) {
  std::string_view token = element.raw_json_token();
  return trim(token);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// RFC 8259 section 6. The parser accepts by value; a number that is only carried must be checked by form.
bool is_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t first = i;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool number_value(std::string_view token, Value& out, Scan& scan) {
  if (!is_number(token)) return scan.problem.say(fmt::format("{} is not a number", shown(token)));
  const bool whole = token.find_first_of(".eE") == std::string_view::npos;
  const char* end = token.data() + token.size();
  if (whole) {
    std::int64_t number = 0;
    const auto [stop, code] = std::from_chars(token.data(), end, number);
    out = code == std::errc{} && stop == end ? Value(Value::Data(number))
                                             : Value(Value::Data(BigInteger{std::string(token)}));
    return true;
  }
  double number = 0;
  const auto [stop, code] = std::from_chars(token.data(), end, number);
  // Out of range is infinity or zero, as the systems we replace have it.
  if (code == std::errc::result_out_of_range)
    number = token.find("e-") != std::string_view::npos || token.find("E-") != std::string_view::npos ? 0.0 : HUGE_VAL;
  out = Value(Value::Data(token.front() == '-' && number > 0 ? -number : number));
  return true;
}

bool type_of(Element& element, json_type& out, Scan& scan) {
  if (const auto code = element.type().get(out)) return scan.problem.malformed(code);
  return true;
}

bool consume_null(Element element, Scan& scan) {
  bool null = false;
  if (const auto code = element.is_null().get(null)) return scan.problem.malformed(code);
  return null || scan.problem.say("expected a value; only null begins with n");
}

bool read_members(Element element, Value& out, Scan& scan) {
  Object members;
  const bool ok = each_member(element, scan, [&](std::string_view name, Element child) {
    const std::string key(name);
    Value value;
    if (!read_value(child, value, scan)) return false;
    const auto found = std::ranges::find(members, key, &Object::value_type::first);
    if (found == members.end()) {
      members.emplace_back(key, std::move(value));
    } else {
      found->second = std::move(value);
    }
    return true;
  });
  out = Value(Value::Data(std::move(members)));
  return ok;
}

}  // namespace

bool Problem::say(std::string message) {
  message_ = std::move(message);
  return false;
}

bool Problem::expected(std::string_view wanted, json_type found) {
  return say(fmt::format("expected {}, found {}", wanted, name_of(found)));
}

bool Problem::too_deep() {
  return say(fmt::format("nested deeper than {} levels", limits::kJsonDepthMax));
}

bool Problem::malformed(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY:
      return say("a JSON body is required, there is none");
    case simdjson::UTF8_ERROR:
      return say("the JSON text is not valid UTF-8");
    case simdjson::CAPACITY:
      return say("the JSON text is too large");
    case simdjson::UNCLOSED_STRING:
      return say("the JSON text ends inside a string");
    case simdjson::STRING_ERROR:
      return say("a JSON string has a bad escape sequence or an unescaped control character");
    case simdjson::UNESCAPED_CHARS:
      return say("a JSON string has an unescaped control character");
    case simdjson::NUMBER_ERROR:
      return say("the JSON text has a malformed number");
    default:
      return say("the text is not well-formed JSON");
  }
}

void Problem::within(std::string_view member) {
  path_ = path_.empty() || path_.front() == '[' ? std::string(member) + path_ : fmt::format("{}.{}", member, path_);
}

void Problem::within(std::size_t index) {
  path_ = path_.empty() || path_.front() == '[' ? fmt::format("[{}]{}", index, path_)
                                                : fmt::format("[{}].{}", index, path_);
}

Error Problem::error() const {
  return invalid(path_.empty() ? message_ : fmt::format("{}: {}", path_, message_), path_);
}

bool read_value(Element element, Value& out, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  switch (type) {
    case json_type::null:
      out = Value();
      return consume_null(element, scan);
    case json_type::boolean: {
      bool value = false;
      if (!read_boolean(element, value, scan)) return false;
      out = Value(Value::Data(value));
      return true;
    }
    case json_type::number: {
      const std::string token(token_of(element));
      return number_value(token, out, scan);
    }
    case json_type::string: {
      std::string_view text;
      if (!read_text(element, text, scan)) return false;
      out = Value(Value::Data(std::string(text)));
      return true;
    }
    case json_type::array: {
      Array items;
      const bool ok =
          each_item(element, scan, [&](Element child) { return read_value(child, items.emplace_back(), scan); });
      out = Value(Value::Data(std::move(items)));
      return ok;
    }
    case json_type::object:
      return read_members(element, out, scan);
  }
  return scan.problem.say("expected a JSON value");
}

bool read_raw(Element element, std::string& out, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  switch (type) {
    case json_type::null:
      out += "null";
      return consume_null(element, scan);
    case json_type::number: {
      const std::string_view token = token_of(element);
      if (!is_number(token)) return scan.problem.say(fmt::format("{} is not a number", shown(token)));
      out += token;
      return true;
    }
    case json_type::boolean: {
      bool value = false;
      if (!read_boolean(element, value, scan)) return false;
      out += value ? "true" : "false";
      return true;
    }
    case json_type::string: {
      out += token_of(element);
      std::string_view checked;
      return read_text(element, checked, scan);
    }
    case json_type::array: {
      out += '[';
      const bool ok = each_item(element, scan, [&](Element child) {
        if (out.back() != '[') out += ',';
        return read_raw(child, out, scan);
      });
      out += ']';
      return ok;
    }
    case json_type::object: {
      out += '{';
      const bool ok = each_member(element, scan, [&](std::string_view name, Element child) {
        if (out.back() != '{') out += ',';
        append_text(out, name);
        out += ':';
        return read_raw(child, out, scan);
      });
      out += '}';
      return ok;
    }
  }
  return scan.problem.say("expected a JSON value");
}

bool skip(Element element, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  switch (type) {
    case json_type::array:
      return each_item(element, scan, [&](Element child) { return skip(child, scan); });
    case json_type::object:
      return each_member(element, scan, [&](std::string_view, Element child) { return skip(child, scan); });
    case json_type::null:
      return consume_null(element, scan);
    default: {
      std::string_view text;
      return read_text(element, text, scan);
    }
  }
}

bool read_text(Element element, std::string_view& out, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  if (type == json_type::string) {
    const auto code = element.get_string().get(out);
    return code == simdjson::SUCCESS || scan.problem.malformed(code);
  }
  if (type == json_type::number) {
    out = token_of(element);
    return is_number(out) || scan.problem.say(fmt::format("{} is not a number", shown(out)));
  }
  if (type == json_type::boolean) {
    bool value = false;
    if (const auto code = element.get_bool().get(value)) return scan.problem.malformed(code);
    out = value ? "true" : "false";
    return true;
  }
  return scan.problem.expected("a text", type);
}

namespace {

// A number with a fraction loses it, as the systems we replace have it.
bool truncate(std::string_view token, std::int64_t& out) {
  double number = 0;
  const auto [stop, code] = std::from_chars(token.data(), token.data() + token.size(), number);
  // 2^63 is a double, the largest whole number of 64 bits is none.
  if (code != std::errc{} || !(std::abs(number) < 0x1p63)) return false;
  out = static_cast<std::int64_t>(number);
  return true;
}

}  // namespace

bool read_integer(Element element, std::int64_t& out, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  if (type != json_type::number && type != json_type::string) return scan.problem.expected("a whole number", type);
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  text = trim(text);
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, out);
  if (code == std::errc{} && stop == end) return true;
  if (type == json_type::number && text.find_first_of(".eE") != std::string_view::npos && truncate(text, out))
    return true;
  return scan.problem.say(fmt::format("expected a whole number of 64 bits, found {}", shown(text)));
}

bool read_boolean(Element element, bool& out, Scan& scan) {
  json_type type{};
  if (!type_of(element, type, scan)) return false;
  if (type == json_type::boolean) {
    const auto code = element.get_bool().get(out);
    return code == simdjson::SUCCESS || scan.problem.malformed(code);
  }
  if (type != json_type::string) return scan.problem.expected("true or false", type);
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  out = equals_ignoring_case(trim(text), "true");
  return out || equals_ignoring_case(trim(text), "false") ||
         scan.problem.say(fmt::format("expected true or false, found {}", shown(text)));
}

simdjson::ondemand::parser& thread_parser() {
  thread_local simdjson::ondemand::parser parser;
  return parser;
}

}  // namespace jeton::base::json
