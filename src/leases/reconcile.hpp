// Compares what providers have with what is recorded, both ways (token-lease 2.5, 5.5): credentials with our mark that
// no living lease stands behind are taken back, leases whose credential has vanished are marked lost.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/instances.hpp"
#include "leases/lease_names.hpp"
#include "leases/lease_records.hpp"
#include "leases/steady_time.hpp"
#include "store/store.hpp"

namespace jeton::leases {

class Reconcile {
 public:
  struct Parts {
    store::Store& store;
    Instances& instances;
    const LeaseNames& names;
    const SteadyTime& time;
    Keep keep;
    base::Duration stray_grace = std::chrono::minutes{10};
    bool hold = false;  ///< nothing is taken back
  };
  struct Figures {
    std::uint64_t strays = 0;      ///< credentials without a lease, seen in the last look
    std::uint64_t taken_back = 0;  ///< of those, since the start
    std::uint64_t lost = 0;        ///< leases that vanished at their provider, since the start
    std::uint64_t adopted = 0;     ///< leases of earlier managers that were taken over, since the start
  };

  explicit Reconcile(Parts parts) : parts_(std::move(parts)) {}

  /// One look at every provider that answers. One thread at a time; calls providers and waits for the store. The first
  /// failure, when all were looked at.
  base::Status operator()(const std::stop_token& stop);
  Figures figures() const { return {strays_, taken_back_, lost_, adopted_}; }

 private:
  using Strays = std::map<std::string, base::Tick, std::less<>>;  // by label: since when it is known
  struct Look {
    std::set<std::string, std::less<>> labels;  // that the provider has
    std::vector<model::LeaseHandle> strays;
    std::vector<Found> earlier;
  };

  base::Status look_at(Instance& instance, const std::stop_token& stop);
  base::Status sort(std::vector<Found> found, Look& look) const;
  void take_back(Instance& instance, const std::vector<model::LeaseHandle>& strays, const std::stop_token& stop);
  base::Status adopt(const Instance& instance, std::span<const Found> earlier);
  base::Status adopt_one(store::Transaction& transaction, const Instance& instance, const Found& credential,
                         base::Instant now) const;
  base::Status find_losses(Instance& instance, const Look& look, base::Instant before, const std::stop_token& stop);
  base::Result<bool> is_lost(Instance& instance, const model::Lease& lease) const;

  const Parts parts_;
  std::map<std::string, Strays, std::less<>> seen_;           // by provider
  std::map<std::string, model::LeaseId, std::less<>> asked_;  // by provider: up to where losses were looked for
  std::atomic<std::uint64_t> strays_{0};
  std::atomic<std::uint64_t> taken_back_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> adopted_{0};
};

}  // namespace jeton::leases
