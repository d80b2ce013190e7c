#include "api/http/pipeline.hpp"

#include <array>

#include "api/http/middleware/deadline.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/http/middleware/request_id.hpp"

namespace jeton::api::http {
namespace {

using net::http::Field;
using net::http::Method;

std::string allow_text(const std::vector<Method>& methods) {
  std::string out;
  for (const Method method : methods) {
    if (!out.empty()) out += ", ";
    out += to_string(method);
  }
  return out;
}

void answer_unmatched(Call& call, const Dialect& dialect, const Router::Match& match) {
  if (match.allowed.empty()) return call.reject(dialect.unknown_path(call.request()));
  const std::string allowed = allow_text(match.allowed);
  const std::array<Field, 1> fields = {{{"Allow", allowed}}};
  if (call.request().method == Method::kOptions) return call.answer({.status = 200, .fields = fields});
  call.reject(dialect.wrong_method(call.request(), allowed), fields);
}

// False: the call has been answered.
bool negotiated(Call& call, const Dialect& dialect, const Route& route) {
  const net::http::Request& request = call.request();
  if (!middleware::body_fits(request, route)) {
    const std::array<Field, 1> fields = {{{"Accept", route.request_type}}};
    call.reject(dialect.unsupported_body(request, route), fields);
    return false;
  }
  if (!middleware::answer_fits(request, route)) {
    call.reject(dialect.unacceptable_answer(request, route));
    return false;
  }
  return true;
}

}  // namespace

Pipeline::Pipeline(const Parts& parts) : parts_(parts) {
  while (metrics_.size() <= parts_.router.routes().size()) metrics_.emplace_back();
}

void Pipeline::handle(const net::http::Request& request, net::http::Exchange& exchange) {
  const Router::Match match = parts_.router.find(request.method, request.path);
  Call call(request, exchange, origin_of(request, match), parts_.clock);
  const Dialect& dialect = *call.origin().dialect;
  if (!dialect.admit(call)) return;
  if (match.route == nullptr) return answer_unmatched(call, dialect, match);
  if (!negotiated(call, dialect, *match.route)) return;
  if (call.rejected(call.take_parameters(match.parameters))) return;
  match.route->handler(call);
}

void Pipeline::refuse(const net::http::Refusal& refusal, net::http::Exchange& exchange) {
  const std::string id = middleware::request_id({});
  std::string& body = answer_buffer();
  const std::string_view content_type = parts_.dialect.word_refusal(body, refusal);
  const std::array<Field, 1> fields = {{{"X-Request-Id", id}}};
  metrics_of(nullptr).observe(refusal.status, base::Duration{0});
  exchange.respond(
      {.status = refusal.status, .content_type = content_type, .body = body, .fields = fields, .close = true});
}

Origin Pipeline::origin_of(const net::http::Request& request, const Router::Match& match) {
  Origin origin{.route = match.route,
                .dialect = match.dialect != nullptr ? match.dialect : &parts_.dialect,
                .metrics = &metrics_of(match.route),
                .request_id = middleware::request_id(request.field("X-Request-Id")),
                .echo = {},
                .caller = {},
                .error_origin = {},
                .received = request.received,
                .deadline = middleware::deadline(request.received, parts_.request_time_max)};
  origin.dialect->receive(request, origin);
  return origin;
}

void Pipeline::each_route(const std::function<void(const Route*, const RouteMetrics::Figures&)>& visit) const {
  for (const Route& route : parts_.router.routes()) visit(&route, metrics_[route.index].figures());
  visit(nullptr, metrics_.back().figures());
}

}  // namespace jeton::api::http
