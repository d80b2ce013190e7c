#include "api/mqtt/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/json/types.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::mqtt {
namespace {

using base::json::Value;

constexpr std::string_view kPayload = "payload";

base::Error unusable(std::string_view expected, std::string_view found) {
  return base::invalid(fmt::format("payload: expected {}, found {}", expected, found), std::string(kPayload));
}

std::string_view shape_of(const base::json::Raw& payload) {
  switch (payload.text.front()) {
    case '{':
      return "an object";
    case '[':
      return "an array";
    case '"':
      return "a text";
    case 't':
    case 'f':
      return "a boolean";
    default:
      return "a number";
  }
}

// As the systems we replace write a number with a fraction: the shortest text that is the same number, a fraction
// always.
std::string text_of(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

// Scalars count as their texts; nullopt for what has none.
std::optional<std::string> text_of(const Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* number = value.as<std::int64_t>()) return fmt::to_string(*number);
  if (const auto* number = value.as<base::json::BigInteger>()) return number->digits;
  if (const auto* number = value.as<double>()) return text_of(*number);
  if (const auto* flag = value.as<bool>()) return *flag ? "true" : "false";
  return std::nullopt;
}

base::Result<Inputs> read_text_input(const base::json::Raw& payload) {
  const auto value = base::json::parse(payload.text);
  if (!value) return base::failure(value.error());
  auto text = text_of(*value);
  if (!text) return base::failure(unusable("a text", shape_of(payload)));
  return Inputs{.body = {}, .text = *std::move(text), .list = {}};
}

base::Result<Inputs> read_list_input(const base::json::Raw& payload) {
  const auto value = base::json::parse(payload.text);
  if (!value) return base::failure(value.error());
  const auto* array = value->as<base::json::Array>();
  if (array == nullptr) return base::failure(unusable("an array of texts", shape_of(payload)));
  std::vector<std::string> list;
  list.reserve(array->size());
  for (const Value& item : *array) {
    auto text = item.is_null() ? std::string{} : text_of(item);
    if (!text) {
      return base::failure(base::invalid(
          fmt::format("payload[{}]: expected a text, found {}", list.size(),
                      item.as<base::json::Array>() == nullptr ? "an object" : "an array"),
          std::string(kPayload)));
    }
    list.push_back(*std::move(text));
  }
  return Inputs{.body = {}, .text = {}, .list = std::move(list)};
}

base::Result<Inputs> read_object_input(const base::json::Raw& payload) {
  if (!payload.text.starts_with('{')) return base::failure(unusable("an object", shape_of(payload)));
  Inputs inputs;
  inputs.body.reserve(payload.text.size() + base::limits::kJsonPaddingBytes);
  inputs.body = payload.text;
  return inputs;
}

base::Result<Inputs> without_payload(const http::Route& route, InputKind kind) {
  if (kind != InputKind::kObject || route.body_optional) return Inputs{};
  return base::failure(base::invalid("payload is missing; an object is required", std::string(kPayload)));
}

}  // namespace

InputKind input_kind(const http::Route& route) {
  if (!route.request_type.empty()) return InputKind::kObject;
  if (!route.parameters.empty()) return InputKind::kText;
  return std::ranges::any_of(route.query, &http::QueryParameter::list) ? InputKind::kList : InputKind::kNone;
}

base::Result<Inputs> read_inputs(const http::Route& route, const Envelope& envelope, std::size_t payload_bytes_max) {
  const InputKind kind = input_kind(route);
  if (kind == InputKind::kNone) return Inputs{};
  if (!envelope.payload) return without_payload(route, kind);
  const base::json::Raw& payload = *envelope.payload;
  if (payload.text.size() > payload_bytes_max) {
    return base::failure(base::invalid(fmt::format("payload has {} bytes; http.limits.body allows {}",
                                                   payload.text.size(), payload_bytes_max),
                                       std::string(kPayload)));
  }
  if (kind == InputKind::kObject) return read_object_input(payload);
  return kind == InputKind::kText ? read_text_input(payload) : read_list_input(payload);
}

bool is_unbound(const Envelope& envelope) {
  return envelope.unbound && base::equals_ignoring_case(*envelope.unbound, "true");
}

}  // namespace jeton::api::mqtt
