#include "api/message_queue/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/middleware/request_id.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "crypto/random.hpp"

namespace jeton::api::message_queue {
namespace {

using base::ErrorCode;
using http::Call;
using http::Route;
using net::http::Method;
using net::http::Request;

constexpr std::string_view kProblemType = "application/problem+json";
constexpr std::string_view kBearer = "Bearer ";  // letter case and the one blank matter (5.4)

/// RFC 9562 5.4, as the correlation ids of the original.
std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  crypto::fill_random(bytes);
  bytes[6] = (bytes[6] & 0x0fU) | 0x40U;
  bytes[8] = (bytes[8] & 0x3fU) | 0x80U;
  std::string out = base::hex_encode(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
  return out;
}

// The paths that mode RESTRICTED leaves open (5.5): the method is the same and the path begins so.
bool is_exempt(const Request& request) {
  static constexpr std::array<std::string_view, 7> kGet = {
      "/queue/healthcheck", "/queue/keys", "/queue/owners", "/auth", "/settings", "/swagger-ui", "/api-docs"};
  if (request.method == Method::kPost) return request.path.starts_with("/auth");
  return request.method == Method::kGet &&
         std::ranges::any_of(kGet, [&](std::string_view prefix) { return request.path.starts_with(prefix); });
}

// Refused before anything else (1, path variables).
bool has_encoded_slash(std::string_view path) {
  return path.find("%2F") != std::string_view::npos || path.find("%2f") != std::string_view::npos;
}

// By the route, for the path may be spelled in other ways.
bool is_restricting(const Call& call) {
  const Route* route = call.origin().route;
  return route != nullptr && route->operation == kRestrictOperation;
}

struct Status {
  int number;
  std::string_view title;
};

// A store that refuses is the original's 500 (6.2); the others are as HTTP has them.
Status status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return {400, "Bad Request"};
    case ErrorCode::kUnauthenticated:
      return {401, "Unauthorized"};
    case ErrorCode::kForbidden:
      return {403, "Forbidden"};
    case ErrorCode::kNotFound:
      return {404, "Not Found"};
    case ErrorCode::kMethodNotAllowed:
      return {405, "Method Not Allowed"};
    case ErrorCode::kNotAcceptable:
      return {406, "Not Acceptable"};
    case ErrorCode::kConflict:
      return {409, "Conflict"};
    case ErrorCode::kTooLarge:
      return {413, "Content Too Large"};
    case ErrorCode::kUnsupportedMediaType:
      return {415, "Unsupported Media Type"};
    case ErrorCode::kTooManyRequests:
      return {429, "Too Many Requests"};
    case ErrorCode::kTimeout:
    case ErrorCode::kUnavailable:
    case ErrorCode::kExternal:
    case ErrorCode::kInternal:
      break;
  }
  return {500, "Internal Server Error"};
}

}  // namespace

void Dialect::receive(const Request& request, http::Origin& origin) const {
  const auto sent = std::ranges::find_if(request.fields, [this](const net::http::Field& field) {
    return base::equals_ignoring_case(field.name, echo_field());
  });
  // Used as it is, even empty (6.1), unless it could not stand in a JSON text.
  const bool fits = sent != request.fields.end() && base::is_utf8(sent->value);
  origin.echo = fits ? std::string(sent->value) : random_uuid();
  // Log lines name the request by it, unless the client named the request otherwise.
  if (request.field("X-Request-Id").empty()) origin.request_id = http::middleware::request_id(origin.echo);
  origin.error_origin = base::is_utf8(request.path) ? std::string(request.path) : std::string{};
}

bool Dialect::admit(Call& call) const {
  const Request& request = call.request();
  if (has_encoded_slash(request.path)) {
    call.reject(base::invalid("a path may not have an encoded slash; name such a sub-queue by a query parameter"));
    return false;
  }
  if (parts_.guard != nullptr && is_restricting(call)) return admit_to_restrict(call);
  queues::Credential credential;
  if (const std::string_view shown = request.field("Authorization"); shown.starts_with(kBearer)) {
    auto verified = parts_.tokens.verify(shown.substr(kBearer.size()), call.now());
    if (call.failed(verified)) return false;
    credential = *std::move(verified);
  }
  if (!is_exempt(request) && !parts_.access.admits(credential)) {
    call.fail(queues::unauthenticated());
    return false;
  }
  if (credential)
    call.set_caller(
        {.name = std::move(credential->sub_queue), .scope = std::string(queues::scope_text(credential->scope))});
  return true;
}

// Elsewhere than on loopback, who restricts a sub-queue says who it is and is judged by the policies.
bool Dialect::admit_to_restrict(Call& call) const {
  identity::Credentials credentials = identity::credentials_of_header(call.request().field("Authorization"));
  credentials.certificates = call.request().certificates;
  auto caller = parts_.guard->authenticator.authenticate(credentials);
  if (call.failed(caller)) return false;
  if (call.failed(parts_.guard->management.admit(*caller, kService, kRestrictOperation))) return false;
  caller->scope = kGuardedScope;
  call.set_caller(*std::move(caller));
  return true;
}

http::Dialect::Form Dialect::word(std::string& body, const http::Failure& failure) const {
  const auto [status, title] = status_of(failure.error.code);
  if (!failure.malformed) {
    body += R"({"correlationId":)";
    base::json::append_text(body, failure.origin.echo);
    body += R"(,"message":)";
    base::json::append_text(body, failure.error.message);
    body += '}';
    return {.status = status, .content_type = http::kJsonType};
  }
  body += R"({"detail":)";
  base::json::append_text(body, failure.error.message);
  body += R"(,"instance":)";
  base::json::append_text(body, failure.origin.error_origin.value_or(""));
  body += fmt::format(R"(,"status":{},"title":"{}"}})", status, title);
  return {.status = status, .content_type = kProblemType};
}

base::Error Dialect::unknown_path(const Request& request) const {
  return base::not_found(fmt::format("there is nothing at {}; /docs lists what there is",
                                     request.path.starts_with('/') ? request.path.substr(1) : request.path));
}

base::Error Dialect::wrong_method(const Request& request, std::string_view allowed) const {
  return {ErrorCode::kMethodNotAllowed,
          fmt::format("'{}' is not possible here; allowed: {}", request.method_text, allowed),
          {}};
}

base::Error Dialect::unsupported_body(const Request& request, const Route& route) const {
  return {
      ErrorCode::kUnsupportedMediaType,
      fmt::format("a body of type '{}' is not understood; send {}", request.field("Content-Type"), route.request_type),
      {}};
}

base::Error Dialect::unacceptable_answer(const Request&, const Route& route) const {
  return {ErrorCode::kNotAcceptable, fmt::format("the answer is {}, which Accept excludes", route.answer_type), {}};
}

http::Dialect::Description Dialect::description() const {
  return {.error_name = "QueueError",
          .error_content = R"({"application/json":{"schema":{"type":"object","properties":{)"
                           R"("correlationId":{"type":"string"},"message":{"type":"string"}}}},)"
                           R"("application/problem+json":{"schema":{"type":"object","properties":{)"
                           R"("detail":{"type":"string"},"instance":{"type":"string"},)"
                           R"("status":{"type":"integer"},"title":{"type":"string"}}}}})",
          .security_name = "subQueueToken",
          .security_scheme = R"({"type":"http","scheme":"bearer","bearerFormat":"JWT",)"
                             R"("description":"The token that restricting the sub-queue gave"})"};
}

queues::Credential credential_of(const Call& call) {
  const identity::Caller& caller = call.caller();
  if (caller.name.empty() || caller.scope == kGuardedScope) return std::nullopt;
  const auto scope = queues::scope_from(caller.scope);
  if (!scope) return std::nullopt;
  return queues::Claim{caller.name, *scope};
}

std::string actor_of(const Call& call) {
  const identity::Caller& caller = call.caller();
  if (caller.name.empty()) return "anonymous";
  return caller.scope == kGuardedScope ? caller.name : fmt::format("token of {}", caller.name);
}

}  // namespace jeton::api::message_queue
