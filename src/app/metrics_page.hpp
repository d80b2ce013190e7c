// The page for Prometheus: figures that the parts keep about themselves, named jeton_<noun>_<unit> with bounded labels.
#pragma once
#include <string>

namespace jeton::api::http {
class Pipeline;
}  // namespace jeton::api::http
namespace jeton::authorization {
class PolicyIndex;
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
namespace jeton::tokens {
class TokenIndex;
}
namespace jeton::base {
class WorkerPool;
}

namespace jeton::app {

class TaskRunner;

struct MetricsParts {
  const api::http::Pipeline& pipeline;
  const net::http::Server& server;
  const store::Store& store;
  const authorization::PolicyIndex& policies;
  const tokens::TokenIndex& tokens;
  const events::Feed& feed;
  const expiry::Engine& expiry;
  const TaskRunner& tasks;
  const base::WorkerPool& workers;
};

std::string metrics_page(const MetricsParts& parts);

}  // namespace jeton::app
