#include "api/message_queue/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
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

// A store that refuses is the original's 500 (6.2); the others are as HTTP has them.
int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kMethodNotAllowed:
      return 405;
    case ErrorCode::kNotAcceptable:
      return 406;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kUnsupportedMediaType:
      return 415;
    case ErrorCode::kTooManyRequests:
      return 429;
    case ErrorCode::kTimeout:
    case ErrorCode::kUnavailable:
    case ErrorCode::kExternal:
    case ErrorCode::kExternalLocked:
    case ErrorCode::kExternalFault:
    case ErrorCode::kInternal:
      break;
  }
  return 500;
}

// 6.3
void append_problem(std::string& body, std::string_view detail, const http::Origin& origin, int status) {
  body += R"({"detail":)";
  base::json::append_text(body, detail);
  body += R"(,"instance":)";
  base::json::append_text(body, origin.error_origin.value_or(""));
  body += fmt::format(R"(,"status":{},"title":"{}"}})", status, net::http::reason_phrase(status));
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

http::Dialect::Verdict Dialect::admit(Call& call, Patience patience) const {
  const Request& request = call.request();
  if (has_encoded_slash(request.path)) {
    call.reject(base::invalid("a path may not have an encoded slash; name such a sub-queue by a query parameter"));
    return Verdict::kAnswered;
  }
  if (parts_.guard != nullptr && is_restricting(call)) return admit_to_restrict(call, patience);
  queues::Credential credential;
  if (const std::string_view shown = request.field("Authorization"); shown.starts_with(kBearer)) {
    auto verified = parts_.tokens.verify(shown.substr(kBearer.size()), call.now());
    if (call.failed(verified)) return Verdict::kAnswered;
    credential = *std::move(verified);
  }
  if (!is_exempt(request) && !parts_.access.admits(credential)) {
    call.fail(queues::unauthenticated());
    return Verdict::kAnswered;
  }
  if (credential)
    call.set_caller({.name = std::move(credential->sub_queue),
                     .scope = std::string(queues::scope_text(credential->scope)),
                     .ends = credential->ends});
  return Verdict::kAdmitted;
}

// Elsewhere than on loopback, who restricts a sub-queue says who it is and is judged by the policies.
http::Dialect::Verdict Dialect::admit_to_restrict(Call& call, Patience patience) const {
  const identity::Admission& guard = *parts_.guard;
  identity::Admission::Wish wish{.credentials = identity::credentials_of_header(call.request().field("Authorization")),
                                 .management = true,
                                 .service = kService,
                                 .operation = kRestrictOperation};
  wish.credentials.certificates = call.request().certificates;
  auto outcome = patience == Patience::kNow ? guard.decide_now(wish) : std::optional(guard.decide(wish));
  if (!outcome) return Verdict::kMustAsk;
  if (outcome->refusal) {
    call.fail(outcome->refusal->error);
    return Verdict::kAnswered;
  }
  outcome->caller.scope = kGuardedScope;
  call.set_caller(std::move(outcome->caller));
  return Verdict::kAdmitted;
}

http::Dialect::Form Dialect::word(std::string& body, const http::Failure& failure) const {
  const int status = status_of(failure.error.code);
  if (!failure.malformed) {
    body += R"({"correlationId":)";
    base::json::append_text(body, failure.origin.echo);
    body += R"(,"message":)";
    base::json::append_text(body, failure.error.message);
    body += '}';
    return {.status = status, .content_type = http::kJsonType};
  }
  append_problem(body, failure.error.message, failure.origin, status);
  return {.status = status, .content_type = kProblemType};
}

std::string_view Dialect::word_refusal(std::string& body, const net::http::Refusal& refusal,
                                       const http::Origin& origin) const {
  append_problem(body, refusal.message, origin, refusal.status);
  return kProblemType;
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
  return queues::Claim{caller.name, *scope, caller.ends};
}

std::string actor_of(const Call& call) {
  const identity::Caller& caller = call.caller();
  if (caller.name.empty()) return "anonymous";
  return caller.scope == kGuardedScope ? caller.name : fmt::format("token of {}", caller.name);
}

}  // namespace jeton::api::message_queue
