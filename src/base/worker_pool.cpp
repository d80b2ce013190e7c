#include "base/worker_pool.hpp"

#include <exception>

#include "base/log.hpp"

namespace jeton::base {

WorkerPool::WorkerPool(std::size_t threads, std::size_t jobs_waiting_max) : jobs_waiting_max_(jobs_waiting_max) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || jobs_.size() >= jobs_waiting_max_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

WorkerPool::Unserved WorkerPool::unserved() const {
  return {.refused = refused_.load(std::memory_order_relaxed), .late = late_.load(std::memory_order_relaxed)};
}

std::size_t WorkerPool::waiting() const {
  const std::scoped_lock lock(mutex_);
  return jobs_.size();
}

void WorkerPool::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    try {
      job();
    } catch (const std::exception& problem) {
      log::error("workers", "a job failed", {{"reason", problem.what()}});
    }
  }
}

}  // namespace jeton::base
