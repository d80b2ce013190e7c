#include "app/serve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/application.hpp"
#include "app/config/check_providers.hpp"
#include "base/log.hpp"

namespace jeton::app {
namespace {

// Enough for any place that takes lines at all.
constexpr base::Duration kLogPatience = std::chrono::seconds{1};

int refuse_to_start(std::string_view reason) {
  base::log::flush(kLogPatience);  // what led to it comes first
  fmt::print(stderr, "jeton: {}\n", reason);
  return 1;
}

// Blocked before any other thread is made, so that only who waits for them gets them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Takes the signals by sigwait on a thread of its own: no handler, nothing async, and the start can be ended as well.
// Each SIGHUP is handed to `reload`, until the first signal that asks for the end; the second ends the process at once.
class Signals {
 public:
  Signals(const sigset_t& signals, std::function<void()> reload)
      : signals_(signals), reload_(std::move(reload)), thread_([this] { run(); }) {}
  ~Signals() {
    over_ = true;
    pthread_kill(thread_.native_handle(), SIGHUP);  // only wakes it
    thread_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token stop_token() const { return stop_.get_token(); }
  /// Waits for the signal that asks for the end.
  int wait() {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return signal_ != 0; });
    return signal_;
  }

 private:
  void run() {
    for (;;) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (over_) return;
      const bool asked_before = stop_.stop_requested();
      if (signal != SIGHUP && asked_before) end_at_once();
      if (signal != SIGHUP) {
        ask(signal);
      } else if (!asked_before) {
        reload_();
      }
    }
  }
  void ask(int signal) {
    {
      const std::scoped_lock lock(mutex_);
      signal_ = signal;
    }
    stop_.request_stop();
    asked_.notify_all();
  }
  [[noreturn]] static void end_at_once() {
    base::log::warn("app", "a second signal: ending at once");
    base::log::flush(kLogPatience);
    _exit(1);
  }

  const sigset_t signals_;
  const std::function<void()> reload_;
  std::stop_source stop_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;  // guards signal_
  std::condition_variable asked_;
  int signal_ = 0;
  std::thread thread_;  // last: it uses all above
};

// The machine broke; what was logged before it did is what will explain it.
void end_with_the_last_words() {
  base::log::flush(kLogPatience);
  std::abort();
}

}  // namespace

int serve(const ServeOptions& options, config::Environment environment) {
  static const base::SystemClock clock;
  const auto loaded = config::load(options, std::move(environment));
  if (!loaded) {
    for (const std::string& problem : loaded.error()) fmt::print(stderr, "jeton: {}\n", problem);
    return 1;
  }
  const config::Problems problems = config::problems_of_providers(*loaded, clock);
  for (const std::string& problem : problems) fmt::print(stderr, "jeton: {}\n", problem);
  if (!problems.empty()) return 1;
  const config::Config& config = loaded->config;
  const base::log::Settings log_settings{
      .level = config.log.level, .json = config.log.format == config::LogFormat::kJson, .file = config.log.file};
  const sigset_t blocked = block_signals();
  if (const auto configured = base::log::configure(log_settings, clock); !configured)
    return refuse_to_start(configured.error().message);
  std::set_terminate(end_with_the_last_words);
  for (const std::string& warning : loaded->warnings) base::log::warn("config", warning);

  auto application = Application::create(config, clock);
  if (!application) return refuse_to_start(application.error().message);
  Signals signals(blocked, [&] { (*application)->reload(); });
  const auto started = (*application)->start(signals.stop_token());
  if (!started && !signals.stop_token().stop_requested()) return refuse_to_start(started.error().message);
  if (started) {
    fmt::print("jeton ready {}://{}\n", (*application)->scheme(), (*application)->addresses().front());
    std::fflush(stdout);
  }

  const int signal = signals.wait();
  base::log::info("app", "stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  (*application)->stop();
  base::log::info("app", "stopped");
  base::log::flush(kLogPatience);
  return 0;
}

}  // namespace jeton::app
