#include "api/http/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>

#include "api/http/dialect.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/http/route_metrics.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/log_budget.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

using net::http::Field;
using net::http::Method;
using net::http::Response;

// The header fields of an answer: ours, then the handler's.
class Fields {
 public:
  explicit Fields(const Origin& origin) {
    add({"X-Request-Id", origin.request_id});
    if (const std::string_view name = origin.dialect->echo_field(); !name.empty()) add({name, origin.echo});
  }
  void add(const Field& field) {
    if (count_ == fields_.size()) throw std::logic_error("an answer with more than limits::kAnswerFieldsMax fields");
    fields_[count_++] = field;
  }
  std::span<const Field> all() const { return std::span(fields_).first(count_); }

 private:
  std::array<Field, base::limits::kAnswerFieldsMax + 2> fields_;
  std::size_t count_ = 0;
};

std::string_view operation_of(const Origin& origin) {
  return origin.route != nullptr ? origin.route->operation : std::string_view{};
}

// Overload and neighbours that are away refuse many requests with the same words.
void log_unavailable(const Origin& origin, const base::Error& error, base::Tick now) {
  static base::LogBudget tellable;  // of the process, as the log is
  const auto left_out = tellable.pass(error.message, now);
  if (!left_out) return;
  base::log::error(origin.dialect->logger(), "failed",
                   {{"request", origin.request_id},
                    {"caller", origin.caller},
                    {"operation", operation_of(origin)},
                    {"reason", error.message},
                    {"others_not_told", fmt::to_string(*left_out)}});
}

// What an operator should see of a failure: refusals and our own faults; other 4xx are the client's affair and stay at
// debug.
void log_failure(const Origin& origin, const base::Error& error, base::Tick now) {
  using base::ErrorCode;
  if (error.code == ErrorCode::kUnavailable) return log_unavailable(origin, error, now);
  if (error.code == ErrorCode::kInternal) {
    base::log::error(origin.dialect->logger(), "failed",
                     {{"request", origin.request_id},
                      {"caller", origin.caller},
                      {"operation", operation_of(origin)},
                      {"reason", error.message}});
  } else if (error.code == ErrorCode::kForbidden || error.code == ErrorCode::kUnauthenticated) {
    base::log::info("audit", "refused",
                    {{"request", origin.request_id},
                     {"caller", origin.caller},
                     {"operation", operation_of(origin)},
                     {"reason", error.message}});
  }
}

// Appends every value of `name` in application/x-www-form-urlencoded text.
base::Status append_values(std::string_view encoded, std::string_view name, std::vector<std::string>& out) {
  for (const std::string_view part : base::split(encoded, '&')) {
    const std::size_t equals = part.find('=');
    const auto key = base::percent_decode(part.substr(0, equals), true);
    if (!key || *key != name) continue;
    auto value =
        base::percent_decode(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1), true);
    if (!value || !base::is_utf8(*value)) {
      return base::failure(
          base::invalid(fmt::format("the query parameter {} is not percent-encoded UTF-8", name), std::string(name)));
    }
    out.push_back(*std::move(value));
  }
  return {};
}

}  // namespace

std::string& answer_buffer() {
  thread_local std::string buffer;
  buffer.clear();
  return buffer;
}

// Every answer but a stream leaves through here: the request id goes on it, the figures and the log line are taken from
// it.
void Respondent::answer(const Reply& reply) {
  Fields fields(origin_);
  for (const Field& field : reply.fields) fields.add(field);
  answered_ = true;
  // Counted first: whoever has the answer finds it in the figures.
  const base::Duration duration = clock_->monotonic() - origin_.received;
  if (origin_.metrics != nullptr) origin_.metrics->observe(reply.status, duration);
  respond(
      Response{.status = reply.status, .content_type = reply.content_type, .body = reply.body, .fields = fields.all()});
  if (base::log::enabled(base::log::Level::kDebug)) {
    base::log::debug(origin_.dialect->logger(), "answered",
                     {{"request", origin_.request_id},
                      {"caller", origin_.caller},
                      {"operation", operation_of(origin_)},
                      {"status", fmt::to_string(reply.status)},
                      {"microseconds", fmt::to_string(duration.count() / 1000)}});
  }
}

void Respondent::json(int status, std::string_view body) {
  answer({.status = status, .content_type = kJsonType, .body = body, .fields = {}});
}
void Respondent::text(int status, std::string_view body) {
  answer({.status = status, .content_type = "text/plain;charset=UTF-8", .body = body, .fields = {}});
}
void Respondent::empty(int status) {
  answer({.status = status, .content_type = {}, .body = {}, .fields = {}});
}
void Respondent::fail(const base::Error& error, std::span<const Field> fields) {
  answer_error(error, false, fields);
}
void Respondent::fail_as(const base::Error& error, const Reply& reply) {
  log_failure(origin_, error, clock_->monotonic());
  answer(reply);
}
void Respondent::reject(const base::Error& error, std::span<const Field> fields) {
  answer_error(error, true, fields);
}

void Respondent::answer_error(const base::Error& error, bool malformed, std::span<const Field> fields) {
  log_failure(origin_, error, clock_->monotonic());
  std::string& body = answer_buffer();
  const auto form = origin_.dialect->word(body, {.error = error, .origin = origin_, .malformed = malformed});
  answer({.status = form.status, .content_type = form.content_type, .body = body, .fields = fields});
}

Later::Later(net::http::Deferred deferred, Origin origin, const base::Clock& clock)
    : Respondent(std::move(origin), clock), deferred_(std::move(deferred)) {}

Later::~Later() {
  if (!deferred_.open()) return;
  try {
    fail(base::internal("the server failed while it answered; its log says more"));
  } catch (const std::exception& problem) {  // the connection ends then
    base::log::error(origin().dialect->logger(), "a request that was dropped could not be answered",
                     {{"problem", problem.what()}});
  }
}

net::http::Deferred Later::stream(std::string_view content_type) && {
  mark_answered();
  Fields fields(origin());
  fields.add({"Cache-Control", "no-store"});
  deferred_.start(Response{.status = 200, .content_type = content_type, .body = {}, .fields = fields.all()});
  if (origin().metrics != nullptr) origin().metrics->observe(200, clock().monotonic() - origin().received);
  return std::move(deferred_);
}

Call::Call(const net::http::Request& request, net::http::Exchange& exchange, Origin origin, const base::Clock& clock)
    : Respondent(std::move(origin), clock), request_(request), exchange_(exchange) {}

void Call::set_caller(identity::Caller caller) {
  caller_ = std::move(caller);
  own_origin().caller = caller_.name;
}

std::string_view Call::parameter(std::string_view name) const {
  if (inputs_ != nullptr) return inputs_->parameter;
  const auto& names = origin().route->parameters;
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) throw std::logic_error(fmt::format("{} has no parameter {}", origin().route->path, name));
  return parameters_.raw[static_cast<std::size_t>(found - names.begin())];
}

base::Status Call::take_parameters(const PathParameters& taken) {
  parameters_ = taken;
  for (std::size_t i = 0; i < taken.count; ++i) {
    std::string_view& text = parameters_.raw[i];
    if (text.find('%') != std::string_view::npos) {
      auto decoded = base::percent_decode(text, false);
      if (!decoded) {
        return base::failure(base::invalid(
            fmt::format("the path segment {{{}}} is not percent-encoded", origin().route->parameters[i])));
      }
      decoded_.reserve(kPathParametersMax);  // the texts must not move
      text = decoded_.emplace_back(*std::move(decoded));
    }
    if (!base::is_utf8(text)) {
      return base::failure(
          base::invalid(fmt::format("the path segment {{{}}} is not UTF-8", origin().route->parameters[i])));
    }
  }
  return {};
}

bool Call::sends_form() const {
  const Method method = request_.method;
  return origin().dialect->reads_forms() &&
         (method == Method::kPut || method == Method::kPost || method == Method::kDelete) &&
         base::equals_ignoring_case(middleware::media_type(request_.field("Content-Type")), kFormType);
}

base::Result<std::vector<std::string>> Call::query_values(std::string_view name) const {
  std::vector<std::string> values;
  if (inputs_ != nullptr) {
    const auto given = std::ranges::find(inputs_->query, name, &Inputs::List::name);
    if (given != inputs_->query.end()) values = given->values;
    return values;
  }
  if (const auto status = append_values(request_.query, name, values); !status) return base::failure(status.error());
  if (!sends_form()) return values;
  if (const auto status = append_values(request_.body, name, values); !status) return base::failure(status.error());
  return values;
}

base::Result<std::optional<std::string>> Call::query_value(std::string_view name) const {
  auto values = query_values(name);
  if (!values) return base::failure(values.error());
  if (values->empty()) return std::nullopt;
  return std::move(values->front());
}

Later Call::later() {
  return {exchange_.defer(), std::move(own_origin()), clock()};
}

Call::Suspended Call::suspend() {
  return {exchange_.suspend(), std::move(own_origin())};
}

}  // namespace jeton::api::http
