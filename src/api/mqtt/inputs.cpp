#include "api/mqtt/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/json/types.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::mqtt {
namespace {

using base::json::Value;

constexpr std::string_view kPayload = "payload";
constexpr std::string_view kUnbound = "unbound";

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

base::Result<std::string> read_text_input(const base::json::Raw& payload) {
  const auto value = base::json::parse(payload.text);
  if (!value) return base::failure(value.error());
  auto text = text_of(*value);
  if (!text) return base::failure(unusable("a text", shape_of(payload)));
  return *std::move(text);
}

base::Result<std::vector<std::string>> read_list_input(const base::json::Raw& payload) {
  const auto value = base::json::parse(payload.text);
  if (!value) return base::failure(value.error());
  const auto* array = value->as<base::json::Array>();
  if (array == nullptr) return base::failure(unusable("an array of texts", shape_of(payload)));
  std::vector<std::string> list;
  list.reserve(array->size());
  for (const Value& item : *array) {
    auto text = item.is_null() ? std::string{} : text_of(item);
    if (!text) {
      const bool nested = item.as<base::json::Array>() != nullptr;
      return base::failure(base::invalid(
          fmt::format("payload[{}]: expected a text, found {}", list.size(), nested ? "an array" : "an object"),
          std::string(kPayload)));
    }
    list.push_back(*std::move(text));
  }
  return list;
}

std::string padded(const base::json::Raw& payload) {
  std::string body;
  body.reserve(payload.text.size() + base::limits::kJsonPaddingBytes);
  body = payload.text;
  return body;
}

base::Result<std::string> read_object_input(const base::json::Raw& payload) {
  if (!payload.text.starts_with('{')) return base::failure(unusable("an object", shape_of(payload)));
  return padded(payload);
}

// `unbound` is on for true in any letter case, else off, never an error (12, 14.4.1).
void add_unbound(const http::Route& route, const Envelope& envelope, http::Inputs& inputs) {
  if (!envelope.unbound || !base::equals_ignoring_case(*envelope.unbound, "true")) return;
  if (std::ranges::find(route.query, kUnbound, &http::QueryParameter::name) != route.query.end())
    inputs.query.push_back({std::string(kUnbound), {"true"}});
}

base::Status add_payload(const http::Route& route, InputKind kind, const base::json::Raw& payload, Given& given) {
  if (kind == InputKind::kObject) {
    auto body = read_object_input(payload);
    if (!body) return base::failure(body.error());
    given.body = *std::move(body);
  } else if (kind == InputKind::kAny) {
    given.body = padded(payload);
  } else if (kind == InputKind::kText) {
    auto text = read_text_input(payload);
    if (!text) return base::failure(text.error());
    given.inputs.parameter = *std::move(text);
  } else {
    auto list = read_list_input(payload);
    if (!list) return base::failure(list.error());
    const auto parameter = std::ranges::find_if(route.query, &http::QueryParameter::list);
    given.inputs.query.push_back({parameter->name, *std::move(list)});
  }
  return {};
}

}  // namespace

InputKind input_kind(const http::Route& route) {
  if (!route.request_type.empty()) return route.judges_shape ? InputKind::kAny : InputKind::kObject;
  if (!route.parameters.empty()) return InputKind::kText;
  return std::ranges::any_of(route.query, &http::QueryParameter::list) ? InputKind::kList : InputKind::kNone;
}

base::Result<Given> read_inputs(const http::Route& route, const Envelope& envelope, std::size_t payload_bytes_max) {
  Given given;
  add_unbound(route, envelope, given.inputs);
  const InputKind kind = input_kind(route);
  if (kind == InputKind::kNone) return given;
  if (!envelope.payload) {
    if (kind != InputKind::kObject || route.body_optional) return given;
    return base::failure(base::invalid("payload is missing; an object is required", std::string(kPayload)));
  }
  const base::json::Raw& payload = *envelope.payload;
  if (payload.text.size() > payload_bytes_max) {
    return base::failure(base::invalid(
        fmt::format("payload has {} bytes; http.limits.body allows {}", payload.text.size(), payload_bytes_max),
        std::string(kPayload)));
  }
  if (const auto status = add_payload(route, kind, payload, given); !status) return base::failure(status.error());
  return given;
}

}  // namespace jeton::api::mqtt
