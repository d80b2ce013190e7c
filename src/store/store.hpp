// The store: reads on the caller's thread, writes through one commit thread, many to a sync (DESIGN sections 1 and 3).
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/wake_batch.hpp"
#include "model/event.hpp"
#include "store/commit_group.hpp"
#include "store/figures.hpp"
#include "store/read_pool.hpp"
#include "store/transaction.hpp"

namespace jeton::store {

/// Told of every committed event, in the order of commit, before the writer gets its answer. Runs on the commit thread:
/// it must be quick, and must not call the store.
class Follower {
 public:
  virtual ~Follower() = default;
  virtual void apply(std::span<const model::Event> events) noexcept = 0;
  /// Called in its place for a follower that keeps events: they are shared instead of copied.
  virtual void share(const std::shared_ptr<const std::vector<model::Event>>& events) noexcept { apply(*events); }
};

/// Thread-safe unless a member says otherwise. Made by open_store().
///
/// A write's body runs on the commit thread inside a group: the bodies that waited at that moment share one transaction
/// and one sync. A body that answers an error or throws is undone alone, and its writer gets that error (kInternal for
/// a throw). When the commit fails, every body of the group gets kUnavailable and nothing of it is visible.
///
/// A body has no effects beside those on its transaction, and on variables that it sets anew in each run: it is run
/// again, twice at most, when another body of its group failed after it had changed something, and when one made the
/// database give up the whole transaction (SQLite does on a full disk). Only the last run counts.
class Store {
 public:
  using Body = CommitGroup::Body;
  using Completion = CommitGroup::Completion;
  /// Not nested: a body reads through its transaction, and a read does not begin another.
  using ReadBody = std::function<base::Status(const Snapshot&)>;

  Store(std::unique_ptr<Database> database, std::unique_ptr<Connection> writer, model::EventId last,
        const base::Sealing& sealer, const base::Clock& clock);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Queues a write. `done` runs on the commit thread, after the commit and after the followers, in the order of
  /// submission; it must not wait. Past limits::kWritesWaitingMax, before start() and after stop() it gets kUnavailable
  /// on the caller's thread before submit() returns. The body is destroyed before `done` runs.
  void submit(Body body, Completion done);

  /// submit() and wait. kInternal on the commit thread, which would wait for itself.
  base::Status write(Body body);

  /// Runs `body` on the calling thread over a consistent snapshot, which contains every write answered before. Waits
  /// while all read connections are in use. The body's answer, or kUnavailable when the database could not be read.
  base::Status read(const ReadBody& body) { return reads_.read(body); }

  /// Before start(); lives until stop().
  void follow(Follower& follower) { followers_.push_back(&follower); }
  /// Once.
  void start();
  /// Refuses new writes, commits what is queued, ends the commit thread. Not from the commit thread. May be called
  /// again.
  void stop();

  /// Why the last write could not be made durable; well again as soon as one can. While it is not well, an idle store
  /// tries by itself once a second.
  base::Status health() const;
  /// The newest committed event that followers were told of, or that was there at start; 0 when there never was one.
  model::EventId last_event() const { return {last_event_.load(std::memory_order_acquire)}; }
  Figures figures() const;
  /// For messages: the database's path or address.
  const std::string& name() const { return name_; }

 private:
  enum class State : std::uint8_t { kNew, kRunning, kStopping };

  /// Where the commit thread sleeps.
  struct Bell final : base::Sleeper {
    std::condition_variable rung;
    void wake() noexcept override { rung.notify_one(); }
  };

  enum class Queued : std::uint8_t { kRefused, kCommitThreadIsAwake, kCommitThreadSleeps };

  Queued queue(Body& body, Completion& done);
  void run();
  bool take(std::vector<CommitGroup::Write>& taken);
  void gather(std::unique_lock<std::mutex>& lock);
  void give_way(std::unique_lock<std::mutex>& lock);
  void commit(std::span<CommitGroup::Write> writes);
  void note(const CommitGroup::Outcome& outcome, std::size_t writes);
  std::optional<base::Error> refusal(std::size_t waiting) const;

  const std::unique_ptr<Database> database_;
  const std::string name_;
  ReadPool reads_;
  CommitGroup group_;
  std::vector<Follower*> followers_;

  // Of the last group; commit thread only.
  std::size_t answered_ = 0;        ///< its size
  std::size_t waiting_before_ = 0;  ///< how many waited before it was answered
  base::Duration last_commit_{};    ///< how long its commit took

  mutable std::mutex mutex_;  ///< guards the next five
  const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  State state_ = State::kNew;
  std::vector<CommitGroup::Write> waiting_;
  std::size_t running_ = 0;  ///< taken from waiting_ and not answered yet
  std::size_t wanted_ = 1;   ///< the commit thread sleeps until so many wait

  mutable std::mutex notes_mutex_;  ///< guards the next two
  Figures figures_;
  base::Status health_;

  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> last_event_;
  std::atomic<std::thread::id> commit_thread_;
  std::thread thread_;
};

}  // namespace jeton::store
