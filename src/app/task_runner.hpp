// Background work as a named list under one owner. No task dies silently: a failure is a log line, a figure and a later
// try.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::app {

/// What a task sees of the runner: when to stop, and how to wait.
class TaskContext {
 public:
  explicit TaskContext(std::stop_token stop) : stop_(std::move(stop)) {}
  bool stopping() const { return stop_.stop_requested(); }
  const std::stop_token& stop_token() const { return stop_; }
  /// Waits that long, or until wake() or stop. True when the task should go on.
  bool wait(base::Duration duration);
  /// Ends a wait early, from any thread.
  void wake();

 private:
  std::stop_token stop_;
  std::mutex mutex_;  // guards woken_
  std::condition_variable_any changed_;
  bool woken_ = false;
};

class TaskRunner {
 public:
  /// Runs until it is told to stop. A failure or an exception is logged and the body is called again after a pause that
  /// doubles from one second to a minute.
  using Body = std::function<base::Status(TaskContext&)>;

  ~TaskRunner() { stop(); }
  /// Before start().
  void add(std::string name, Body body);
  /// A task that does one thing every so often.
  void every(std::string name, base::Duration period, std::function<base::Status()> step);
  void start();
  /// Stops the tasks in reverse order of their addition and waits for each. Idempotent.
  void stop();
  void wake(const std::string& name);

  struct Figures {
    std::string name;
    std::uint64_t failures = 0;
    base::Status last;  ///< how the last run ended; success while it runs well
  };
  std::vector<Figures> figures() const;

 private:
  struct Task {
    Task(std::string task_name, Body task_body) : name(std::move(task_name)), body(std::move(task_body)) {}
    std::string name;
    Body body;
    std::stop_source stop;
    std::unique_ptr<TaskContext> context;
    mutable std::mutex mutex;  // guards the next two
    std::uint64_t failures = 0;
    base::Status last;
    std::thread thread;
  };
  static void run(Task& task);
  static base::Status run_once(Task& task);

  std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace jeton::app
