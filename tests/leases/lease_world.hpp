// The leases feature put together as the server does it, on a manual clock, over a scripted provider.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "crypto/aead.hpp"
#include "crypto/random.hpp"
#include "expiry/engine.hpp"
#include "leases/abandon_lease.hpp"
#include "leases/create_lease.hpp"
#include "leases/get_lease.hpp"
#include "leases/list_leases.hpp"
#include "leases/reconcile.hpp"
#include "leases/removed_providers.hpp"
#include "leases/renew_lease.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/revoke_leases.hpp"
#include "leases/revoker.hpp"
#include "scripted_provider.hpp"
#include "store/open_store.hpp"
#include "store/transaction.hpp"
#include "support/awaited.hpp"
#include "support/test_sealer.hpp"

namespace jeton::leases::testing {

using namespace std::chrono_literals;
using jeton::testing::Awaited;
using jeton::testing::test_sealer;

inline const Who kPress{.name = "Press", .operates = false};
inline const Who kOperator{.name = "Sysop", .operates = true};

class World {
 public:
  struct Options {
    std::string url = "sqlite::memory:";
    std::filesystem::path folder{};
    TtlLimits ttl{};
    Quotas quotas{};
    std::int64_t provider_max = 0;
    Traits traits{};
    bool hold = false;
    std::vector<std::string> providers = {"influx"};
    base::Duration call_time_max = 10s;
    base::Instant start{std::chrono::seconds{1'900'000'000}};
  };

  World() : World(Options{}) {}
  explicit World(Options given, std::shared_ptr<Service> of = std::make_shared<Service>())
      : options(std::move(given)), service(std::move(of)), clock(options.start) {
    const auto loaded = store->read([this](const store::Snapshot& snapshot) { return revokers.load(snapshot); });
    if (!loaded) throw std::runtime_error(loaded.error().message);
    store->follow(revokers);
    store->start();
  }
  ~World() {
    service->locked([](Service& s) { return s.creating_waits = false; });
    instances.stop();
    store->stop();
  }

  LeaseWish wish(base::Duration ttl = 60s) const {
    return {.owner = "Press", .provider = {}, .role = {}, .ttl = ttl, .options = {}, .idempotency_key = {}};
  }
  base::Result<CreateLease::Created> create(LeaseWish wanted) {
    Awaited<CreateLease::Created> created;
    create_lease(std::move(wanted), {}, created.completion());
    return created.get();
  }
  /// Throws when it is refused.
  model::Lease lease(base::Duration ttl = 60s) {
    auto created = create(wish(ttl));
    if (!created) throw std::runtime_error(created.error().message);
    return created->lease.lease;
  }
  base::Result<OwnedLease> get(const std::string& id, const Who& who = kPress) {
    return get_lease(who, {.id = id, .provider = {}}, time.now());
  }
  base::Result<OwnedLease> renew(const std::string& id, base::Duration by, const Who& who = kPress) {
    Awaited<OwnedLease> renewed;
    renew_lease(who, {.id = id, .provider = {}}, by, {}, renewed.completion());
    return renewed.get();
  }
  base::Result<RevokeLease::Outcome> revoke(const std::string& id, const Who& who = kPress) {
    Awaited<RevokeLease::Outcome> revoked;
    revoke_lease(who, {.id = id, .provider = {}}, {}, revoked.completion());
    return revoked.get();
  }
  base::Result<std::int64_t> revoke_all(RevokeLeases::Selection selection, const Who& who = kPress) {
    Awaited<std::int64_t> revoked;
    revoke_leases(who, std::move(selection), revoked.completion());
    return revoked.get();
  }
  base::Result<model::Lease> abandon(const std::string& id, std::string reason) {
    Awaited<model::Lease> abandoned;
    abandon_lease("Sysop", {.id = id, .provider = {}}, std::move(reason), abandoned.completion());
    return abandoned.get();
  }
  std::vector<model::Lease> list(const Who& who = kPress, LeaseFilter filter = {}) {
    return list_leases(who, filter, time.now()).value().leases;
  }
  std::int64_t counted(store::LeaseCountKind kind = store::LeaseCountKind::kTotal, std::string name = {}) {
    const auto counts = list_leases.counts().value();
    for (const auto& count : counts) {
      if (count.kind == kind && count.name == name) return count.count;
    }
    return 0;
  }
  /// Of the record, whatever became of it.
  std::optional<model::Lease> record(model::LeaseId id) {
    std::optional<model::Lease> found;
    const auto read = store->read([&](const store::Snapshot& snapshot) -> base::Status {
      found = snapshot.leases().find(id).value();
      return {};
    });
    if (!read) throw std::runtime_error(read.error().message);
    return found;
  }
  model::LeaseState state(model::LeaseId id) { return record(id).value().state; }

  /// Time goes by, and what is due is done until `holds`, for at most ten seconds of real time. Whether it does.
  template <class Holds>
  bool pass(base::Duration by, Holds holds) {
    clock.advance(by);
    return eventually(std::move(holds));
  }
  template <class Holds>
  bool eventually(Holds holds) {
    const base::SystemClock real;
    const base::Tick deadline = real.monotonic() + 10s;
    while (!holds()) {
      if (real.monotonic() > deadline) return false;
      run_engine();
      std::this_thread::yield();
    }
    return true;
  }
  /// Everything that is due now has been looked at.
  void settle() {
    for (int round = 0; round < 3; ++round) {
      run_engine();
      const auto idle = store->write([](store::Transaction&) -> base::Status { return {}; });
      if (!idle) throw std::runtime_error(idle.error().message);
    }
  }

  // A little ahead of the clock, and more so each time: its sweeps keep a distance that no test has to wait for.
  void run_engine() {
    engine_ahead += 100us;
    engine.run_due(clock.wall() + engine_ahead);
  }

  static std::vector<std::unique_ptr<Instance>> make_instances(const Options& options, Service& service,
                                                               const base::Clock& clock) {
    std::vector<std::unique_ptr<Instance>> all;
    for (const std::string& name : options.providers) {
      all.push_back(std::make_unique<Instance>(Instance::Settings{.name = name,
                                                                  .type = "scripted",
                                                                  .ttl = options.ttl,
                                                                  .connections = 2,
                                                                  .call_time_max = options.call_time_max,
                                                                  .leases_max = options.provider_max},
                                               std::make_unique<ScriptedProvider>(service, options.traits), clock));
    }
    return all;
  }

  const Options options;
  const std::shared_ptr<Service> service;
  base::ManualClock clock;
  const crypto::Sealer sealer = test_sealer();
  const std::unique_ptr<store::Store> store =
      store::open_store({.url = options.url, .data_folder = options.folder}, sealer, clock).value();
  const SteadyTime time{clock, 5min};
  const LeaseNames names{base::Secret("installation"), crypto::random_bytes};
  const Keep keep{};
  expiry::Engine engine;
  base::Duration engine_ahead{};
  Instances instances{make_instances(options, *service, clock), options.providers.front()};
  Revokers revokers{
      {.engine = engine, .store = *store, .names = names, .time = time, .keep = keep, .hold = options.hold}, instances};
  CreateLease create_lease{{.store = *store,
                            .instances = instances,
                            .names = names,
                            .time = time,
                            .digest = crypto::KeyedDigest("reference"),
                            .quotas = options.quotas,
                            .keep = keep}};
  GetLease get_lease{*store};
  ListLeases list_leases{*store};
  RenewLease renew_lease{*store, instances, time};
  RevokeLease revoke_lease{*store, revokers, time};
  RevokeLeases revoke_leases{*store, time};
  AbandonLease abandon_lease{*store, revoke_lease, time, keep};
  ReleaseLeases release_leases{*store};
  RemovedProviders removed{*store, time, keep, {"gone"}};
  Reconcile reconcile{{.store = *store,
                       .instances = instances,
                       .names = names,
                       .time = time,
                       .keep = keep,
                       .stray_grace = 10min,
                       .hold = options.hold}};
};

}  // namespace jeton::leases::testing
