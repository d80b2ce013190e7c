// The page for Prometheus: figures that the parts keep about themselves, named jeton_<noun>_<unit> with bounded labels.
#pragma once
#include <span>
#include <string>

namespace jeton::api::http {
class Pipeline;
}
namespace jeton::events {
class Feed;
}
namespace jeton::expiry {
class Engine;
}
namespace jeton::net::http {
class Server;
}
namespace jeton::store {
class Store;
}
namespace jeton::base {
class WorkerPool;
}

namespace jeton::app {

class CloudMembership;
class Feature;
class MqttEndpoint;
class ServerTls;
class TaskRunner;

struct MetricsParts {
  const api::http::Pipeline& pipeline;
  const net::http::Server& server;
  const ServerTls* tls;  ///< null: bare TCP
  const store::Store& store;
  std::span<Feature* const> features;
  const MqttEndpoint* mqtt;  ///< null: the operations are not offered over MQTT
  const CloudMembership& cloud;
  const events::Feed& feed;
  const expiry::Engine& expiry;
  const TaskRunner& tasks;
  const base::WorkerPool& workers;
  const base::WorkerPool& askers;
};

std::string metrics_page(const MetricsParts& parts);

}  // namespace jeton::app
