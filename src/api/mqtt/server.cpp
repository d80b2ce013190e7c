#include "api/mqtt/server.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace jeton::api::mqtt {
namespace {

Message copy_of(const net::mqtt::Incoming& message, const Topics::Entry& topic, base::Tick now) {
  Message copy{.topic = &topic, .text = {}, .received = now};
  copy.text.reserve(message.payload.size() + base::limits::kJsonPaddingBytes);
  copy.text = message.payload;
  return copy;
}

}  // namespace

Server::Server(const Parts& parts)
    : clock_(parts.clock),
      topics_(parts.router, parts.added_topics),
      pipeline_({.topics = topics_,
                 .admission = parts.admission,
                 .limit_rate = parts.limit_rate,
                 .clock = parts.clock,
                 .askers = parts.askers,
                 .payload_bytes_max = parts.payload_bytes_max,
                 .publish = [this](net::mqtt::Outgoing message) { client_->publish(std::move(message)); }}),
      queues_(topics_.service_count(),
              {.waiting_max = base::limits::kMqttRequestsWaitingMax,
               .bytes_max = base::limits::kMqttRequestBytesWaitingMax,
               .begun_max = kBegunMax},
              parts.clock,
              [this](const Message& message, Ticket ticket) { pipeline_.begin(message, std::move(ticket)); }) {}

void Server::receive(const net::mqtt::Incoming& message) {
  if (message.retained) {
    ++retained_;
    tell_of_retained(message);
    return;
  }
  const Topics::Entry* topic = topics_.find(message.topic);
  if (topic == nullptr) return;  // the broker's affair: we have not asked for it
  Message copy = copy_of(message, *topic, clock_.monotonic());
  if (!queues_.put(copy)) refuse(copy);
}

void Server::refuse(const Message& message) {
  ++refused_;
  if (!finishing_) tell_of_overload(message);
  pipeline_.refuse(message);
}

void Server::tell_of_overload(const Message& message) {
  const std::string& service = message.topic->route->service;
  const auto left_out = tellable_.pass(service, message.received);
  if (!left_out) return;
  base::log::warn("mqtt", "requests are refused: too many wait",
                  {{"service", service},
                   {"waiting", fmt::to_string(queues_.waiting())},
                   {"others_not_told", fmt::to_string(*left_out)}});
}

void Server::tell_of_retained(const net::mqtt::Incoming& message) {
  const auto left_out = tellable_.pass("retained", clock_.monotonic());
  if (!left_out) return;
  base::log::info("mqtt", "a retained message is passed over; a request is published without the retain flag",
                  {{"topic", message.topic}, {"others_not_told", fmt::to_string(*left_out)}});
}

void Server::finish(base::Duration patience) {
  finishing_ = true;
  const auto left = queues_.finish(patience);
  if (left == ServiceQueues::Left{}) return;
  base::log::warn("mqtt", "requests were not answered at the end",
                  {{"dropped", fmt::to_string(left.unbegun)}, {"still_going_on", fmt::to_string(left.undone)}});
}

Server::Figures Server::figures() const {
  return {
      .waiting = queues_.waiting(), .refused = refused_, .unreadable = pipeline_.unreadable(), .retained = retained_};
}

}  // namespace jeton::api::mqtt
