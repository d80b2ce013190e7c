#include "app/task_runner.hpp"

#include <algorithm>
#include <exception>
#include <ranges>

#include "base/log.hpp"

namespace jeton::app {

bool TaskContext::wait(base::Duration duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop_, duration, [this] { return woken_; });
  woken_ = false;
  return !stop_.stop_requested();
}

void TaskContext::wake() {
  {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void TaskRunner::add(std::string name, Body body) {
  auto& task = tasks_.emplace_back(std::make_unique<Task>(std::move(name), std::move(body)));
  task->context = std::make_unique<TaskContext>(task->stop.get_token());
}

void TaskRunner::every(std::string name, base::Duration period, std::function<base::Status()> step) {
  add(std::move(name), [period, step = std::move(step)](TaskContext& context) -> base::Status {
    while (context.wait(period)) {
      if (const auto status = step(); !status) return status;
    }
    return {};
  });
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

void TaskRunner::wake(const std::string& name) {
  const auto found = std::ranges::find(tasks_, name, [](const auto& task) { return task->name; });
  if (found != tasks_.end()) (*found)->context->wake();
}

std::vector<TaskRunner::Figures> TaskRunner::figures() const {
  std::vector<Figures> all;
  for (const auto& task : tasks_) {
    const std::scoped_lock lock(task->mutex);
    all.push_back({task->name, task->failures, task->last});
  }
  return all;
}

base::Status TaskRunner::run_once(Task& task) {
  try {
    return task.body(*task.context);
  } catch (const std::exception& problem) {
    return base::failure(base::internal(problem.what()));
  }
}

void TaskRunner::run(Task& task) {
  constexpr base::Duration kPauseMax = std::chrono::minutes(1);
  base::Duration pause = std::chrono::seconds(1);
  while (!task.context->stopping()) {
    const base::Status status = run_once(task);
    {
      const std::scoped_lock lock(task.mutex);
      task.last = status;
      if (!status) ++task.failures;
    }
    if (status) return;
    base::log::error("tasks", "a background task failed and is tried again",
                     {{"task", task.name}, {"reason", status.error().message}});
    if (!task.context->wait(pause)) return;
    pause = std::min(pause * 2, kPauseMax);
  }
}

}  // namespace jeton::app
