#include "api/http/pipeline.hpp"

#include <fmt/format.h>

#include "api/arrowhead/error_message.hpp"
#include "api/http/call.hpp"
#include "api/http/middleware/deadline.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/http/middleware/request_id.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

using base::ErrorCode;
using net::http::Method;

std::string allow_text(const std::vector<Method>& methods) {
  std::string out;
  for (const Method method : methods) {
    if (!out.empty()) out += ", ";
    out += to_string(method);
  }
  return out;
}

}  // namespace

Pipeline::Pipeline(const Parts& parts) : parts_(parts) {
  while (metrics_.size() <= parts_.router.routes().size()) metrics_.emplace_back();
}

void Pipeline::handle(const net::http::Request& request, net::http::Exchange& exchange) {
  static const identity::Caller kNobody;
  const Router::Match match = parts_.router.find(request.method, request.path);
  Origin origin = origin_of(request, match.route);
  if (match.route != nullptr && match.route->access == Access::kAnonymous) {
    Call call(request, exchange, kNobody, std::move(origin), parts_.clock);
    match.route->handler(call);
    return;
  }

  auto caller = parts_.authenticate(request);
  if (caller) origin.caller = caller->name;
  Call call(request, exchange, caller ? *caller : kNobody, std::move(origin), parts_.clock);
  if (!caller) {
    call.set_error_origin({});
    return call.fail(caller.error());
  }
  if (const auto allowed = parts_.limit_rate(caller->name, request.received); !allowed)
    return call.fail(allowed.error());
  if (middleware::Manage::guards(request, match.route)) {
    if (const auto admitted = parts_.manage(*caller, match.route); !admitted) {
      call.set_error_origin(middleware::Manage::origin(request));
      return call.fail(admitted.error());
    }
  }
  if (match.route == nullptr) {
    if (match.allowed.empty())
      return call.fail(base::not_found("there is nothing at this path; /docs lists what there is"));
    return answer_options(call, match);
  }
  if (const auto acceptable = middleware::negotiate(request, *match.route); !acceptable) {
    const bool no_json = acceptable.error().code == ErrorCode::kUnsupportedMediaType;
    return no_json ? call.unsupported(acceptable.error()) : call.fail(acceptable.error());
  }
  if (const auto taken = call.take_parameter(match.raw_parameter); !taken) return call.fail(taken.error());
  match.route->handler(call);
}

void Pipeline::answer_options(Call& call, const Router::Match& match) const {
  const std::string allowed = allow_text(match.allowed);
  call.request().method == Method::kOptions ? call.options(allowed) : call.wrong_method(allowed);
}

void Pipeline::refuse(const net::http::Refusal& refusal, net::http::Exchange& exchange) {
  const std::string id = middleware::request_id({});
  std::string& body = answer_buffer();
  arrowhead::append_refusal(body, refusal.status, refusal.message);
  const std::array<net::http::Field, 1> fields = {{{"X-Request-Id", id}}};
  metrics_of(nullptr).observe(refusal.status, base::Duration{0});
  exchange.respond(
      {.status = refusal.status, .content_type = "application/json", .body = body, .fields = fields, .close = true});
}

Origin Pipeline::origin_of(const net::http::Request& request, const Route* route) {
  return {.route = route,
          .metrics = &metrics_of(route),
          .request_id = middleware::request_id(request.field("X-Request-Id")),
          .caller = {},
          .text = {},
          .received = request.received,
          .deadline = middleware::deadline(request.received, parts_.request_time_max)};
}

void Pipeline::each_route(const std::function<void(const Route*, const RouteMetrics::Figures&)>& visit) const {
  for (const Route& route : parts_.router.routes()) visit(&route, metrics_[route.index].figures());
  visit(nullptr, metrics_.back().figures());
}

}  // namespace jeton::api::http
