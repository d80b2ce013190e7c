#include "store/store.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/wake_batch.hpp"

namespace jeton::store {
namespace {

/// While the database keeps nothing, how often an idle store tries.
constexpr std::chrono::seconds kProbeEvery{1};

// How long the commit thread waits for those it just answered: a share of what the commit took, if that is worth a
// sleep.
constexpr int kGatherShare = 4;
constexpr std::size_t kGatherFrom = 4;
constexpr std::chrono::microseconds kGatherMin{20};
constexpr std::chrono::milliseconds kGatherMax{2};

template <class Counts, class Bounds>
void count_in(Counts& histogram, const Bounds& bounds, double value) {
  const auto slot = std::ranges::lower_bound(bounds, value) - bounds.begin();
  ++histogram.counts[static_cast<std::size_t>(slot)];
  histogram.sum += value;
}

/// Where write() waits.
class Answer {
 public:
  void give(base::Status status) {
    const std::scoped_lock lock(mutex_);
    status_ = std::move(status);
    given_.notify_one();  // under the lock: the waiter destroys this as soon as it may
  }
  base::Status wait() {
    std::unique_lock lock(mutex_);
    given_.wait(lock, [this] { return status_.has_value(); });
    return std::move(*status_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  std::optional<base::Status> status_;
};

void answer(CommitGroup::Write& write) {
  write.body = nullptr;
  try {
    if (write.done) write.done(std::move(write.status));
  } catch (const std::exception& exception) {
    base::log::error("store", "the answer to a write threw", {{"what", exception.what()}});
  }
}

}  // namespace

Store::Store(std::unique_ptr<Database> database, std::unique_ptr<Connection> writer, model::EventId last,
             const base::Sealing& sealer, const base::Clock& clock)
    : database_(std::move(database)),
      name_(database_->name()),
      reads_(*database_, sealer),
      group_(*database_, std::move(writer), last, sealer, clock),
      last_event_(last.value) {}

Store::~Store() {
  stop();
}

std::optional<base::Error> Store::refusal(std::size_t waiting) const {
  if (state_ == State::kNew) return base::unavailable("the store has not been started yet");
  if (state_ == State::kStopping) return base::unavailable("the store is stopped; this server is shutting down");
  if (waiting < base::limits::kWritesWaitingMax) return std::nullopt;
  return base::unavailable("too many writes are waiting (" + std::to_string(waiting) + "); try again later");
}

void Store::submit(Body body, Completion done) {
  if (queue(body, done) == Queued::kCommitThreadSleeps) base::WakeBatch::wake(bell_);
}

Store::Queued Store::queue(Body& body, Completion& done) {
  std::optional<base::Error> refused;
  {
    const std::scoped_lock lock(mutex_);
    refused = refusal(waiting_.size() + running_);
    if (!refused) {
      waiting_.push_back({std::move(body), std::move(done), {}});
      return waiting_.size() == wanted_ ? Queued::kCommitThreadSleeps : Queued::kCommitThreadIsAwake;
    }
  }
  refused_.fetch_add(1, std::memory_order_relaxed);
  body = nullptr;
  if (done) done(base::failure(std::move(*refused)));
  return Queued::kRefused;
}

base::Status Store::write(Body body) {
  if (std::this_thread::get_id() == commit_thread_.load(std::memory_order_relaxed)) {
    return base::failure(base::internal("a write was made from the commit thread, which would wait for itself"));
  }
  Answer answered;
  Completion done = [&](base::Status status) { answered.give(std::move(status)); };
  queue(body, done);
  bell_->wake();  // at once, whatever batch of wakes this thread is in: it waits for the answer
  return answered.wait();
}

void Store::start() {
  {
    const std::scoped_lock lock(mutex_);
    if (state_ != State::kNew) return;
    state_ = State::kRunning;
  }
  thread_ = std::thread([this] { run(); });
}

void Store::stop() {
  {
    const std::scoped_lock lock(mutex_);
    state_ = State::kStopping;
  }
  bell_->wake();
  if (thread_.joinable()) thread_.join();
}

/// Whoever was just answered tends to write again at once. A short wait for them makes one group of what would
/// otherwise become two that take turns, each with a sync of its own.
void Store::gather(std::unique_lock<std::mutex>& lock) {
  const base::Duration patience = std::min<base::Duration>(last_commit_ / kGatherShare, kGatherMax);
  if (answered_ < kGatherFrom || patience < kGatherMin) return;
  wanted_ = std::min(waiting_before_ + answered_, base::limits::kWritesPerCommitMax);
  bell_->rung.wait_for(lock, patience, [this] { return waiting_.size() >= wanted_ || state_ == State::kStopping; });
  wanted_ = 1;
}

/// Whoever rang the bell may share this core with the commit thread, and have more at hand: cheaper in one group.
void Store::give_way(std::unique_lock<std::mutex>& lock) {
  if (answered_ < kGatherFrom || waiting_.size() >= answered_) return;
  lock.unlock();
  std::this_thread::yield();
  lock.lock();
}

bool Store::take(std::vector<CommitGroup::Write>& taken) {
  taken.clear();
  const bool well = health().has_value();
  std::unique_lock lock(mutex_);
  gather(lock);
  const auto ready = [this] { return !waiting_.empty() || state_ == State::kStopping; };
  if (well) {
    bell_->rung.wait(lock, ready);
  } else {
    bell_->rung.wait_for(lock, kProbeEvery, ready);
  }
  give_way(lock);
  std::swap(taken, waiting_);  // both keep their room for the next time
  running_ = taken.size();
  return !taken.empty() || state_ != State::kStopping;
}

void Store::run() {
  commit_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::vector<CommitGroup::Write> taken;
  while (take(taken)) {
    if (taken.empty()) {
      base::Status probed = group_.probe();
      const std::scoped_lock lock(notes_mutex_);
      health_ = std::move(probed);
    }
    for (std::span<CommitGroup::Write> rest = taken; !rest.empty();) {
      const auto group = rest.first(std::min(rest.size(), base::limits::kWritesPerCommitMax));
      commit(group);
      rest = rest.subspan(group.size());
    }
  }
}

void Store::commit(std::span<CommitGroup::Write> writes) {
  const base::WakeBatch batch;  // those who are answered are woken together
  const CommitGroup::Outcome outcome = group_.run(writes);
  const auto events = group_.events();
  if (!events->empty()) {
    last_event_.store(events->back().id.value, std::memory_order_release);
    for (Follower* follower : followers_) follower->share(events);
  }
  note(outcome, writes.size());
  answered_ = writes.size();
  last_commit_ = outcome.commit_time;
  {
    const std::scoped_lock lock(mutex_);
    running_ -= writes.size();
    waiting_before_ = waiting_.size();
  }
  for (CommitGroup::Write& write : writes) answer(write);
}

void Store::note(const CommitGroup::Outcome& outcome, std::size_t writes) {
  if (outcome.broken) base::log::error("store", "writes were not kept", {{"reason", outcome.broken->message}});
  const std::scoped_lock lock(notes_mutex_);
  figures_.writes += outcome.kept;
  figures_.writes_failed += writes - outcome.kept;
  figures_.commits += outcome.commits;
  figures_.commits_failed += outcome.commits_failed;
  if (outcome.commits != 0) {
    count_in(figures_.group_sizes, kGroupSizeBounds, static_cast<double>(outcome.kept));
    count_in(figures_.commit_seconds, kCommitSecondsBounds, std::chrono::duration<double>(outcome.commit_time).count());
  }
  if (outcome.broken) {
    health_ = base::failure(*outcome.broken);
  } else if (outcome.kept != 0) {
    health_ = {};
  }
}

base::Status Store::health() const {
  const std::scoped_lock lock(notes_mutex_);
  return health_;
}

Figures Store::figures() const {
  Figures out;
  {
    const std::scoped_lock lock(notes_mutex_);
    out = figures_;
  }
  const std::scoped_lock lock(mutex_);
  out.writes_waiting = waiting_.size() + running_;
  out.writes_refused = refused_.load(std::memory_order_relaxed);
  return out;
}

}  // namespace jeton::store
