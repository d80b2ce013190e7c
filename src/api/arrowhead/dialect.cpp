#include "api/arrowhead/dialect.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "api/arrowhead/error_message.hpp"
#include "api/http/call.hpp"
#include "base/strings.hpp"

namespace jeton::api::arrowhead {
namespace {

using http::Access;
using http::Route;

// The filter goes by the URL where there is no route to ask (9.6).
bool guarded(const net::http::Request& request, const Route* route) {
  if (route != nullptr) return route->access == Access::kManagement;
  return request.path.starts_with("/consumerauthorization/") && request.path.find("/mgmt/") != std::string_view::npos;
}

// The origin of the filter's refusals is the full URL.
std::string url_of(const net::http::Request& request) {
  const std::string_view host = request.field("Host");
  // The header is the client's word: only what can stand in an error as it is goes in.
  const bool sane = base::is_utf8(host) && host.size() <= 255;
  const std::string path = base::is_utf8(request.path) ? std::string(request.path) : std::string{};
  return fmt::format("{}://{}{}", request.secure ? "https" : "http", sane ? host : std::string_view{}, path);
}

std::string default_origin(const Route* route) {
  return route == nullptr ? std::string{} : fmt::format("{} {}", to_string(route->method), route->path);
}

}  // namespace

http::Dialect::Verdict Dialect::admit(http::Call& call, Patience patience) const {
  const Route* route = call.origin().route;
  if (route != nullptr && route->access == Access::kAnonymous) return Verdict::kAdmitted;
  const net::http::Request& request = call.request();
  identity::Admission::Wish wish{.credentials = identity::credentials_of_header(request.field("Authorization")),
                                 .management = guarded(request, route),
                                 .service = route != nullptr ? route->service : std::string_view{},
                                 .operation = route != nullptr ? route->operation : std::string_view{}};
  wish.credentials.certificates = request.certificates;
  auto outcome = patience == Patience::kNow ? admission_.decide_now(wish) : std::optional(admission_.decide(wish));
  if (!outcome) return Verdict::kMustAsk;
  call.set_caller(std::move(outcome->caller));
  const std::string& name = call.caller().name;
  // Counted now: a request whose admission asked another server came long before those that were counted meanwhile.
  if (limit_rate_.is_on() && !name.empty() && call.failed(limit_rate_(name, call.tick()))) return Verdict::kAnswered;
  if (!outcome->refusal) return Verdict::kAdmitted;
  // Who is not known learns no origin, who may not manage the full URL (4.3).
  using identity::Admission::Stage::kManagement;
  call.set_error_origin(outcome->refusal->stage == kManagement ? url_of(request) : std::string{});
  call.fail(outcome->refusal->error);
  return Verdict::kAnswered;
}

http::Dialect::Form Dialect::word(std::string& body, const http::Failure& failure) const {
  const http::Origin& origin = failure.origin;
  append_error_message(body, failure.error, origin.error_origin ? *origin.error_origin : default_origin(origin.route));
  return {.status = error_kind(failure.error.code).status, .content_type = http::kJsonType};
}

std::string_view Dialect::word_refusal(std::string& body, const net::http::Refusal& refusal,
                                       const http::Origin& /*origin*/) const {
  append_refusal(body, refusal.status, refusal.message);
  return http::kJsonType;
}

http::Dialect::Description Dialect::description() const {
  return {.error_name = "Error",
          .error_content = R"({"application/json":{"schema":)"
                           R"({"type":"object","properties":{"errorMessage":{"type":"string"},)"
                           R"("errorCode":{"type":"integer"},)"
                           R"("exceptionType":{"type":"string"},"origin":{"type":"string"}}}}})",
          .security_name = "caller",
          .security_scheme = R"({"type":"http","scheme":"bearer",)"
                             R"("description":"SYSTEM//<system name> under the identity policy `declared`; )"
                             R"(IDENTITY-TOKEN//<token> under `outsourced`; nothing under `certificate`"})"};
}

}  // namespace jeton::api::arrowhead
