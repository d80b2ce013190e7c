// The configured providers: each with threads of its own, so that one that hangs delays nobody else, and a breaker, so
// that one that is away is left alone (token-lease 5.3).
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/breaker.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "leases/lease_rules.hpp"
#include "leases/provider.hpp"

namespace jeton::leases {

/// Thread-safe.
class Instance {
 public:
  struct Settings {
    std::string name;
    std::string type;
    TtlLimits ttl;
    std::size_t connections = 4;  ///< threads that create and renew; as many take back, and one more what is ordered
    base::Duration call_time_max = std::chrono::seconds{10};
    std::int64_t leases_max = 0;  ///< 0: no bound
  };
  /// When a provider is left alone, and how long.
  static constexpr base::Breaker::Rules kBreaker{
      .failures_to_open = 3, .first_pause = std::chrono::seconds{1}, .pause_max = std::chrono::seconds{15}};

  Instance(Settings settings, std::unique_ptr<Provider> provider, const base::Clock& clock);

  const std::string& name() const { return settings_.name; }
  const Settings& settings() const { return settings_; }
  Provider& provider() { return *provider_; }
  base::Duration settle_time() const { return std::clamp(settings_.call_time_max, kSettleTimeMin, kSettleTimeMax); }
  base::Tick call_deadline() const { return clock_.monotonic() + settings_.call_time_max; }

  /// For calls that somebody waits for, and for those that take back; false when too many wait.
  bool submit_call(base::WorkerPool::Job job) { return calls_.submit(std::move(job)); }
  bool submit_revocation(base::WorkerPool::Job job) { return revocations_.submit(std::move(job)); }

  enum class Call : std::uint8_t { kCreate, kRenew, kRevoke, kList, kCheck };
  static constexpr std::size_t kCalls = 5;

  /// Whether it may be called now. Whoever is admitted reports the outcome, once.
  base::Breaker::Admitted admit();
  void report(base::Breaker::Admitted as, Call call, base::Duration took, const Problem* problem, double random);
  /// What to say to who is not admitted.
  Problem left_alone() const;
  /// Until it may be called again.
  base::Duration pause() const;
  /// It is there, and said how long it wants to be left alone (429, Retry-After).
  bool asked_to_wait() const;

  /// Makes one call between admit() and report(); not admitted: left_alone().
  template <class Do>
  auto guarded(Call call, double random, Do call_it) -> decltype(call_it()) {
    const auto as = admit();
    if (as == base::Breaker::Admitted::kNo) return std::unexpected(left_alone());
    const base::Tick begin = clock_.monotonic();
    auto outcome = unbroken(call_it);
    report(as, call, clock_.monotonic() - begin, outcome ? nullptr : &outcome.error(), random);
    return outcome;
  }

  /// One call of Provider::revoke, guarded; an outcome for each handle.
  std::vector<Provider::Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, double random);

  struct Figures {
    base::Breaker::State state = base::Breaker::State::kClosed;
    std::string trouble;  ///< while it is not closed, the last one
    std::array<std::uint64_t, kCalls> calls{};
    std::array<std::uint64_t, kCalls> failures{};
    std::array<double, kCalls> seconds{};
    std::size_t calls_waiting = 0;
    std::size_t revocations_waiting = 0;
  };
  Figures figures() const;
  void stop();

 private:
  // Whoever was admitted reports, whatever breaks.
  template <class Do>
  auto unbroken(Do call_it) const -> decltype(call_it()) {
    try {
      return call_it();
    } catch (const std::exception& broken) {
      return std::unexpected(told(broken));
    }
  }
  Problem told(const std::exception& broken) const;
  void heed(const Problem& problem);

  const Settings settings_;
  const std::unique_ptr<Provider> provider_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  // guards the next three
  base::Breaker breaker_{kBreaker};
  base::Tick quiet_until_{};
  Figures figures_;
  base::WorkerPool calls_;
  base::WorkerPool revocations_;
};

/// The first trouble that says something about the provider as a whole; null: none does.
const Problem* trouble_of_provider(std::span<const Provider::Outcome<void>> outcomes);

class Instances {
 public:
  explicit Instances(std::vector<std::unique_ptr<Instance>> all, std::string by_default)
      : all_(std::move(all)), by_default_(std::move(by_default)) {}
  /// The default one for an empty name. kInvalid, at "provider", naming those that there are.
  base::Result<Instance*> find(std::string_view name) const;
  /// Null when it is not configured any more.
  Instance* known(std::string_view name) const;
  const std::vector<std::unique_ptr<Instance>>& all() const { return all_; }
  /// Runs what waits to its end, then ends all threads.
  void stop();

 private:
  const std::vector<std::unique_ptr<Instance>> all_;
  const std::string by_default_;
};

}  // namespace jeton::leases
