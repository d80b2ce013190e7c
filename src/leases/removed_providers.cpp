#include "leases/removed_providers.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "store/transaction.hpp"
#include "store/write_for.hpp"

namespace jeton::leases {
namespace {

using base::Result;
using model::Lease;
using model::LeaseState;

constexpr auto kPerCommit = static_cast<std::int64_t>(base::limits::kLeasesPerCommitMax);
constexpr const char* kActor = "leases.removed-providers";

}  // namespace

base::Status RemovedProviders::operator()(const std::stop_token& stop) {
  for (const std::string& provider : names_) {
    if (auto status = give_up(provider, stop); !status) return status;
    if (auto status = forget(provider, stop); !status) return status;
  }
  return {};
}

base::Status RemovedProviders::give_up(const std::string& provider, const std::stop_token& stop) {
  const auto give_up_piece = [&](store::Transaction& transaction) -> Result<std::int64_t> {
    store::LeaseQuery query;
    query.provider = provider;
    query.states = {LeaseState::kIntent, LeaseState::kUnknown, LeaseState::kActive, LeaseState::kRevoking,
                    LeaseState::kIrrevocable};
    query.count_max = kPerCommit;
    auto leases = transaction.leases().list(query);
    if (!leases) return base::failure(leases.error());
    const End end{LeaseState::kAbandoned, model::LeaseEnd::kForced, "its provider was removed"};
    for (Lease& lease : *leases) {
      if (const auto ended = end_lease(transaction, lease, end, time_.now(), keep_, kActor); !ended)
        return base::failure(ended.error());
    }
    return static_cast<std::int64_t>(leases->size());
  };
  std::int64_t count = 0;
  for (bool more = true; more && !stop.stop_requested();) {
    const auto given_up = store::write_for<std::int64_t>(store_, give_up_piece);
    if (!given_up) return base::failure(given_up.error());
    count += *given_up;
    more = *given_up == kPerCommit;
  }
  if (count != 0) {
    base::log::warn("audit", "leases of a removed provider given up: their credentials may still work",
                    {{"provider", provider}, {"count", fmt::to_string(count)}});
  }
  return {};
}

base::Status RemovedProviders::forget(std::string_view provider, const std::stop_token& stop) {
  const auto forget_piece = [&](store::Transaction& transaction) -> Result<std::int64_t> {
    const auto leases = transaction.leases().due(provider, time_.now(), false, kPerCommit);
    if (!leases) return base::failure(leases.error());
    std::int64_t count = 0;
    for (const Lease& lease : *leases) {
      if (!model::is_ended(lease.state)) continue;
      if (const auto removed = transaction.leases().remove(lease.id); !removed) return base::failure(removed.error());
      ++count;
    }
    return count;
  };
  for (bool more = true; more && !stop.stop_requested();) {
    const auto forgotten = store::write_for<std::int64_t>(store_, forget_piece);
    if (!forgotten) return base::failure(forgotten.error());
    more = *forgotten == kPerCommit;
  }
  return {};
}

}  // namespace jeton::leases
