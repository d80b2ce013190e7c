// Background work as a named list under one owner. No task dies silently: a failure is a log line, a figure and a later
// try.
#pragma once
#include <atomic>
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

/// How long a task rests between two runs: its period while it does well; after failures in a row a pause that doubles
/// up to a minute. Pure.
class Pace {
 public:
  Pace(base::Duration period, base::Duration first_pause) : period_(period), first_pause_(first_pause) {}
  base::Duration after_success();
  base::Duration after_failure();

 private:
  base::Duration period_;
  base::Duration first_pause_;
  base::Duration pause_{};  // the last one; zero: the last run did well
};

/// What a task sees of the runner: when to stop, and how to wait.
class TaskContext {
 public:
  explicit TaskContext(std::stop_token stop) : stop_(std::move(stop)) {}
  bool stopping() const { return stop_.stop_requested(); }
  const std::stop_token& stop_token() const { return stop_; }
  /// Waits that long, or until stop. True when the task should go on.
  bool wait(base::Duration duration);

 private:
  std::stop_token stop_;
  std::mutex mutex_;  // for the wait only
  std::condition_variable_any stopped_;
};

class TaskRunner {
 public:
  /// Runs until it is told to stop. A failure or an exception is logged and counted, and the body is called again after
  /// a pause.
  using Body = std::function<base::Status(TaskContext&)>;

  /// `first_pause`: after a first failure.
  explicit TaskRunner(base::Duration first_pause = std::chrono::seconds{1}) : first_pause_(first_pause) {}
  ~TaskRunner() { stop(); }
  /// A body that runs until it is told to stop, and is not called again once it returned success. Before start().
  void add(std::string name, Body body);
  /// A body that does one thing, called every so often; one that takes long looks whether it should stop. Before
  /// start().
  void every(std::string name, base::Duration period, Body step);
  void start();
  /// Stops the tasks in reverse order of their addition and waits for each. Idempotent.
  void stop();

  struct Figures {
    std::string name;
    std::uint64_t failures = 0;
  };
  std::vector<Figures> figures() const;

 private:
  struct Task {
    Task(std::string task_name, Body task_body, bool is_periodic, Pace task_pace)
        : name(std::move(task_name)), body(std::move(task_body)), periodic(is_periodic), pace(task_pace) {}
    const std::string name;
    const Body body;
    const bool periodic;
    Pace pace;  // the task's thread only
    std::stop_source stop;
    TaskContext context{stop.get_token()};
    std::atomic<std::uint64_t> failures = 0;
    std::thread thread;
  };
  static void run(Task& task);
  static base::Status run_once(Task& task);

  const base::Duration first_pause_;
  std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace jeton::app
