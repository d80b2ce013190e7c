#include "api/mqtt/pipeline.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/middleware/request_id.hpp"
#include "base/log.hpp"

namespace jeton::api::mqtt {
namespace {

using http::Call;
using Patience = http::Dialect::Patience;

}  // namespace

Pipeline::Pipeline(Parts parts) : parts_(std::move(parts)), dialect_(parts_.topics) {
  while (metrics_.size() < parts_.topics.all().size()) metrics_.emplace_back();
}

// Whoever may publish could send many.
void Pipeline::tell_of_unreadable(const Message& message, const base::Error& reason) {
  const auto left_out = tellable_.pass(message.topic->topic, parts_.clock.monotonic());
  if (!left_out) return;
  base::log::info(
      "mqtt", "a message is no request envelope and gets no answer",
      {{"topic", message.topic->topic}, {"reason", reason.message}, {"others_not_told", fmt::to_string(*left_out)}});
}

std::shared_ptr<WayBack> Pipeline::read(const Message& message, Ticket ticket) {
  auto envelope = read_envelope(message.text);
  if (!envelope) {
    ++unreadable_;
    tell_of_unreadable(message, envelope.error());
    return nullptr;
  }
  return std::make_shared<WayBack>(*message.topic, *std::move(envelope), std::move(ticket), parts_.publish);
}

// There is no time-out over MQTT: a request is carried out however long it waited (11.3).
http::Origin Pipeline::origin_of(const WayBack& request, base::Tick received) {
  return {.route = request.topic().route,
          .dialect = &dialect_,
          .metrics = &metrics_[request.topic().index],
          .request_id = http::middleware::request_id(request.envelope().trace_id.value_or("")),
          .echo = {},
          .caller = {},
          .error_origin = {},
          .received = received,
          .deadline = base::Tick::max()};
}

void Pipeline::begin(const Message& message, Ticket ticket) {
  if (const auto request = read(message, std::move(ticket))) go_on(request, message.received, Patience::kNow);
}

void Pipeline::refuse(const Message& message) {
  const auto request = read(message, Ticket{});
  if (!request) return;
  // Not by a call: what is logged of each would bury the log when there are many.
  const auto origin = origin_of(*request, message.received);
  const auto error = base::unavailable("too many requests wait for this service; try again later");
  std::string& body = http::answer_buffer();
  const auto form = dialect_.word(body, {.error = error, .origin = origin});
  origin.metrics->observe(form.status, parts_.clock.monotonic() - message.received);
  request->respond({.status = form.status, .content_type = form.content_type, .body = body});
}

void Pipeline::go_on(const std::shared_ptr<WayBack>& request, base::Tick received, Patience patience) {
  net::http::Request shaped;  // as the operation would have had it over HTTP
  shaped.method = request->topic().route->method;
  shaped.received = received;
  Call call(shaped, *request, origin_of(*request, received), parts_.clock);
  try {
    if (must_ask(call, shaped, *request, patience)) ask_later(request, received);
  } catch (const std::exception& problem) {
    base::log::error(dialect_.logger(), "a request failed",
                     {{"request", call.origin().request_id}, {"problem", problem.what()}});
    if (!request->taken()) call.fail(base::internal("the server failed over this request; its log says more"));
  }
}

std::optional<identity::Admission::Outcome> Pipeline::admit(const identity::Admission::Wish& wish,
                                                            const http::Route& route, Patience patience) const {
  const bool nothing_shown = wish.credentials.form == identity::Credentials::Form::kNone;
  if (nothing_shown && !wish.management && route.dialect != nullptr) {
    if (auto nobody = route.dialect->nobody())
      return identity::Admission::Outcome{.caller = *std::move(nobody), .refusal = std::nullopt};
  }
  if (patience == Patience::kNow) return parts_.admission.decide_now(wish);
  return parts_.admission.decide(wish);
}

// True: admission waits for what another server says, and nothing has happened yet.
bool Pipeline::must_ask(Call& call, net::http::Request& shaped, WayBack& request, Patience patience) {
  const http::Route& route = *request.topic().route;
  const identity::Admission::Wish wish{.credentials = identity::credentials_of_text(request.envelope().authentication),
                                       .management = route.access == http::Access::kManagement,
                                       .service = route.service,
                                       .operation = route.operation};
  auto outcome = admit(wish, route, patience);
  if (!outcome) return true;
  call.set_caller(std::move(outcome->caller));
  const std::string& name = call.caller().name;
  request.set_receiver(name);
  if (!name.empty() && call.failed(parts_.limit_rate(name, parts_.clock.monotonic()))) return false;
  if (outcome->refusal) {
    call.fail(outcome->refusal->error);
  } else {
    run(call, shaped, request);
  }
  return false;
}

void Pipeline::run(Call& call, net::http::Request& shaped, WayBack& request) {
  const http::Route& route = *request.topic().route;
  auto given = read_inputs(route, request.envelope(), parts_.payload_bytes_max);
  if (call.rejected(given)) return;
  request.given() = *std::move(given);
  shaped.body = request.given().body;
  call.set_inputs(request.given().inputs);
  route.handler(call);
}

void Pipeline::ask_later(const std::shared_ptr<WayBack>& request, base::Tick received) {
  request->step_aside();
  if (parts_.askers.submit([this, request, received] { go_on(request, received, Patience::kMayAsk); })) return;
  net::http::Request shaped;
  Call(shaped, *request, origin_of(*request, received), parts_.clock)
      .fail(base::unavailable("too many requests wait for what other servers say about their callers; try again"));
}

void Pipeline::each_topic(
    const std::function<void(const Topics::Entry&, const http::RouteMetrics::Figures&)>& visit) const {
  for (const Topics::Entry& entry : parts_.topics.all()) visit(entry, metrics_[entry.index].figures());
}

}  // namespace jeton::api::mqtt
