#include "api/http/pipeline.hpp"

#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "api/http/middleware/deadline.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/http/middleware/request_id.hpp"
#include "base/log.hpp"
#include "net/http/stored_request.hpp"

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

// True: admission waits for what another server says, and nothing has happened yet.
bool must_ask(Call& call, const Router::Match& match, Dialect::Patience patience) {
  const Dialect& dialect = *call.origin().dialect;
  const auto verdict = dialect.admit(call, patience);
  if (verdict != Dialect::Verdict::kAdmitted) return verdict == Dialect::Verdict::kMustAsk;
  if (match.route == nullptr) {
    answer_unmatched(call, dialect, match);
  } else if (negotiated(call, dialect, *match.route) && !call.rejected(call.take_parameters(match.parameters))) {
    match.route->handler(call);
  }
  return false;
}

// The answer of a call that goes on elsewhere than where its request arrived.
class LaterExchange final : public net::http::Exchange {
 public:
  explicit LaterExchange(net::http::Deferred deferred) : deferred_(std::move(deferred)) {}
  void respond(const net::http::Response& response) override { deferred_->respond(response); }
  net::http::Deferred defer() override {
    net::http::Deferred out = *std::move(deferred_);
    deferred_.reset();
    return out;
  }
  /// Whether nobody else has taken over to answer.
  bool holds() const { return deferred_.has_value(); }

 private:
  std::optional<net::http::Deferred> deferred_;
};

// A request whose admission has to wait, and all it needs to go on.
struct WaitingRequest {
  net::http::StoredRequest request;
  Call::Suspended suspended;
};

// On a thread that may block.
void go_on(WaitingRequest& waiting, const Pipeline::Parts& parts) {
  const net::http::Request request = waiting.request.view();
  LaterExchange exchange(std::move(waiting.suspended.deferred));
  Call call(request, exchange, std::move(waiting.suspended.origin), parts.clock);
  if (call.failed(middleware::in_time(call.origin().deadline, parts.clock.monotonic())))
    return parts.askers.count_late();
  try {
    must_ask(call, parts.router.find(request.method, request.path), Dialect::Patience::kMayAsk);
  } catch (const std::exception& problem) {
    base::log::error(call.origin().dialect->logger(), "a request failed",
                     {{"request", call.origin().request_id}, {"problem", problem.what()}});
    if (exchange.holds() && !call.answered())
      call.fail(base::internal("the server failed over this request; its log says more"));
  }
}

}  // namespace

Pipeline::Pipeline(const Parts& parts) : parts_(parts) {
  while (metrics_.size() <= parts_.router.routes().size()) metrics_.emplace_back();
}

void Pipeline::handle(const net::http::Request& request, net::http::Exchange& exchange) {
  const Router::Match match = parts_.router.find(request.method, request.path);
  Call call(request, exchange, origin_of(request, match), parts_.clock);
  if (must_ask(call, match, Dialect::Patience::kNow)) go_on_later(request, call.suspend());
}

void Pipeline::go_on_later(const net::http::Request& request, Call::Suspended suspended) {
  const auto waiting = std::make_shared<WaitingRequest>(net::http::StoredRequest(request), std::move(suspended));
  if (parts_.askers.submit([this, waiting] { go_on(*waiting, parts_); })) return;
  Later(std::move(waiting->suspended.deferred), std::move(waiting->suspended.origin), parts_.clock)
      .fail(base::unavailable("too many requests wait for what other servers say about their callers; try again"));
}

void Pipeline::refuse(const net::http::Refusal& refusal, net::http::Exchange& exchange) {
  net::http::Request request;
  Router::Match match;
  if (refusal.about != nullptr) {
    request = *refusal.about;
    match.dialect = parts_.router.find(request.method, request.path).dialect;
  }
  request.received = parts_.clock.monotonic();
  Call call(request, exchange, origin_of(request, match), parts_.clock);
  std::string& body = answer_buffer();
  const std::string_view content_type = call.origin().dialect->word_refusal(body, refusal, call.origin());
  call.answer({.status = refusal.status, .content_type = content_type, .body = body, .fields = {}});
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
