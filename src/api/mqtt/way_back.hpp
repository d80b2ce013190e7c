// One request that came over MQTT, on its way through the operation, and the way of its answer back to who asked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/mqtt/envelope.hpp"
#include "api/mqtt/inputs.hpp"
#include "api/mqtt/service_queues.hpp"
#include "net/http/delivery.hpp"
#include "net/http/message.hpp"
#include "net/mqtt/client.hpp"

namespace jeton::api::mqtt {

/// Shared by whoever still has to do with the request. Answered once, from any thread.
class WayBack final : public net::http::Exchange,
                      public net::http::Deferred::Target,
                      public std::enable_shared_from_this<WayBack> {
 public:
  using Publish = std::function<void(net::mqtt::Outgoing)>;

  /// `publish` outlives it.
  WayBack(const Topics::Entry& topic, Envelope envelope, Ticket ticket, const Publish& publish)
      : topic_(topic), envelope_(std::move(envelope)), ticket_(std::move(ticket)), publish_(publish) {}

  const Topics::Entry& topic() const { return topic_; }
  const Envelope& envelope() const { return envelope_; }
  /// What the operation reads; as long-lived as this.
  Given& given() { return given_; }
  /// Once it is known who asks; before the answer.
  void set_receiver(std::string name) { receiver_ = std::move(name); }
  /// The request waits for another server, and does not count among those of its service meanwhile.
  void step_aside() { ticket_.step_aside(); }
  /// Whether somebody has answered, or taken over to.
  bool taken() const { return taken_; }

  void respond(const net::http::Response& response) override;
  net::http::Deferred defer() override;

  bool open() const override { return true; }
  bool peer_ended() const override { return false; }
  void send(net::http::Delivery delivery) override;
  std::size_t backlog() const override { return 0; }

 private:
  void publish(const net::http::Response& response);

  const Topics::Entry& topic_;
  const Envelope envelope_;
  Given given_;
  std::string receiver_;
  Ticket ticket_;
  const Publish& publish_;
  bool taken_ = false;
};

}  // namespace jeton::api::mqtt
