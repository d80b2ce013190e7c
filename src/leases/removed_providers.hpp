// Providers that were taken out of the configuration for good (`leases.removed-providers`): nobody can take their
// leases back any more, so these are given up (token-lease 5.5).
#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "leases/lease_records.hpp"
#include "leases/steady_time.hpp"
#include "store/store.hpp"

namespace jeton::leases {

class RemovedProviders {
 public:
  RemovedProviders(store::Store& store, const SteadyTime& time, Keep keep, std::vector<std::string> names)
      : store_(store), time_(time), keep_(keep), names_(std::move(names)) {}

  const std::vector<std::string>& names() const { return names_; }
  /// Ends each of their leases as abandoned, and forgets those that ended long ago. Repeating it does the rest.
  /// Thread-safe; waits for the store.
  base::Status operator()(const std::stop_token& stop);

 private:
  base::Status give_up(const std::string& provider, const std::stop_token& stop);
  base::Status forget(std::string_view provider, const std::stop_token& stop);

  store::Store& store_;
  const SteadyTime& time_;
  const Keep keep_;
  const std::vector<std::string> names_;
};

}  // namespace jeton::leases
