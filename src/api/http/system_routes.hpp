// What every server of this kind offers beside its features: life signs, figures, its own reference, and its event log.
#pragma once
#include <functional>
#include <string>

#include "api/http/event_stream.hpp"
#include "api/http/readiness.hpp"
#include "api/http/router.hpp"

namespace jeton::api::http {

struct SystemParts {
  const Readiness& readiness;
  EventStreams& events;
  std::function<std::string()> metrics;  ///< the page for Prometheus
  /// The OpenAPI document; asked for once all routes are there.
  std::function<const std::string&()> openapi;
};

void add_system_routes(Router& router, const SystemParts& parts);

}  // namespace jeton::api::http
