// How many leases there are, refreshed now and then: for metrics and for people.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/instances.hpp"
#include "store/store.hpp"

namespace jeton::leases {

/// Thread-safe.
class LeaseFigures {
 public:
  struct OfProvider {
    std::string name;
    std::int64_t leases = 0;    ///< that count against quotas: all below and those that live
    std::int64_t intents = 0;   ///< being made
    std::int64_t revoking = 0;  ///< ended, and not taken back yet; unknown outcomes included
    std::int64_t irrevocable = 0;
    std::optional<base::Instant> waiting_since;  ///< the earliest end of those that should be taken back by now
    std::int64_t living() const { return leases - intents - revoking - irrevocable; }
  };

  LeaseFigures(store::Store& store, const Instances& instances) : store_(store), instances_(instances) {}

  /// Reads the store.
  base::Status refresh();
  /// As of the last refresh; of all configured providers, in their order.
  std::vector<OfProvider> providers() const;
  std::int64_t total() const;

 private:
  store::Store& store_;
  const Instances& instances_;
  mutable std::mutex mutex_;  // guards the rest
  std::vector<OfProvider> providers_;
  std::int64_t total_ = 0;
};

}  // namespace jeton::leases
