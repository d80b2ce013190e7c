#include "leases/reconcile.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "leases/failure.hpp"
#include "leases/lease_rules.hpp"
#include "store/transaction.hpp"
#include "store/write_for.hpp"

namespace jeton::leases {
namespace {

using base::failure;
using model::Lease;
using model::LeaseState;

constexpr const char* kActor = "leases.reconcile";
constexpr std::int64_t kPerRead = 1'000;

}  // namespace

base::Status Reconcile::operator()(const std::stop_token& stop) {
  base::Status first;
  strays_ = 0;
  for (const auto& instance : parts_.instances.all()) {
    if (stop.stop_requested()) break;
    auto looked = look_at(*instance, stop);
    if (!looked && first) first = std::move(looked);
  }
  return first;
}

base::Status Reconcile::look_at(Instance& instance, const std::stop_token& stop) {
  const base::Instant begin = parts_.time.now();
  auto found = instance.guarded(Instance::Call::kList, parts_.names.random_fraction(),
                                [&] { return instance.provider().list(parts_.names.tag(), instance.call_deadline()); });
  // Who is away is compared later; its breaker and metrics tell.
  if (!found) {
    if (is_of_provider(found.error().trouble)) return {};
    return failure(error_of(instance.name(), found.error()));
  }
  Look look;
  if (auto sorted = sort(*std::move(found), look); !sorted) return sorted;
  strays_ += look.strays.size();
  take_back(instance, look.strays, stop);
  if (auto adopted = adopt(instance, look.earlier); !adopted) return adopted;
  return find_losses(instance, look, begin, stop);
}

// An abandoned one was given up by a person; all others without a lease that holds or is being taken back are strays.
base::Status Reconcile::sort(std::vector<Found> found, Look& look) const {
  return parts_.store.read([&](const store::Snapshot& snapshot) -> base::Status {
    for (Found& credential : found) {
      const auto lease = snapshot.leases().find_by_label(credential.handle.label);
      if (!lease) return failure(lease.error());
      // Under whatever name of a provider: two may stand for one service.
      const bool is_known = *lease && (!model::is_ended((*lease)->state) || (*lease)->state == LeaseState::kAbandoned);
      look.labels.insert(credential.handle.label);
      if (is_known) continue;
      if (credential.earlier) {
        if (!*lease) look.earlier.push_back(std::move(credential));
      } else if (look.strays.size() < base::limits::kLeaseStraysMax) {
        look.strays.push_back(std::move(credential.handle));
      }
    }
    return {};
  });
}

void Reconcile::take_back(Instance& instance, const std::vector<model::LeaseHandle>& strays,
                          const std::stop_token& stop) {
  const base::Tick now = parts_.time.clock().monotonic();
  Strays& seen = seen_[instance.name()];
  Strays still;
  std::vector<model::LeaseHandle> due;
  for (const model::LeaseHandle& stray : strays) {
    const auto known = seen.find(stray.label);
    const base::Tick since = known != seen.end() ? known->second : now;
    if (known == seen.end())
      base::log::warn("leases", "a credential with our mark has no lease",
                      {{"provider", instance.name()},
                       {"credential", stray.label},
                       {"what now", parts_.hold ? "it stays, for revocations are held" : "it is taken back later"}});
    still.emplace(stray.label, since);
    if (!parts_.hold && now - since >= parts_.stray_grace) due.push_back(stray);
  }
  const std::size_t per_call = instance.provider().traits().batch_max;
  for (std::size_t begin = 0; begin < due.size() && !stop.stop_requested(); begin += per_call) {
    const auto piece = std::span(due).subspan(begin, std::min(per_call, due.size() - begin));
    const auto outcomes = instance.revoke(piece, parts_.names.random_fraction());
    for (std::size_t i = 0; i < piece.size(); ++i) {
      if (!outcomes[i]) continue;
      ++taken_back_;
      still.erase(piece[i].label);
      base::log::info("audit", "credential without a lease taken back",
                      {{"provider", instance.name()}, {"credential", piece[i].label}});
    }
    if (trouble_of_provider(outcomes) != nullptr) break;  // the others next time
  }
  seen = std::move(still);
}

// Its secret is not known, so its owner cannot have it shown; it is taken back at its time.
base::Status Reconcile::adopt(const Instance& instance, std::span<const Found> earlier) {
  while (!earlier.empty()) {
    const auto piece = earlier.first(std::min(earlier.size(), base::limits::kLeasesPerCommitMax));
    const base::Instant now = parts_.time.now();
    const auto status = parts_.store.write([&](store::Transaction& transaction) -> base::Status {
      for (const Found& credential : piece) {
        if (auto adopted = adopt_one(transaction, instance, credential, now); !adopted) return adopted;
      }
      return {};
    });
    if (!status) return status;
    adopted_ += piece.size();
    base::log::info("audit", "leases of an earlier manager taken over",
                    {{"provider", instance.name()}, {"count", fmt::to_string(piece.size())}});
    earlier = earlier.subspan(piece.size());
  }
  return {};
}

base::Status Reconcile::adopt_one(store::Transaction& transaction, const Instance& instance, const Found& credential,
                                  base::Instant now) const {
  Lease lease;
  lease.name = parts_.names.make(instance.name(), {}).lease;
  lease.subject = credential.earlier->owner;
  lease.audience = instance.name();
  lease.state = LeaseState::kActive;
  lease.handle = credential.handle;
  lease.issued_at = now;
  lease.expires_at = credential.earlier->expires_at;
  lease.hard_end = credential.earlier->expires_at;
  lease.ttl = std::max(credential.earlier->expires_at - now, base::Duration::zero());
  lease.due_at = credential.earlier->expires_at;
  const model::EventId event = transaction.next_event();
  lease.id = {event.value};
  if (auto inserted = transaction.leases().insert(lease); !inserted) return inserted;
  if (auto counted = transaction.leases().count_in(lease); !counted) return counted;
  transaction.append(event, now, kActor,
                     model::LeaseGranted{lease.id, lease.name, lease.owner(), lease.provider(),
                                         lease.handle.external_id, lease.digest, now, *lease.expires_at});
  return {};
}

// Of leases that were there before the look began. A list is no proof: the provider is asked for each that is missing.
base::Status Reconcile::find_losses(Instance& instance, const Look& look, base::Instant before,
                                    const std::stop_token& stop) {
  model::LeaseId& after = asked_[instance.name()];  // where the last look ended
  std::size_t asked = 0;
  for (bool more = true; more && !stop.stop_requested();) {
    std::vector<Lease> missing;
    model::LeaseId last = after;
    const auto read = parts_.store.read([&](const store::Snapshot& snapshot) -> base::Status {
      store::LeaseQuery query;
      query.provider = instance.name();
      query.states = {LeaseState::kActive};
      query.living_at = before;
      query.after = after;
      query.count_max = kPerRead;
      auto leases = snapshot.leases().list(query);
      if (!leases) return failure(leases.error());
      more = static_cast<std::int64_t>(leases->size()) == kPerRead;
      if (!leases->empty()) last = leases->back().id;
      for (Lease& lease : *leases) {
        const bool is_there = look.labels.contains(lease.handle.label);
        if (!is_there && lease.issued_at + instance.settings().call_time_max < before)
          missing.push_back(std::move(lease));
      }
      return {};
    });
    if (!read) return read;
    for (const Lease& lease : missing) {
      if (++asked > base::limits::kLeaseLossesPerLookMax || stop.stop_requested()) return {};
      after = lease.id;
      const auto lost = is_lost(instance, lease);
      if (!lost) return failure(lost.error());
      if (!*lost) continue;
      ++lost_;
      base::log::warn("audit", "lease lost: its credential has vanished at the provider",
                      {{"owner", lease.owner()}, {"lease", lease.name}});
    }
    after = more ? last : model::LeaseId{};
  }
  return {};
}

base::Result<bool> Reconcile::is_lost(Instance& instance, const Lease& lease) const {
  const auto exists = instance.guarded(Instance::Call::kList, parts_.names.random_fraction(), [&] {
    return instance.provider().exists(lease.handle, instance.call_deadline());
  });
  if (!exists || *exists) return false;
  return store::write_for<bool>(parts_.store, [&](store::Transaction& transaction) {
    Lease lost = lease;
    return end_lease(transaction, lost, {LeaseState::kLost, model::LeaseEnd::kLost, {}}, parts_.time.now(), parts_.keep,
                     kActor);
  });
}

}  // namespace jeton::leases
