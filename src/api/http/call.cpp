#include "api/http/call.hpp"

#include <fmt/format.h>

#include <array>
#include <exception>

#include "api/arrowhead/error_message.hpp"
#include "api/http/route_metrics.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

using net::http::Field;
using net::http::Response;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain;charset=UTF-8";

// Every answer leaves through here: the request id goes on it, the figures and the log line are taken from it.
// `extra` is one more header field, when it has a name.
template <class Sink>
void send(Sink& sink, const Origin& origin, const base::Clock& clock, int status, std::string_view content_type,
          std::string_view body, Field extra = {}) {
  const std::array<Field, 2> fields = {{{"X-Request-Id", origin.request_id}, extra}};
  sink.respond(Response{.status = status,
                        .content_type = content_type,
                        .body = body,
                        .fields = std::span(fields).first(extra.name.empty() ? 1 : 2)});
  const base::Duration duration = clock.monotonic() - origin.received;
  if (origin.metrics != nullptr) origin.metrics->observe(status, duration);
  if (base::log::enabled(base::log::Level::kDebug)) {
    base::log::debug("api.http", "answered",
                     {{"request", origin.request_id},
                      {"caller", origin.caller},
                      {"operation", origin.route != nullptr ? origin.route->operation : std::string_view{}},
                      {"status", fmt::to_string(status)},
                      {"microseconds", fmt::to_string(duration.count() / 1000)}});
  }
}

std::string error_origin(const Origin& origin) {
  if (origin.text) return *origin.text;
  if (origin.route == nullptr) return {};
  return fmt::format("{} {}", to_string(origin.route->method), origin.route->path);
}

// What an operator should see of a failure: refusals and our own faults; other 4xx are the client's affair and stay at
// debug.
void log_failure(const Origin& origin, const base::Error& error) {
  using base::ErrorCode;
  const std::string_view operation = origin.route != nullptr ? origin.route->operation : std::string_view{};
  if (error.code == ErrorCode::kInternal || error.code == ErrorCode::kUnavailable) {
    base::log::error("api.http", "failed",
                     {{"request", origin.request_id},
                      {"caller", origin.caller},
                      {"operation", operation},
                      {"reason", error.message}});
  } else if (error.code == ErrorCode::kForbidden || error.code == ErrorCode::kUnauthenticated) {
    base::log::info("audit", "refused",
                    {{"request", origin.request_id},
                     {"caller", origin.caller},
                     {"operation", operation},
                     {"reason", error.message}});
  }
}

template <class Sink>
void send_failure(Sink& sink, const Origin& origin, const base::Clock& clock, const base::Error& error,
                  Field extra = {}) {
  log_failure(origin, error);
  std::string& body = answer_buffer();
  arrowhead::append_error_message(body, error, error_origin(origin));
  send(sink, origin, clock, arrowhead::error_kind(error.code).status, kJson, body, extra);
}

}  // namespace

std::string& answer_buffer() {
  thread_local std::string buffer;
  buffer.clear();
  return buffer;
}

Later::Later(net::http::Deferred deferred, Origin origin, const base::Clock& clock)
    : deferred_(std::move(deferred)), origin_(std::move(origin)), clock_(&clock) {}

Later::~Later() {
  if (!deferred_.open()) return;
  try {
    fail(base::internal("the server failed while it answered; its log says more"));
  } catch (const std::exception& problem) {  // the connection ends then
    base::log::error("api.http", "a request that was dropped could not be answered", {{"problem", problem.what()}});
  }
}

void Later::json(int status, std::string_view body) {
  send(deferred_, origin_, *clock_, status, kJson, body);
}
void Later::text(int status, std::string_view body) {
  send(deferred_, origin_, *clock_, status, kText, body);
}
void Later::empty(int status) {
  send(deferred_, origin_, *clock_, status, {}, {});
}
void Later::fail(const base::Error& error) {
  send_failure(deferred_, origin_, *clock_, error);
}

net::http::Deferred Later::stream(std::string_view content_type) && {
  const std::array<Field, 2> fields = {{{"X-Request-Id", origin_.request_id}, {"Cache-Control", "no-store"}}};
  deferred_.start(Response{.status = 200, .content_type = content_type, .body = {}, .fields = fields});
  if (origin_.metrics != nullptr) origin_.metrics->observe(200, clock_->monotonic() - origin_.received);
  return std::move(deferred_);
}

Call::Call(const net::http::Request& request, net::http::Exchange& exchange, const identity::Caller& caller,
           Origin origin, const base::Clock& clock)
    : request_(request), exchange_(exchange), caller_(caller), origin_(std::move(origin)), clock_(clock) {}

base::Status Call::take_parameter(std::string_view raw) {
  parameter_ = raw;
  if (raw.find('%') != std::string_view::npos) {
    auto decoded = base::percent_decode(raw, false);
    if (!decoded) return base::failure(base::invalid("the last path segment is not percent-encoded"));
    decoded_parameter_ = *std::move(decoded);
    parameter_ = decoded_parameter_;
  }
  if (!base::is_utf8(parameter_)) return base::failure(base::invalid("the last path segment is not UTF-8"));
  return {};
}

void Call::json(int status, std::string_view body) {
  send(exchange_, origin_, clock_, status, kJson, body);
}
void Call::text(int status, std::string_view body) {
  send(exchange_, origin_, clock_, status, kText, body);
}
void Call::empty(int status) {
  send(exchange_, origin_, clock_, status, {}, {});
}
void Call::fail(const base::Error& error) {
  send_failure(exchange_, origin_, clock_, error);
}
void Call::unsupported(const base::Error& error) {
  send_failure(exchange_, origin_, clock_, error, {"Accept", kJson});
}
void Call::wrong_method(std::string_view allowed) {
  const base::Error error{
      base::ErrorCode::kMethodNotAllowed,
      fmt::format("{} is not possible here; allowed: {}", base::shown(request_.method_text), allowed),
      {}};
  send_failure(exchange_, origin_, clock_, error, {"Allow", allowed});
}
void Call::options(std::string_view allowed) {
  send(exchange_, origin_, clock_, 200, {}, {}, {"Allow", allowed});
}
void Call::redirect(std::string_view path) {
  send(exchange_, origin_, clock_, 302, {}, {}, {"Location", path});
}
void Call::document(std::string_view content_type, std::string_view body) {
  send(exchange_, origin_, clock_, 200, content_type, body);
}
Later Call::later() {
  return {exchange_.defer(), std::move(origin_), clock_};
}

base::Result<std::optional<std::vector<std::string>>> Call::query_list(std::string_view name) const {
  std::vector<std::string> values;
  std::size_t occurrences = 0;
  for (const std::string_view part : base::split(request_.query, '&')) {
    const std::size_t equals = part.find('=');
    const auto key = base::percent_decode(part.substr(0, equals), true);
    if (!key || *key != name) continue;
    const auto value =
        base::percent_decode(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1), true);
    if (!value || !base::is_utf8(*value)) {
      return base::failure(
          base::invalid(fmt::format("the query parameter {} is not percent-encoded UTF-8", name), std::string(name)));
    }
    ++occurrences;
    values.push_back(*value);
  }
  if (occurrences == 0) return std::nullopt;
  if (occurrences > 1) return values;
  // A single occurrence is split at its commas; empty, it is an empty list.
  const std::string only = std::move(values.front());
  values.clear();
  if (only.empty()) return values;
  for (const std::string_view piece : base::split(only, ',')) values.emplace_back(base::trim(piece));
  return values;
}

base::Result<std::optional<std::string>> Call::query_value(std::string_view name) const {
  for (const std::string_view part : base::split(request_.query, '&')) {
    const std::size_t equals = part.find('=');
    if (part.substr(0, equals) != name) continue;
    auto value =
        base::percent_decode(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1), true);
    if (!value)
      return base::failure(
          base::invalid(fmt::format("the query parameter {} is not percent-encoded", name), std::string(name)));
    return value;
  }
  return std::nullopt;
}

}  // namespace jeton::api::http
