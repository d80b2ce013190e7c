// The services `generalManagement` and `monitor`: the log, the public configuration, a sign of life
// (arrowhead-authorization 5.19 to 5.21).
#pragma once
#include <cstdint>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/worker_pool.hpp"

namespace jeton::api::http {

/// All outlive the router.
struct GeneralParts {
  /// Arrowhead's key to the raw text it is configured with; what is not configured is left out
  /// (arrowhead/general_requests.hpp).
  const base::json::Members<std::string>& configuration;
  base::WorkerPool& workers;
  const base::Clock& clock;
  std::int64_t page_size_max;
};

void add_general_routes(Router& router, const GeneralParts& parts);

}  // namespace jeton::api::http
