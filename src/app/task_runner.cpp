#include "app/task_runner.hpp"

#include <algorithm>
#include <exception>
#include <ranges>

#include "base/log.hpp"

namespace jeton::app {

base::Duration Pace::after_success() {
  pause_ = base::Duration::zero();
  return period_;
}

base::Duration Pace::after_failure() {
  constexpr base::Duration kPauseMax = std::chrono::minutes(1);
  pause_ = pause_ == base::Duration::zero() ? first_pause_ : std::min(pause_ * 2, kPauseMax);
  return pause_;
}

bool TaskContext::wait(base::Duration duration) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop_, duration, [] { return false; });
  return !stop_.stop_requested();
}

void TaskRunner::add(std::string name, Body body) {
  tasks_.push_back(
      std::make_unique<Task>(std::move(name), std::move(body), false, Pace(base::Duration::zero(), first_pause_)));
}

void TaskRunner::every(std::string name, base::Duration period, Body step) {
  tasks_.push_back(std::make_unique<Task>(std::move(name), std::move(step), true, Pace(period, first_pause_)));
}

void TaskRunner::start() {
  for (const auto& task : tasks_) task->thread = std::thread([&task = *task] { run(task); });
}

void TaskRunner::stop() {
  for (const auto& task : std::views::reverse(tasks_)) {
    task->stop.request_stop();
    if (task->thread.joinable()) task->thread.join();
  }
}

std::vector<TaskRunner::Figures> TaskRunner::figures() const {
  std::vector<Figures> all;
  all.reserve(tasks_.size());
  for (const auto& task : tasks_) all.push_back({task->name, task->failures});
  return all;
}

base::Status TaskRunner::run_once(Task& task) {
  try {
    return task.body(task.context);
  } catch (const std::exception& problem) {
    return base::failure(base::internal(problem.what()));
  }
}

// A periodic task begins with its period, so that what it does at start-up is done only once things run.
void TaskRunner::run(Task& task) {
  base::Duration pause = task.pace.after_success();
  while (task.context.wait(pause)) {
    const base::Status status = run_once(task);
    if (status) {
      if (!task.periodic) return;
      pause = task.pace.after_success();
      continue;
    }
    ++task.failures;
    base::log::error("tasks", "a background task failed and is tried again",
                     {{"task", task.name}, {"reason", status.error().message}});
    pause = task.pace.after_failure();
  }
}

}  // namespace jeton::app
