#include "base/json/scanner.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::base::json {

using simdjson::ondemand::json_type;

class Element {
 public:
  simdjson::ondemand::value value;
};

static_assert(limits::kJsonPaddingBytes >= simdjson::SIMDJSON_PADDING);

namespace {

Kind kind(json_type type) {
  switch (type) {
    case json_type::array:
      return Kind::kArray;
    case json_type::object:
      return Kind::kObject;
    case json_type::number:
      return Kind::kNumber;
    case json_type::string:
      return Kind::kText;
    case json_type::boolean:
      return Kind::kBoolean;
    case json_type::null:
      break;
  }
  return Kind::kNull;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
    case Kind::kNumber:
      return "a number";
    case Kind::kText:
      return "a text";
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kNull:
      return "null";
  }
  return "something else";
}

bool malformed(simdjson::error_code code, Problem& problem) {
  switch (code) {
    case simdjson::EMPTY:
      return problem.say("a JSON body is required, there is none");
    case simdjson::UTF8_ERROR:
      return problem.say("the JSON text is not valid UTF-8");
    case simdjson::CAPACITY:
      return problem.say("the JSON text is too large");
    case simdjson::UNCLOSED_STRING:
      return problem.say("the JSON text ends inside a string");
    case simdjson::STRING_ERROR:
      return problem.say("a JSON string has a bad escape sequence or an unescaped control character");
    case simdjson::UNESCAPED_CHARS:
      return problem.say("a JSON string has an unescaped control character");
    case simdjson::NUMBER_ERROR:
      return problem.say("the JSON text has a malformed number");
    default:
      return problem.say("the text is not well-formed JSON");
  }
}

// Counts nesting; false past limits::kJsonDepthMax.
class Nesting {
 public:
  explicit Nesting(std::size_t& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  bool ok() const { return depth_ <= limits::kJsonDepthMax; }

 private:
  std::size_t& depth_;
};

// The element's own characters, without what follows it.
std::string_view token_of(Element& element) {
  const std::string_view token = element.value.raw_json_token();
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

bool consume_null(Element& element, Scan& scan) {
  bool null = false;
  if (const auto code = element.value.is_null().get(null)) return malformed(code, scan.problem);
  return null || scan.problem.say("expected a value; only null begins with n");
}

bool read_members(Element& element, Value& out, Scan& scan) {
  Object members;
  const bool ok = each_member(element, scan, [&](std::string_view name, Element& child) {
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

bool Problem::expected(std::string_view wanted, Kind found) {
  return say(fmt::format("expected {}, found {}", wanted, name_of(found)));
}

bool Problem::too_deep() {
  return say(fmt::format("nested deeper than {} levels", limits::kJsonDepthMax));
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

std::optional<Kind> kind_of(Element& element, Scan& scan) {
  json_type type{};
  if (const auto code = element.value.type().get(type)) {
    malformed(code, scan.problem);
    return std::nullopt;
  }
  return kind(type);
}

bool is_null(Element& element) {
  json_type type{};
  return element.value.type().get(type) == simdjson::SUCCESS && type == json_type::null;
}

bool each_item(Element& element, Scan& scan, Visit<Element&> visit) {
  const Nesting nesting(scan.depth);
  if (!nesting.ok()) return scan.problem.too_deep();
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  if (*kind != Kind::kArray) return scan.problem.expected("a list", *kind);
  simdjson::ondemand::array array;
  if (const auto code = element.value.get_array().get(array)) return malformed(code, scan.problem);
  std::size_t index = 0;
  for (auto item : array) {
    Element child;
    if (const auto code = item.get(child.value)) return malformed(code, scan.problem);
    if (!visit(child)) {
      scan.problem.within(index);
      return false;
    }
    ++index;
  }
  return true;
}

bool each_member(Element& element, Scan& scan, Visit<std::string_view, Element&> visit) {
  const Nesting nesting(scan.depth);
  if (!nesting.ok()) return scan.problem.too_deep();
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  if (*kind != Kind::kObject) return scan.problem.expected("an object", *kind);
  simdjson::ondemand::object object;
  if (const auto code = element.value.get_object().get(object)) return malformed(code, scan.problem);
  for (auto field : object) {
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return malformed(code, scan.problem);
    Element child;
    if (const auto code = field.value().get(child.value)) return malformed(code, scan.problem);
    if (!visit(name, child)) {
      scan.problem.within(name);
      return false;
    }
  }
  return true;
}

bool read_value(Element& element, Value& out, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  switch (*kind) {
    case Kind::kNull:
      out = Value();
      return consume_null(element, scan);
    case Kind::kBoolean: {
      bool value = false;
      if (!read_boolean(element, value, scan)) return false;
      out = Value(Value::Data(value));
      return true;
    }
    case Kind::kNumber: {
      const std::string token(token_of(element));
      return number_value(token, out, scan);
    }
    case Kind::kText: {
      std::string_view text;
      if (!read_text(element, text, scan)) return false;
      out = Value(Value::Data(std::string(text)));
      return true;
    }
    case Kind::kArray: {
      Array items;
      const bool ok =
          each_item(element, scan, [&](Element& child) { return read_value(child, items.emplace_back(), scan); });
      out = Value(Value::Data(std::move(items)));
      return ok;
    }
    case Kind::kObject:
      return read_members(element, out, scan);
  }
  return scan.problem.say("expected a JSON value");
}

bool read_raw(Element& element, std::string& out, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  switch (*kind) {
    case Kind::kNull:
      out += "null";
      return consume_null(element, scan);
    case Kind::kNumber: {
      const std::string_view token = token_of(element);
      if (!is_number(token)) return scan.problem.say(fmt::format("{} is not a number", shown(token)));
      out += token;
      return true;
    }
    case Kind::kBoolean: {
      bool value = false;
      if (!read_boolean(element, value, scan)) return false;
      out += value ? "true" : "false";
      return true;
    }
    case Kind::kText: {
      out += token_of(element);
      std::string_view checked;
      return read_text(element, checked, scan);
    }
    case Kind::kArray: {
      out += '[';
      const bool ok = each_item(element, scan, [&](Element& child) {
        if (out.back() != '[') out += ',';
        return read_raw(child, out, scan);
      });
      out += ']';
      return ok;
    }
    case Kind::kObject: {
      out += '{';
      const bool ok = each_member(element, scan, [&](std::string_view name, Element& child) {
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

bool skip(Element& element, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  switch (*kind) {
    case Kind::kArray:
      return each_item(element, scan, [&](Element& child) { return skip(child, scan); });
    case Kind::kObject:
      return each_member(element, scan, [&](std::string_view, Element& child) { return skip(child, scan); });
    case Kind::kNull:
      return consume_null(element, scan);
    default: {
      std::string_view text;
      return read_text(element, text, scan);
    }
  }
}

bool read_text(Element& element, std::string_view& out, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  if (*kind == Kind::kText) {
    const auto code = element.value.get_string().get(out);
    return code == simdjson::SUCCESS || malformed(code, scan.problem);
  }
  if (*kind == Kind::kNumber) {
    out = token_of(element);
    return is_number(out) || scan.problem.say(fmt::format("{} is not a number", shown(out)));
  }
  if (*kind == Kind::kBoolean) {
    bool value = false;
    if (const auto code = element.value.get_bool().get(value)) return malformed(code, scan.problem);
    out = value ? "true" : "false";
    return true;
  }
  return scan.problem.expected("a text", *kind);
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

bool read_integer(Element& element, std::int64_t& out, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  if (*kind != Kind::kNumber && *kind != Kind::kText) return scan.problem.expected("a whole number", *kind);
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  text = trim(text);
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, out);
  if (code == std::errc{} && stop == end) return true;
  if (*kind == Kind::kNumber && text.find_first_of(".eE") != std::string_view::npos && truncate(text, out)) return true;
  return scan.problem.say(fmt::format("expected a whole number of 64 bits, found {}", shown(text)));
}

bool read_boolean(Element& element, bool& out, Scan& scan) {
  const auto kind = kind_of(element, scan);
  if (!kind) return false;
  if (*kind == Kind::kBoolean) {
    const auto code = element.value.get_bool().get(out);
    return code == simdjson::SUCCESS || malformed(code, scan.problem);
  }
  if (*kind != Kind::kText) return scan.problem.expected("true or false", *kind);
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  out = equals_ignoring_case(trim(text), "true");
  return out || equals_ignoring_case(trim(text), "false") ||
         scan.problem.say(fmt::format("expected true or false, found {}", shown(text)));
}

namespace {

// Texts read as views lie in this thread's parser.
Status read_root(std::string_view text, std::optional<Kind> wanted, Visit<Element&, Scan&> read) {
  thread_local simdjson::ondemand::parser parser;
  Scan scan;
  const auto consume = [&] {
    simdjson::ondemand::document document;
    if (const auto code =
            parser.iterate(text.data(), text.size(), text.size() + limits::kJsonPaddingBytes).get(document))
      return malformed(code, scan.problem);
    json_type type{};
    if (const auto code = document.type().get(type)) return malformed(code, scan.problem);
    if (wanted && kind(type) != *wanted) return scan.problem.expected(name_of(*wanted), kind(type));
    Element root;
    if (const auto code = document.get_value().get(root.value)) return malformed(code, scan.problem);
    if (!read(root, scan)) return false;
    // Out of bounds is how the parser says that it stands behind the last character.
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ||
           scan.problem.say("there is something behind the end of the JSON document");
  };
  return consume() ? Status{} : failure(scan.problem.error());
}

}  // namespace

Status read_document(std::string_view text, Visit<Element&, Scan&> read) {
  return read_root(text, std::nullopt, read);
}

Status read_object(std::string_view text, Visit<Element&, Scan&> read) {
  return read_root(text, Kind::kObject, read);
}

}  // namespace jeton::base::json
