#include "api/mqtt/envelope.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::api::mqtt {
namespace {

namespace json = base::json;
using json::Element;
using json::Kind;
using json::Scan;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kJsonBlanks = " \t\r\n";
constexpr int kQosMax = 2;

// The object at the beginning of the text, up to the brace that closes it; empty when there is none. What stands behind
// it is nobody's affair. Whether it is well-formed is for the parser to say.
std::string_view leading_object(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text.remove_prefix(std::min(text.find_first_not_of(kJsonBlanks), text.size()));
  if (!text.starts_with('{')) return {};
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return text.substr(0, i + 1);
    }
  }
  return {};
}

// Null and absent are the same, also where an earlier member of that name had a value.
bool read_text_or_null(Element& element, std::optional<std::string>& out, Scan& scan) {
  out.reset();
  return json::read_element(element, out, scan);
}

bool read_text_or_null(Element& element, std::string& out, Scan& scan) {
  out.clear();
  return json::read_element(element, out, scan);
}

bool take_qos(std::int64_t number, int& out, Scan& scan) {
  if (number < 0 || number > kQosMax) return scan.problem.say("expected 0, 1 or 2");
  out = static_cast<int>(number);
  return true;
}

bool read_qos_text(std::string_view text, int& out, Scan& scan) {
  text = base::trim(text);
  if (text.empty()) {
    out = 0;
    return true;
  }
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data() + (text.front() == '+' ? 1 : 0), end, number);
  if (code != std::errc{} || stop != end) return scan.problem.say("expected 0, 1 or 2, found " + base::shown(text));
  return take_qos(number, out, scan);
}

// A number loses its fraction.
bool read_qos_number(std::string_view token, int& out, Scan& scan) {
  double number = 0;
  const auto [stop, code] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (code != std::errc{} || std::abs(number) > std::numeric_limits<std::int32_t>::max())
    return scan.problem.say("expected 0, 1 or 2");
  return take_qos(static_cast<std::int64_t>(std::trunc(number)), out, scan);
}

bool read_qos(Element& element, int& out, Scan& scan) {
  const auto kind = json::kind_of(element, scan);
  if (!kind) return false;
  out = 0;
  if (*kind == Kind::kNull) return json::skip(element, scan);
  if (*kind != Kind::kNumber && *kind != Kind::kText) return scan.problem.expected("0, 1 or 2", *kind);
  std::string_view text;
  if (!json::read_text(element, text, scan)) return false;
  return *kind == Kind::kText ? read_qos_text(text, out, scan) : read_qos_number(text, out, scan);
}

bool read_params(Element& element, std::optional<std::string>& unbound, Scan& scan) {
  const auto kind = json::kind_of(element, scan);
  if (!kind) return false;
  unbound.reset();
  if (*kind == Kind::kNull) return json::skip(element, scan);
  return json::each_member(element, scan, [&](std::string_view name, Element& child) {
    std::optional<std::string> other;  // must be a text all the same
    return read_text_or_null(child, name == "unbound" ? unbound : other, scan);
  });
}

bool read_payload(Element& element, std::optional<json::Raw>& out, Scan& scan) {
  if (!json::read_element(element, out.emplace(), scan)) return false;
  if (out->text == "null") out.reset();
  return true;
}

bool read_member(std::string_view name, Element& child, Envelope& out, Scan& scan) {
  if (name == "traceId") return read_text_or_null(child, out.trace_id, scan);
  if (name == "authentication") return read_text_or_null(child, out.authentication, scan);
  if (name == "responseTopic") return read_text_or_null(child, out.response_topic, scan);
  if (name == "qosRequirement") return read_qos(child, out.qos, scan);
  if (name == "params") return read_params(child, out.unbound, scan);
  if (name == "payload") return read_payload(child, out.payload, scan);
  return json::skip(child, scan);
}

void append_head(std::string& out, const Reply& reply) {
  out += "{\"status\":";
  json::append_integer(out, reply.status);
  if (reply.trace_id) {
    out += ",\"traceId\":";
    json::append_text(out, *reply.trace_id);
  }
  if (!reply.receiver.empty()) {
    out += ",\"receiver\":";
    json::append_text(out, reply.receiver);
  }
  out += ",\"payload\":";
}

}  // namespace

base::Result<Envelope> read_envelope(std::string_view message) {
  const std::string_view object = leading_object(message);
  if (object.empty()) return base::failure(base::invalid("the message is no JSON object"));
  Envelope envelope;
  const auto status = json::read_document(object, [&](Element& root, Scan& scan) {
    return json::each_member(
        root, scan, [&](std::string_view name, Element& child) { return read_member(name, child, envelope, scan); });
  });
  if (!status) return base::failure(status.error());
  return envelope;
}

void append_reply(std::string& out, const Reply& reply, std::string_view json_payload) {
  append_head(out, reply);
  out += json_payload.empty() ? std::string_view("\"\"") : json_payload;
  out += '}';
}

void append_text_reply(std::string& out, const Reply& reply, std::string_view text_payload) {
  append_head(out, reply);
  json::append_text(out, text_payload);
  out += '}';
}

}  // namespace jeton::api::mqtt
