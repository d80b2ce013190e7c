#include "app/mqtt_endpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "app/config/host_port.hpp"
#include "app/figures_page.hpp"
#include "net/mqtt/mosquitto_client.hpp"

namespace jeton::app {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using Page = FiguresPage;

constexpr std::string_view kClientIdPrefix = "AH-";  // as of all Arrowhead systems (arrowhead-mqtt 3.1)

// The client would name the file only.
base::Status check_files(const config::Mqtt& config) {
  const std::array<std::pair<std::string_view, const std::string*>, 3> files = {
      {{"ca", &config.ca}, {"certificate", &config.certificate}, {"key", &config.key}}};
  for (const auto& [name, file] : files) {
    if (file->empty() || access(file->c_str(), R_OK) == 0) continue;
    return base::failure(base::invalid(fmt::format("arrowhead.mqtt.{} is {}, which cannot be read", name, *file)));
  }
  return {};
}

net::mqtt::ClientSettings client_settings(const config::Arrowhead& config, const api::mqtt::Topics& topics,
                                          std::string host, std::uint16_t port) {
  net::mqtt::ClientSettings settings{
      .host = std::move(host),
      .port = port,
      .client_id = std::string(kClientIdPrefix) + config.system_name,
      .user = config.system_name,
      .password = config.mqtt.password,
      .tls = config.mqtt.tls,
      .tls_files = {.ca = config.mqtt.ca, .certificate = config.mqtt.certificate, .key = config.mqtt.key},
      .subscriptions = {}};
  for (const auto& entry : topics.all())
    settings.subscriptions.push_back({entry.topic, fmt::format("the service {}", entry.route->service)});
  return settings;
}

void add_requests(Page& page, const api::mqtt::Pipeline& pipeline) {
  MetricFamily requests{"jeton_mqtt_requests_total",
                        "Requests over MQTT that were carried out or refused, by operation "
                        "and class of status.",
                        MetricType::Counter,
                        {}};
  MetricFamily seconds{"jeton_mqtt_request_duration_seconds",
                       "From the arrival of a request over MQTT to its answer.",
                       MetricType::Histogram,
                       {}};
  pipeline.each_topic([&](const api::mqtt::Topics::Entry& entry, const api::http::RouteMetrics::Figures& figures) {
    Page::add_requests(requests, seconds, {{"service", entry.route->service}, {"operation", entry.route->operation}},
                       figures);
  });
  page.family(requests.name, requests.help, requests.type).metric = std::move(requests.metric);
  page.family(seconds.name, seconds.help, seconds.type).metric = std::move(seconds.metric);
}

}  // namespace

base::Result<std::unique_ptr<MqttEndpoint>> MqttEndpoint::create(const config::Arrowhead& config,
                                                                 const api::mqtt::Server::Parts& parts) {
  auto broker = config::parse_host_port(config.mqtt.broker);
  if (!broker) return base::failure(base::invalid("arrowhead.mqtt.broker: " + broker.error().message));
  if (const auto files = check_files(config.mqtt); !files) return base::failure(files.error());
  return std::unique_ptr<MqttEndpoint>(new MqttEndpoint(config, parts, std::move(broker->host), broker->port));
}

MqttEndpoint::MqttEndpoint(const config::Arrowhead& config, const api::mqtt::Server::Parts& parts, std::string host,
                           std::uint16_t port)
    : server_(parts),
      client_(std::make_unique<net::mqtt::MosquittoClient>(
          client_settings(config, server_.topics(), std::move(host), port), server_, parts.clock)) {
  server_.answer_through(*client_);
}

base::Status MqttEndpoint::start(const std::stop_token& stop) {
  const auto started = client_->start(stop);
  if (started) return {};
  base::Error error = started.error();
  error.message = "arrowhead.mqtt: " + error.message;
  return base::failure(std::move(error));
}

void MqttEndpoint::stop(base::Duration patience) {
  if (std::exchange(stopped_, true)) return;
  client_->unsubscribe(patience / 4);
  server_.finish(patience / 2);
  client_->stop(patience / 4);
}

void MqttEndpoint::add_figures(FiguresPage& page) const {
  const auto broker = client_->figures();
  const auto served = server_.figures();
  page.gauge("jeton_mqtt_connected", "1 while connected to the broker and subscribed.", broker.connected ? 1 : 0);
  page.counter("jeton_mqtt_connections_total", "Connections to the broker made.",
               static_cast<double>(broker.connections));
  page.counter("jeton_mqtt_messages_received_total", "Messages that came from the broker.",
               static_cast<double>(broker.received));
  page.counter("jeton_mqtt_replies_published_total", "Answers handed to the broker.",
               static_cast<double>(broker.published));
  page.counter("jeton_mqtt_replies_dropped_total",
               "Answers that no topic could take, that found no room, or that were lost with a connection.",
               static_cast<double>(broker.dropped));
  page.gauge("jeton_mqtt_replies_waiting", "Answers waiting for the broker.", static_cast<double>(broker.waiting));
  page.gauge("jeton_mqtt_requests_waiting", "Requests waiting for their turn.", static_cast<double>(served.waiting));
  page.counter("jeton_mqtt_requests_refused_total", "Requests refused because too many waited.",
               static_cast<double>(served.refused));
  MetricFamily& ignored =
      page.family("jeton_mqtt_messages_ignored_total", "Messages that got no answer, by reason.", MetricType::Counter);
  Page::add(ignored, {{"reason", "unreadable"}}, static_cast<double>(served.unreadable));
  Page::add(ignored, {{"reason", "retained"}}, static_cast<double>(served.retained));
  add_requests(page, server_.pipeline());
}

}  // namespace jeton::app
