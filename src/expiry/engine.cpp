#include "expiry/engine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"

namespace jeton::expiry {
namespace {

constexpr base::Duration kLookEvery = std::chrono::seconds{1};

}  // namespace

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

std::size_t Engine::discard_if(KindId kind, const std::function<bool(const Due&)>& unwanted) {
  const std::scoped_lock lock(mutex_);
  return of(kind).deadlines.discard_if(unwanted);
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
    if (kind.swept && *kind.swept > now) kind.swept = now;  // the clock was set back
    if (wake_of(kind, now) != now) continue;
    kind.batch_size = kind.deadlines.take_due(now, kind.batch);
    if (!kind.sweeping) kind.swept = now;
    kind.sweeping = kind.batch_size == kind.batch.size();
    kind.busy = true;
    lock.unlock();
    kind.handler(std::span<const Due>(kind.batch).first(kind.batch_size), now,
                 [this, &kind](const base::Status& status) { finish(kind, status); });
    lock.lock();
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

std::size_t Engine::bytes(KindId kind) const {
  const std::scoped_lock lock(mutex_);
  return of(kind).deadlines.bytes();
}

}  // namespace jeton::expiry
