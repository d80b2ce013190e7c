// The Arrowhead operations over MQTT (`arrowhead.mqtt`): the connection to the broker and what answers over it.
#pragma once
#include <memory>
#include <stop_token>

#include "api/http/readiness.hpp"
#include "api/mqtt/server.hpp"
#include "app/config/config.hpp"
#include "base/result.hpp"
#include "net/mqtt/client.hpp"

namespace jeton::app {

class FiguresPage;

class MqttEndpoint {
 public:
  /// The parts outlive it. kInvalid when the settings cannot be used: what is wrong, under the key's name.
  static base::Result<std::unique_ptr<MqttEndpoint>> create(const config::Arrowhead& config,
                                                            const api::mqtt::Server::Parts& parts);

  /// Connects and subscribes. A failure says which broker, and which service could not be offered (arrowhead-mqtt 3.3).
  /// Ends at once, as a failure, when `stop` is requested.
  base::Status start(const std::stop_token& stop);
  /// Ends the subscriptions, finishes what waits, says goodbye to the broker; at most about `patience`. Idempotent.
  void stop(base::Duration patience);

  /// Names a broker that is away.
  base::Status health() const { return client_->health(); }
  void add_figures(FiguresPage& page) const;

 private:
  MqttEndpoint(const config::Arrowhead& config, const api::mqtt::Server::Parts& parts, std::string host,
               std::uint16_t port);

  api::mqtt::Server server_;
  std::unique_ptr<net::mqtt::Client> client_;  // ends first: it calls the server
  bool stopped_ = false;
};

}  // namespace jeton::app
