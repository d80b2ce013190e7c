#include "api/mqtt/way_back.hpp"

#include <utility>

#include "api/http/route.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::api::mqtt {
namespace {

using net::http::Delivery;

// Over MQTT revoking says the same whether there was something to revoke or not (14.1.2, decision D3).
int wire_status(const http::Route& route, int status) {
  return status == 204 && route.service == "authorization" && route.operation == "revoke" ? 200 : status;
}

}  // namespace

void WayBack::respond(const net::http::Response& response) {
  taken_ = true;
  publish(response);
}

net::http::Deferred WayBack::defer() {
  taken_ = true;
  return {shared_from_this(), 0};
}

// No operation that is offered over MQTT streams; one that goes unanswered is answered by http::Later.
void WayBack::send(Delivery delivery) {
  if (delivery.kind == Delivery::Kind::kAnswer) publish(delivery.response.view());
}

void WayBack::publish(const net::http::Response& response) {
  if (base::is_blank(envelope_.response_topic)) return;
  const Reply reply{
      .status = wire_status(*topic_.route, response.status), .trace_id = envelope_.trace_id, .receiver = receiver_};
  net::mqtt::Outgoing message{.topic = envelope_.response_topic, .payload = {}, .qos = envelope_.qos};
  message.payload.reserve(response.body.size() + 128);
  if (response.content_type.starts_with(http::kTextType)) {
    append_text_reply(message.payload, reply, response.body);
  } else {
    append_reply(message.payload, reply, response.content_type.empty() ? std::string_view{} : response.body);
  }
  if (const auto good = net::mqtt::check_topic(message.topic); !good) {
    base::log::warn("api.mqtt", "a request was carried out and its answer is dropped",
                    {{"topic", topic_.topic},
                     {"caller", receiver_},
                     {"trace", base::shown(envelope_.trace_id.value_or(""))},
                     {"reason", good.error().message}});
  }
  publish_(std::move(message));
}

}  // namespace jeton::api::mqtt
