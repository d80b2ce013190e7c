// Takes back what is due at one provider: expired leases, revoked ones whose provider did not confirm yet, what a crash
// or a lost answer left, irrevocable ones once a day; and forgets what ended long ago (token-lease 5.2, 5.3, 5.7).
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "expiry/engine.hpp"
#include "expiry/next_deadline.hpp"
#include "leases/instances.hpp"
#include "leases/lease_names.hpp"
#include "leases/lease_records.hpp"
#include "leases/steady_time.hpp"
#include "store/store.hpp"

namespace jeton::leases {

/// The store is the queue: a sweep claims what is due there, in one write, calls the provider on its own threads, and
/// writes down what came of it, in another. A claim is a due time a little later, so that whatever dies in between, the
/// lease is due again. Nothing is claimed while the provider is left alone.
class Revoker {
 public:
  struct Parts {
    expiry::Engine& engine;
    store::Store& store;
    const LeaseNames& names;
    const SteadyTime& time;
    Keep keep;
    bool hold = false;  ///< only what was released is taken back
  };
  struct Figures {
    std::uint64_t revoked = 0;
    std::uint64_t failed = 0;  ///< attempts that the provider did not confirm
    std::uint64_t stuck = 0;   ///< became irrevocable
  };
  /// With what became of it. On any thread.
  using Done = std::move_only_function<void(base::Result<model::Lease>)>;

  /// Adds its kind to the engine.
  Revoker(const Parts& parts, Instance& instance);

  base::Status load(const store::Snapshot& snapshot);
  /// Something is due then.
  void expect(std::optional<base::Instant> at);
  /// One that was claimed already: tries it now, and answers with what is recorded of it when the provider has
  /// answered. Never blocks.
  void revoke_claimed(model::Lease lease, Done done);
  /// Until when a claim keeps others off a lease.
  base::Instant claimed_until() const;

  Instance& instance() { return instance_; }
  Figures figures() const;

 private:
  using Outcomes = std::vector<Provider::Outcome<void>>;
  struct Claimed {
    std::vector<model::Lease> leases;
    std::optional<base::Instant> next;
  };

  void on_due(base::Instant due_since, expiry::Engine::Done done);
  base::Status sweep();
  bool answers();
  base::Result<Claimed> claim();
  base::Result<bool> claim_one(store::Transaction& transaction, model::Lease& lease, base::Instant now) const;
  Outcomes revoke(std::span<const model::Lease> leases);
  void revoke_piece(std::span<const model::Lease> leases, std::span<Provider::Outcome<void>> outcomes) noexcept;
  base::Result<std::optional<base::Instant>> record(std::vector<model::Lease>& leases, const Outcomes& outcomes);
  base::Status record_one(store::Transaction& transaction, model::Lease& lease, const Provider::Outcome<void>& outcome,
                          base::Instant now);
  void count(const model::Lease& before, const model::Lease& after, const Provider::Outcome<void>& outcome);
  base::Status retry_stuck();

  const Parts parts_;
  Instance& instance_;
  const expiry::KindId kind_;
  expiry::NextDeadline next_;
  std::atomic<bool> stuck_were_retried_{true};  ///< false: the irrevocable ones are to be tried again
  std::atomic<std::uint64_t> revoked_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> stuck_{0};
};

/// One for each configured provider. Follows the event log to learn of deadlines.
class Revokers final : public store::Follower {
 public:
  Revokers(const Revoker::Parts& parts, Instances& instances);

  /// Before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void apply(std::span<const model::Event> events) noexcept override;
  /// Looks now for what is due: while the wall clock is not believed, the engine's idea of it is not either.
  void look();
  /// Null when the provider is not configured any more.
  Revoker* find(std::string_view provider);
  const std::vector<std::unique_ptr<Revoker>>& all() const { return all_; }

 private:
  void expect(std::string_view provider, base::Instant at);

  const SteadyTime& time_;
  std::vector<std::unique_ptr<Revoker>> all_;
};

}  // namespace jeton::leases
