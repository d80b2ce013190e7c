// Threads for what may block: outgoing calls, RSA signatures, queries of management operations. Bounded; refuses
// instead of growing.
#pragma once
#include <condition_variable>
#include <cstddef>
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
  std::size_t threads() const { return threads_.size(); }

 private:
  void run();
  const std::size_t jobs_waiting_max_;
  mutable std::mutex mutex_;  // guards jobs_ and stopping_
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace jeton::base
