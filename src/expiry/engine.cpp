#include "expiry/engine.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace jeton::expiry {
namespace {

constexpr base::Duration kLookEvery = std::chrono::seconds{1};

// Between two slices of a look through the deadlines of a kind others get the lock.
constexpr base::Duration kSlicePause = std::chrono::milliseconds{1};
// Fewer than these are not worth a look.
constexpr std::size_t kLookFrom = 65'536;

}  // namespace

// One batch's way back from its handler.
class Engine::Report {
 public:
  Report(Engine& engine, Kind& kind) : engine_(&engine), kind_(&kind) {}
  Report(Report&& other) noexcept : engine_(std::exchange(other.engine_, nullptr)), kind_(other.kind_) {}
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  Report& operator=(Report&&) = delete;
  ~Report() {
    if (engine_ != nullptr) (*this)(base::failure(base::internal("its handler ended without an answer")));
  }

  void operator()(const base::Status& status) {
    if (Engine* const engine = std::exchange(engine_, nullptr)) engine->finish(*kind_, status);
  }

 private:
  Engine* engine_;
  Kind* kind_;
};

KindId Engine::add(std::string name, base::Duration quantum) {
  const std::scoped_lock lock(mutex_);
  if (kinds_.size() == 256) throw std::length_error("more than 256 kinds of deadlines");
  Kind& kind = kinds_.emplace_back();
  kind.name = std::move(name);
  kind.quantum = quantum;
  return static_cast<KindId>(kinds_.size() - 1);
}

void Engine::on_due(KindId kind, Handler handler) {
  const std::scoped_lock lock(mutex_);
  of(kind).handler = std::move(handler);
}

void Engine::schedule(KindId kind, std::uint64_t key, base::Instant at) {
  bool earlier = false;
  {
    const std::scoped_lock lock(mutex_);
    Kind& target = of(kind);
    const auto before = target.deadlines.next_deadline();
    target.deadlines.schedule(key, at);
    earlier = !before || at < *before;
    woken_ = woken_ || earlier;
  }
  if (earlier) wake_.notify_one();
}

void Engine::reserve(KindId kind, std::size_t count) {
  const std::scoped_lock lock(mutex_);
  of(kind).deadlines.reserve(count);
}

void Engine::keep_while(KindId kind, std::function<bool(std::uint64_t)> holds) {
  const std::scoped_lock lock(mutex_);
  of(kind).holds = std::move(holds);
}

// With the engine locked.
void Engine::look_through(Kind& kind) {
  if (!kind.holds) return;
  if (kind.unseen == 0 && kind.deadlines.size() >= 2 * kind.kept + kLookFrom) kind.unseen = kind.deadlines.size();
  if (kind.unseen == 0) return;
  kind.unseen = kind.deadlines.discard_some(kind.unseen, base::limits::kDeadlinesPerLookMax,
                                            [&kind](const Due& due) { return !kind.holds(due.key); });
  if (kind.unseen == 0) kind.kept = kind.deadlines.size();
}

// When a sweep of this kind may begin or go on, if nothing else happens before.
std::optional<base::Instant> Engine::wake_of(const Kind& kind, base::Instant now) {
  if (kind.busy || !kind.handler) return std::nullopt;
  const auto deadline = kind.deadlines.next_deadline();
  if (!deadline) return std::nullopt;
  base::Instant at = std::max(*deadline, now);
  if (kind.swept && !kind.sweeping) at = std::max(at, std::min(*kind.swept, now) + kind.quantum);
  return at;
}

void Engine::run_due(base::Instant now) {
  std::unique_lock lock(mutex_);
  for (Kind& kind : kinds_) {
    look_through(kind);
    if (kind.swept && *kind.swept > now) kind.swept = now;  // the clock was set back
    if (wake_of(kind, now) != now) continue;
    kind.batch_size = kind.deadlines.take_due(now, kind.batch);
    if (!kind.sweeping) kind.swept = now;
    kind.sweeping = kind.batch_size == kind.batch.size();
    kind.busy = true;
    lock.unlock();
    hand_over(kind, now);
    lock.lock();
  }
}

void Engine::hand_over(Kind& kind, base::Instant now) {
  try {
    kind.handler(std::span<const Due>(kind.batch).first(kind.batch_size), now, Report(*this, kind));
  } catch (const std::exception& problem) {
    base::log::error("expiry", "a handler failed", {{"kind", kind.name}, {"problem", problem.what()}});
  }
}

void Engine::finish(Kind& kind, const base::Status& status) {
  if (!status)
    base::log::warn("expiry", "a sweep failed and will be repeated",
                    {{"kind", kind.name}, {"reason", status.error().message}});
  {
    const std::scoped_lock lock(mutex_);
    if (!status) {
      for (std::size_t i = 0; i < kind.batch_size; ++i) kind.deadlines.schedule(kind.batch[i].key, kind.batch[i].at);
      kind.sweeping = false;
      ++kind.failures;
    }
    kind.busy = false;
    woken_ = true;
    wake_.notify_one();  // under the lock: the engine may be destroyed as soon as it knows
  }
}

std::optional<base::Instant> Engine::next_wake_locked(base::Instant now) const {
  std::optional<base::Instant> next;
  for (const Kind& kind : kinds_) {
    const auto at = wake_of(kind, now);
    if (at && (!next || *at < *next)) next = at;
    if (kind.unseen != 0 && (!next || now + kSlicePause < *next)) next = now + kSlicePause;
  }
  return next;
}

std::optional<base::Instant> Engine::next_wake(base::Instant now) const {
  const std::scoped_lock lock(mutex_);
  return next_wake_locked(now);
}

void Engine::run(const std::stop_token& stop, const base::Clock& clock) {
  {
    // The first sweep comes one quantum after the start, as the others after the one before
    // (arrowhead-authorization 8.10).
    const std::scoped_lock lock(mutex_);
    for (Kind& kind : kinds_) {
      if (!kind.swept) kind.swept = clock.wall();
    }
  }
  while (!stop.stop_requested()) {
    run_due(clock.wall());
    std::unique_lock lock(mutex_);
    const base::Instant now = clock.wall();
    const auto next = next_wake_locked(now);
    const base::Duration pause = next ? std::min(*next - now, kLookEvery) : kLookEvery;
    if (pause > base::Duration::zero()) wake_.wait_for(lock, stop, pause, [this] { return woken_; });
    woken_ = false;
  }
}

std::size_t Engine::waiting(KindId kind) const {
  const std::scoped_lock lock(mutex_);
  return of(kind).deadlines.size();
}

std::vector<Engine::Figures> Engine::figures() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Figures> all;
  all.reserve(kinds_.size());
  for (const Kind& kind : kinds_) all.push_back({kind.name, kind.deadlines.size(), kind.failures});
  return all;
}

}  // namespace jeton::expiry
