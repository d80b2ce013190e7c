#include "api/leases/dialect.hpp"

#include <algorithm>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/leases/answers.hpp"
#include "api/leases/cbor.hpp"
#include "base/strings.hpp"

namespace jeton::api::leases {
namespace {

using base::ErrorCode;
using http::Access;
using http::middleware::media_type;
using net::http::Request;

constexpr std::string_view kAnonymousScope = "anonymous";

// By its name alone: `*/*` does not ask for it.
bool accepts_by_name(const Request& request, std::string_view type) {
  return std::ranges::any_of(request.fields, [&](const net::http::Field& field) {
    return base::equals_ignoring_case(field.name, "Accept") &&
           std::ranges::any_of(base::split(field.value, ','), [&](std::string_view range) {
             return base::equals_ignoring_case(media_type(range), type);
           });
  });
}

bool wants_cbor(const Request& request) {
  if (accepts_by_name(request, kCborType)) return true;
  return base::equals_ignoring_case(media_type(request.field("Content-Type")), kCborType) &&
         !accepts_by_name(request, http::kJsonType);
}

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
    case ErrorCode::kExternalFault:
      return 502;
    case ErrorCode::kExternal:
    case ErrorCode::kExternalLocked:
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kTimeout:
      return 504;
    case ErrorCode::kInternal:
      break;
  }
  return 500;
}

// What was refused below the routes has a status; the word is that of the code it stands for.
ErrorCode code_of(int status) {
  if (status == 503) return ErrorCode::kUnavailable;
  if (status == 408) return ErrorCode::kTimeout;
  return status < 500 ? ErrorCode::kInvalid : ErrorCode::kInternal;
}

std::string_view append_error(std::string& body, const base::Error& error, const http::Origin& origin) {
  if (origin.answer_type == kCborType) {
    cbor::append_text(body, error.message);
    return kCborType;
  }
  append_failure_answer(body, error);
  return http::kJsonType;
}

bool presents_nothing(const identity::Credentials& credentials) {
  return credentials.form == identity::Credentials::Form::kNone && credentials.certificates.empty();
}

}  // namespace

void Dialect::receive(const Request& request, http::Origin& origin) const {
  if (wants_cbor(request)) origin.answer_type = kCborType;
}

std::optional<identity::Caller> Dialect::nobody() const {
  if (parts_.anonymous_owner.empty()) return std::nullopt;
  return identity::Caller{.name = parts_.anonymous_owner, .scope = std::string(kAnonymousScope)};
}

http::Dialect::Verdict Dialect::admit(http::Call& call, Patience patience) const {
  const http::Route* route = call.origin().route;
  const Request& request = call.request();
  identity::Admission::Wish wish{.credentials = identity::credentials_of_header(request.field("Authorization")),
                                 .management = route != nullptr && route->access == Access::kManagement,
                                 .service = kService,
                                 .operation = route != nullptr ? route->operation : std::string_view{}};
  wish.credentials.certificates = request.certificates;
  auto unnamed = presents_nothing(wish.credentials) && !wish.management ? nobody() : std::nullopt;
  auto outcome = unnamed ? std::optional(identity::Admission::Outcome{*std::move(unnamed), std::nullopt})
                 : patience == Patience::kNow ? parts_.admission.decide_now(wish)
                                              : std::optional(parts_.admission.decide(wish));
  if (!outcome) return Verdict::kMustAsk;
  call.set_caller(std::move(outcome->caller));
  const std::string& name = call.caller().name;
  if (parts_.limit_rate.is_on() && !name.empty() && call.failed(parts_.limit_rate(name, call.tick())))
    return Verdict::kAnswered;
  if (!outcome->refusal) return Verdict::kAdmitted;
  call.fail(outcome->refusal->error);
  return Verdict::kAnswered;
}

http::Dialect::Form Dialect::word(std::string& body, const http::Failure& failure) const {
  return {.status = status_of(failure.error.code), .content_type = append_error(body, failure.error, failure.origin)};
}

std::string_view Dialect::word_refusal(std::string& body, const net::http::Refusal& refusal,
                                       const http::Origin& origin) const {
  return append_error(body, {code_of(refusal.status), std::string(refusal.message), {}}, origin);
}

http::Dialect::Description Dialect::description() const {
  return {.error_name = "LeaseError",
          .error_content = R"({"application/json":{"schema":{"type":"object","properties":{)"
                           R"("result":{"const":"failure"},"code":{"type":"string","enum":["invalid","not_found",)"
                           R"("forbidden","quota","provider_unavailable","provider_rejected","timeout","storage",)"
                           R"("internal"]},"message":{"type":"string"}}}}})",
          .security_name = "leaseOwner",
          .security_scheme = R"({"type":"http","scheme":"bearer",)"
                             R"("description":"As for `caller`; nothing, where `leases.anonymous-owner` is set"})"};
}

bool is_anonymous(const identity::Caller& caller) {
  return caller.scope == kAnonymousScope;
}

}  // namespace jeton::api::leases
