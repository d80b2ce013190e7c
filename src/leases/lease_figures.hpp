// How many leases there are, refreshed now and then: for metrics and for people.
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/instances.hpp"
#include "leases/steady_time.hpp"
#include "store/store.hpp"

namespace jeton::leases {

/// Thread-safe.
class LeaseFigures {
 public:
  /// Within what time ends of leases are counted.
  static constexpr std::array<base::Duration, 3> kHorizons = {std::chrono::minutes{1}, std::chrono::minutes{10},
                                                              std::chrono::hours{1}};
  static constexpr std::int64_t kEndingCountMax = 10'000;

  struct OfProvider {
    std::string name;
    std::int64_t leases = 0;    ///< that count against quotas: all below and those that live
    std::int64_t intents = 0;   ///< being made
    std::int64_t revoking = 0;  ///< ended, and not taken back yet; unknown outcomes included
    std::int64_t irrevocable = 0;
    std::optional<base::Instant> waiting_since;  ///< the earliest end of those that should be taken back by now
    std::array<std::int64_t, kHorizons.size()> ending{};  ///< living ones that end within each, no more than the bound
    std::int64_t living() const { return leases - intents - revoking - irrevocable; }
  };

  LeaseFigures(store::Store& store, const Instances& instances, const SteadyTime& time)
      : store_(store), instances_(instances), time_(time) {}

  /// Reads the store.
  base::Status refresh();
  /// As of the last refresh; of all configured providers, in their order.
  std::vector<OfProvider> providers() const;
  std::int64_t total() const;

 private:
  store::Store& store_;
  const Instances& instances_;
  const SteadyTime& time_;
  mutable std::mutex mutex_;  // guards the rest
  std::vector<OfProvider> providers_;
  std::int64_t total_ = 0;
};

}  // namespace jeton::leases
