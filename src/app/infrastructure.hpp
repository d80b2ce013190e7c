// What every feature is built on. Owned by the composition root; all of it outlives the features.
#pragma once
#include <cstdint>

#include "app/config/config.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "expiry/engine.hpp"
#include "model/names.hpp"
#include "store/store.hpp"

namespace jeton::app {

struct Infrastructure {
  const config::Config& config;
  const base::Clock& clock;
  const model::Normalizer& names;
  store::Store& store;
  base::WorkerPool& workers;
  base::WorkerPool& askers;  ///< for what waits for other servers
  expiry::Engine& expiry;

  std::int64_t page_size_max() const { return static_cast<std::int64_t>(config.arrowhead.max_page_size); }
};

}  // namespace jeton::app
