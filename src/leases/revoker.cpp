#include "leases/revoker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <variant>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "leases/lease_rules.hpp"
#include "store/transaction.hpp"
#include "store/write_for.hpp"

namespace jeton::leases {
namespace {

using base::failure;
using base::Result;
using model::Lease;
using model::LeaseState;

constexpr base::Duration kQuantum = std::chrono::milliseconds{50};
/// A sweep that finds its provider left alone looks again no sooner.
constexpr base::Duration kPauseMin = std::chrono::milliseconds{100};
constexpr const char* kActor = "leases.revoker";

// At a character's end.
std::string cut(std::string text) {
  if (text.size() <= base::limits::kLeaseErrorBytesMax) return text;
  std::size_t end = base::limits::kLeaseErrorBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

// Pieces of a sweep that several threads take from, one after the other.
class Pieces {
 public:
  explicit Pieces(std::size_t count) : count_(count), unfinished_(count) {}
  std::optional<std::size_t> take() {
    const std::size_t piece = next_.fetch_add(1, std::memory_order_relaxed);
    return piece < count_ ? std::optional(piece) : std::nullopt;
  }
  void finish() {
    const std::scoped_lock lock(mutex_);
    if (--unfinished_ == 0) all_finished_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    all_finished_.wait(lock, [this] { return unfinished_ == 0; });
  }

 private:
  const std::size_t count_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // guards unfinished_
  std::condition_variable all_finished_;
  std::size_t unfinished_;
};

}  // namespace

Revoker::Revoker(const Parts& parts, Instance& instance)
    : parts_(parts),
      instance_(instance),
      kind_(parts.engine.add("leases." + instance.name(), kQuantum)),
      next_(parts.engine, kind_) {
  parts_.engine.on_due(kind_, [this](std::span<const expiry::Due> due, base::Instant, expiry::Engine::Done done) {
    on_due(due.front().at, std::move(done));
  });
}

base::Status Revoker::load(const store::Snapshot& snapshot) {
  const auto next = snapshot.leases().next_due(instance_.name(), parts_.hold);
  if (!next) return failure(next.error());
  expect(*next);
  const auto in_work = snapshot.leases().counts_in_work(instance_.name());
  if (!in_work) return failure(in_work.error());
  const bool any_stuck =
      std::ranges::any_of(*in_work, [](const auto& count) { return count.first == LeaseState::kIrrevocable; });
  stuck_were_retried_ = !any_stuck;
  if (any_stuck) expect(parts_.time.now());
  return {};
}

// The engine goes by the wall clock, which may have jumped.
void Revoker::expect(std::optional<base::Instant> at) {
  if (at) next_.expect(parts_.time.clock().wall() + (*at - parts_.time.now()));
}

base::Instant Revoker::claimed_until() const {
  return parts_.time.now() + 2 * instance_.settings().call_time_max + instance_.settle_time();
}

void Revoker::on_due(base::Instant due_since, expiry::Engine::Done done) {
  next_.begin();
  const auto report = std::make_shared<expiry::Engine::Done>(std::move(done));
  const bool taken = instance_.submit_revocation([this, due_since, report] {
    base::Status swept = failure(base::internal("the sweep failed unexpectedly"));
    try {
      swept = sweep();
    } catch (const std::exception& broken) {
      base::log::error("leases", "a sweep failed unexpectedly",
                       {{"provider", instance_.name()}, {"problem", broken.what()}});
    }
    if (!swept) next_.again(due_since);
    (*report)(swept);
  });
  if (taken) return;
  next_.again(due_since);
  (*report)(failure(base::unavailable("too many revocations wait at provider " + instance_.name())));
}

base::Status Revoker::sweep() {
  if (!answers()) {
    expect(parts_.time.now() + std::max(instance_.pause(), kPauseMin));
    return {};
  }
  if (!stuck_were_retried_.exchange(true)) {
    if (auto retried = retry_stuck(); !retried) {
      stuck_were_retried_ = false;
      return retried;
    }
  }
  auto claimed = claim();
  if (!claimed) return failure(claimed.error());
  if (!claimed->leases.empty()) {
    const Outcomes outcomes = revoke(claimed->leases);
    const auto next = record(claimed->leases, outcomes);
    if (!next) return failure(next.error());
    claimed->next = *next;
  }
  expect(claimed->next);
  return {};
}

// While all is well nothing is asked; else one asks, for all, whether it is well again.
bool Revoker::answers() {
  if (instance_.asked_to_wait()) return false;
  if (instance_.figures().state == base::Breaker::State::kClosed) return true;
  const auto checked = instance_.guarded(Instance::Call::kCheck, parts_.names.random_fraction(),
                                         [this] { return instance_.provider().check(instance_.call_deadline()); });
  if (checked) stuck_were_retried_ = false;
  return checked.has_value();
}

// What was refused may have been so because of what is mended now: after a start, and when the provider is back.
base::Status Revoker::retry_stuck() {
  model::LeaseId after;
  for (bool more = true; more;) {
    const auto last = store::write_for<std::optional<model::LeaseId>>(
        parts_.store, [&](store::Transaction& transaction) -> Result<std::optional<model::LeaseId>> {
          store::LeaseQuery query;
          query.provider = instance_.name();
          query.states = {LeaseState::kIrrevocable};
          query.after = after;
          query.count_max = static_cast<std::int64_t>(base::limits::kLeasesPerCommitMax);
          auto leases = transaction.leases().list(query);
          if (!leases) return failure(leases.error());
          for (Lease& lease : *leases) {
            const Lease read = lease;
            lease.due_at = parts_.time.now();
            if (const auto changed = transaction.leases().change(read, lease); !changed)
              return failure(changed.error());
          }
          return leases->empty() ? std::nullopt : std::optional(leases->back().id);
        });
    if (!last) return failure(last.error());
    more = last->has_value();
    after = last->value_or(after);
  }
  return {};
}

Result<Revoker::Claimed> Revoker::claim() {
  const base::Instant now = parts_.time.now();
  return store::write_for<Claimed>(parts_.store, [this, now](store::Transaction& transaction) -> Result<Claimed> {
    auto due = transaction.leases().due(instance_.name(), now, parts_.hold,
                                        static_cast<std::int64_t>(base::limits::kLeasesPerSweepMax));
    if (!due) return failure(due.error());
    Claimed claimed;
    for (Lease& lease : *due) {
      const auto taken = claim_one(transaction, lease, now);
      if (!taken) return failure(taken.error());
      if (*taken) claimed.leases.push_back(std::move(lease));
    }
    const auto next = transaction.leases().next_due(instance_.name(), parts_.hold);
    if (!next) return failure(next.error());
    claimed.next = *next;
    return claimed;
  });
}

// False: there is nothing to take back.
Result<bool> Revoker::claim_one(store::Transaction& transaction, Lease& lease, base::Instant now) const {
  if (model::is_ended(lease.state)) {
    const auto removed = transaction.leases().remove(lease.id);
    return removed ? Result<bool>(false) : failure(removed.error());
  }
  return begin_ending(transaction, lease, {reason_of(lease), claimed_until(), false}, now, kActor);
}

Revoker::Outcomes Revoker::revoke(std::span<const Lease> leases) {
  Outcomes outcomes(leases.size());
  const std::size_t per_piece = instance_.provider().traits().batch_max;
  const std::size_t count = (leases.size() + per_piece - 1) / per_piece;
  const auto pieces = std::make_shared<Pieces>(count);
  // Whoever comes when all is taken touches nothing of this call.
  const auto work = [this, pieces, leases, per_piece, &outcomes] {
    while (const auto piece = pieces->take()) {
      const std::size_t begin = *piece * per_piece;
      const std::size_t size = std::min(per_piece, leases.size() - begin);
      revoke_piece(leases.subspan(begin, size), std::span(outcomes).subspan(begin, size));
      pieces->finish();
    }
  };
  for (std::size_t i = 1; i < std::min(instance_.settings().connections, count); ++i) {
    if (!instance_.submit_revocation(work)) break;
  }
  work();
  pieces->wait();
  return outcomes;
}

void Revoker::revoke_piece(std::span<const Lease> leases, std::span<Provider::Outcome<void>> outcomes) noexcept {
  try {
    std::vector<model::LeaseHandle> handles;
    handles.reserve(leases.size());
    for (const Lease& lease : leases) handles.push_back(lease.handle);
    auto answered = instance_.revoke(handles, parts_.names.random_fraction());
    std::ranges::move(answered, outcomes.begin());
  } catch (const std::exception&) {
    // Out of memory: what is not confirmed is tried again.
    for (auto& outcome : outcomes)
      outcome = std::unexpected(Problem{.trouble = Trouble::kBusy, .message = {}, .retry_after = {}});
  }
}

Result<std::optional<base::Instant>> Revoker::record(std::vector<Lease>& leases, const Outcomes& outcomes) {
  using Next = std::optional<base::Instant>;
  const base::Instant now = parts_.time.now();
  std::vector<Lease> recorded;
  auto next = store::write_for<Next>(parts_.store, [&](store::Transaction& transaction) -> Result<Next> {
    recorded = leases;  // a body may run twice
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      if (const auto done = record_one(transaction, recorded[i], outcomes[i], now); !done) return failure(done.error());
    }
    return transaction.leases().next_due(instance_.name(), parts_.hold);
  });
  if (!next) return next;
  for (std::size_t i = 0; i < leases.size(); ++i) count(leases[i], recorded[i], outcomes[i]);
  leases = std::move(recorded);
  return next;
}

// `lease` becomes what is recorded of it.
base::Status Revoker::record_one(store::Transaction& transaction, Lease& lease, const Provider::Outcome<void>& outcome,
                                 base::Instant now) {
  AfterRevoke after = after_revoke(lease, outcome, now, instance_.settle_time(), parts_.names.random_fraction());
  if (model::is_ended(after.state)) {
    const auto ended = end_lease(transaction, lease, {after.state, lease.end, {}}, now, parts_.keep, kActor);
    return ended ? base::Status{} : failure(ended.error());
  }
  const Lease read = lease;
  lease.state = after.state;
  lease.due_at = after.due_at;
  lease.attempts = after.attempts;
  lease.last_error = cut(std::move(after.last_error));
  const auto changed = transaction.leases().change(read, lease);
  if (!changed) return failure(changed.error());
  if (*changed && lease.state == LeaseState::kIrrevocable && read.state != LeaseState::kIrrevocable)
    transaction.append(now, kActor, model::LeaseStuck{lease.id, lease.name, lease.provider(), lease.last_error});
  return {};
}

void Revoker::count(const Lease& before, const Lease& after, const Provider::Outcome<void>& outcome) {
  if (model::is_ended(after.state)) {
    ++revoked_;
    base::log::info("audit", "lease taken back",
                    {{"owner", after.owner()}, {"lease", after.name}, {"reason", base::enum_text(after.end)}});
    return;
  }
  if (!outcome) ++failed_;
  if (after.state != LeaseState::kIrrevocable || before.state == LeaseState::kIrrevocable) return;
  ++stuck_;
  base::log::warn("audit", "lease cannot be taken back",
                  {{"owner", after.owner()}, {"lease", after.name}, {"trouble", after.last_error}});
}

void Revoker::revoke_claimed(Lease lease, Done done) {
  const auto shared =
      std::make_shared<std::pair<std::vector<Lease>, Done>>(std::vector<Lease>{std::move(lease)}, std::move(done));
  const bool taken = instance_.submit_revocation([this, shared] {
    auto& [leases, answer] = *shared;
    const Outcomes outcomes = revoke(leases);
    const auto next = record(leases, outcomes);
    if (!next) return answer(failure(next.error()));
    expect(*next);
    answer(std::move(leases.front()));
  });
  if (!taken) shared->second(failure(base::unavailable("too many revocations wait at provider " + instance_.name())));
}

Revoker::Figures Revoker::figures() const {
  return {.revoked = revoked_, .failed = failed_, .stuck = stuck_};
}

Revokers::Revokers(const Revoker::Parts& parts, Instances& instances) : time_(parts.time) {
  for (const auto& instance : instances.all()) all_.push_back(std::make_unique<Revoker>(parts, *instance));
}

base::Status Revokers::load(const store::Snapshot& snapshot) {
  for (const auto& revoker : all_) {
    if (auto loaded = revoker->load(snapshot); !loaded) return loaded;
  }
  return {};
}

void Revokers::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* requested = std::get_if<model::LeaseRequested>(&event.body)) {
      expect(requested->provider, requested->due_at);
    } else if (const auto* granted = std::get_if<model::LeaseGranted>(&event.body)) {
      expect(granted->provider, granted->expires_at);
    } else if (const auto* renewed = std::get_if<model::LeaseRenewed>(&event.body)) {
      expect(renewed->provider, renewed->expires_at);
    } else if (const auto* ending = std::get_if<model::LeaseEnding>(&event.body)) {
      expect(ending->provider, ending->due_at);
    } else if (const auto* released = std::get_if<model::LeaseReleased>(&event.body)) {
      expect(released->provider, time_.now());
    }
  }
}

void Revokers::look() {
  for (const auto& revoker : all_) revoker->expect(time_.now());
}

void Revokers::expect(std::string_view provider, base::Instant at) {
  if (Revoker* revoker = find(provider)) revoker->expect(at);
}

Revoker* Revokers::find(std::string_view provider) {
  for (const auto& revoker : all_) {
    if (revoker->instance().name() == provider) return revoker.get();
  }
  return nullptr;
}

}  // namespace jeton::leases
