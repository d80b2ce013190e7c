#include "leases/lease_figures.hpp"

#include <utility>

#include "store/transaction.hpp"

namespace jeton::leases {
namespace {

base::Result<LeaseFigures::OfProvider> figures_of(const store::LeaseTable& leases, const std::string& name,
                                                  base::Instant now) {
  LeaseFigures::OfProvider figures{.name = name};
  const auto count = leases.count_of(store::LeaseCountKind::kProvider, name);
  if (!count) return base::failure(count.error());
  figures.leases = *count;
  const auto in_work = leases.counts_in_work(name);
  if (!in_work) return base::failure(in_work.error());
  for (const auto& [state, number] : *in_work) {
    if (state == model::LeaseState::kIntent) {
      figures.intents = number;
    } else if (state == model::LeaseState::kIrrevocable) {
      figures.irrevocable = number;
    } else {
      figures.revoking += number;
    }
  }
  const auto oldest = leases.oldest_to_take_back(name);
  if (!oldest) return base::failure(oldest.error());
  figures.waiting_since = *oldest;
  const auto due = leases.next_due(name, false);  // also what no sweep has come to yet
  if (!due) return base::failure(due.error());
  if (*due && (!figures.waiting_since || **due < *figures.waiting_since)) figures.waiting_since = *due;
  for (std::size_t i = 0; i < figures.ending.size(); ++i) {
    const auto ending = leases.ending_by(name, now + LeaseFigures::kHorizons.at(i), LeaseFigures::kEndingCountMax);
    if (!ending) return base::failure(ending.error());
    figures.ending.at(i) = *ending;
  }
  return figures;
}

}  // namespace

base::Status LeaseFigures::refresh() {
  std::vector<OfProvider> providers;
  std::int64_t total = 0;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    for (const auto& instance : instances_.all()) {
      auto figures = figures_of(snapshot.leases(), instance->name(), time_.now());
      if (!figures) return base::failure(figures.error());
      providers.push_back(*std::move(figures));
    }
    const auto count = snapshot.leases().count_of(store::LeaseCountKind::kTotal, "");
    if (!count) return base::failure(count.error());
    total = *count;
    return {};
  });
  if (!read) return read;
  const std::scoped_lock lock(mutex_);
  providers_ = std::move(providers);
  total_ = total;
  return {};
}

std::vector<LeaseFigures::OfProvider> LeaseFigures::providers() const {
  const std::scoped_lock lock(mutex_);
  return providers_;
}

std::int64_t LeaseFigures::total() const {
  const std::scoped_lock lock(mutex_);
  return total_;
}

}  // namespace jeton::leases
