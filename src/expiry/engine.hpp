// One engine drives what must happen when a deadline has passed, for every feature: clean-up, revocation, refresh. It
// never decides whether something is valid: who reads checks the time itself (DESIGN section 1, idea 4), so a late
// sweep lets nothing live on.
#pragma once
#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "expiry/deadline_index.hpp"

namespace jeton::expiry {

/// Deadlines handed over at once; what a handler writes for one batch fits one commit.
inline constexpr std::size_t kBatchMax = 512;

enum class KindId : std::uint8_t {};

/// Thread-safe, but one thread only calls run_due() or run(). A kind's handler gets one batch at a time: the next one
/// only after `done` was called or dropped for the last. Completions must be called and destroyed before the engine is.
class Engine {
 public:
  /// What became of a batch; called at most once. After a failure the batch comes back with the kind's next sweep.
  /// Destroyed uncalled it reports a failure itself, so that no kind waits for ever for an answer that was lost.
  using Done = std::move_only_function<void(base::Status)>;
  /// Called on the engine's thread, without a lock; must not wait. `due` lives until `done` is called or destroyed,
  /// which may be on any thread. A handler that throws has failed, unless it reported before.
  using Handler = std::move_only_function<void(std::span<const Due> due, base::Instant now, Done done)>;

  /// `quantum`: sweeps of this kind begin at most that often; a sweep goes on, batch by batch, until nothing is due. A
  /// kind without a handler only collects. At most 256 kinds.
  KindId add(std::string name, base::Duration quantum);
  /// Before the first run_due().
  void on_due(KindId kind, Handler handler);

  void schedule(KindId kind, std::uint64_t key, base::Instant at);
  void reserve(KindId kind, std::size_t count);
  /// For kinds whose things often end before their time: `holds` says whether the thing behind a key is still there.
  /// Whenever the kind's deadlines have doubled, run_due() looks through them, at most limits::kDeadlinesPerLookMax a
  /// call, and forgets those whose thing is gone. `holds` is called with the engine locked: quick, and it must not call
  /// the engine. Before the first run_due().
  void keep_while(KindId kind, std::function<bool(std::uint64_t key)> holds);

  /// Hands at most one batch of each kind to its handler. Wall time may have jumped: forwards, more is due at once;
  /// backwards, sweeps wait one quantum from the new time.
  void run_due(base::Instant now);
  /// The earliest instant at which run_due() has something to do, never before `now`; nullopt: not until something is
  /// scheduled or a completion comes.
  std::optional<base::Instant> next_wake(base::Instant now) const;
  /// Waits and runs until `stop`. Looks at the clock at least once a second, since wall time may jump.
  void run(const std::stop_token& stop, const base::Clock& clock);

  std::size_t waiting(KindId kind) const;

  struct Figures {
    std::string name;
    std::size_t waiting = 0;     ///< deadlines, those of things that are gone included
    std::uint64_t failures = 0;  ///< batches that failed
  };
  /// One a kind.
  std::vector<Figures> figures() const;

 private:
  class Report;

  struct Kind {
    std::string name;
    base::Duration quantum{};
    Handler handler;
    DeadlineIndex deadlines;
    std::array<Due, kBatchMax> batch;
    std::size_t batch_size = 0;
    bool busy = false;                   ///< a batch is with the handler
    bool sweeping = false;               ///< the last batch was full: go on without waiting for the quantum
    std::optional<base::Instant> swept;  ///< when the last sweep began
    std::uint64_t failures = 0;
    std::function<bool(std::uint64_t)> holds;
    std::size_t unseen = 0;  ///< deadlines that the look through them has not reached; 0: none is under way
    std::size_t kept = 0;    ///< how many there were after the last look
  };

  Kind& of(KindId kind) { return kinds_[static_cast<std::size_t>(kind)]; }
  const Kind& of(KindId kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
  static std::optional<base::Instant> wake_of(const Kind& kind, base::Instant now);
  std::optional<base::Instant> next_wake_locked(base::Instant now) const;
  void hand_over(Kind& kind, base::Instant now);
  void finish(Kind& kind, const base::Status& status);
  static void look_through(Kind& kind);

  mutable std::mutex mutex_;  ///< guards everything; batches belong to the handler while a kind is busy
  std::condition_variable_any wake_;
  bool woken_ = false;
  std::deque<Kind> kinds_;  ///< addresses stay
};

}  // namespace jeton::expiry
