#include "app/serve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

#include "app/application.hpp"
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

// Signals are taken by sigwait on the main thread: no handler, nothing async. Blocked before any other thread is made.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// The next signal that asks for the end. Each SIGHUP before it is handed to `reload`.
int wait_for_stop(const sigset_t& signals, const std::function<void()>& reload) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) return signal;
    reload();
  }
}

void end_at_once_on_the_next(const sigset_t& signals) {
  std::thread([signals] {
    wait_for_stop(signals, [] {});
    base::log::warn("app", "a second signal: ending at once");
    base::log::flush(kLogPatience);
    _exit(1);
  }).detach();
}

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
  const config::Config& config = loaded->config;
  const base::log::Settings log_settings{
      .level = config.log.level, .json = config.log.format == config::LogFormat::kJson, .file = config.log.file};
  const sigset_t signals = block_signals();
  if (const auto configured = base::log::configure(log_settings, clock); !configured)
    return refuse_to_start(configured.error().message);
  std::set_terminate(end_with_the_last_words);
  for (const std::string& warning : loaded->warnings) base::log::warn("config", warning);

  auto application = Application::create(config, clock);
  if (!application) return refuse_to_start(application.error().message);
  if (const auto started = (*application)->start(); !started) return refuse_to_start(started.error().message);
  fmt::print("jeton ready {}://{}\n", (*application)->scheme(), (*application)->addresses().front());
  std::fflush(stdout);

  const int signal = wait_for_stop(signals, [&] { (*application)->reload(); });
  base::log::info("app", "stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  end_at_once_on_the_next(signals);
  (*application)->stop();
  base::log::info("app", "stopped");
  base::log::flush(kLogPatience);
  return 0;
}

}  // namespace jeton::app
