// Threads for what may block: outgoing calls, RSA signatures, queries of management operations. Bounded; refuses
// instead of growing.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace jeton::base {

/// Thread-safe. Jobs start in the order in which they were given.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  WorkerPool(std::size_t threads, std::size_t jobs_waiting_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False, and the job is dropped unrun, when too many wait or the pool has stopped.
  bool submit(Job job);
  /// Runs what is waiting, then ends the threads. Idempotent.
  void stop();
  std::size_t waiting() const;
  /// For a job to say that whoever wanted it did not wait that long.
  void count_late() { late_.fetch_add(1, std::memory_order_relaxed); }

  struct Unserved {
    std::uint64_t refused = 0;  ///< jobs that submit() did not take
    std::uint64_t late = 0;     ///< jobs that said so of themselves
  };
  Unserved unserved() const;
  std::size_t threads() const { return threads_.size(); }

 private:
  void run();
  const std::size_t jobs_waiting_max_;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> late_ = 0;
  mutable std::mutex mutex_;  // guards jobs_ and stopping_
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace jeton::base
