// The process: what surrounds the command line.
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "app/cli/run.hpp"
#include "app/serve.hpp"

namespace {

using namespace jeton;

cli::Environment process_environment() {
  cli::Environment all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::unique_ptr<net::HttpClient> connect(const cli::Connection& connection) {
  net::CurlClient::Settings settings;
  settings.ca_file = connection.ca_file;
  settings.certificate = connection.certificate;
  settings.key = connection.key;
  return std::make_unique<net::CurlClient>(std::move(settings));
}

// Between attempts to reach the server. A signal ends the process, so the wait always comes to its end.
bool wait(base::Duration duration) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, duration, [] { return false; });
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is seen by the one who writes to it
  const base::SystemClock clock;
  const cli::Surroundings around{.serve = app::serve,
                                 .connect = connect,
                                 .wait = wait,
                                 .clock = clock,
                                 .environment = process_environment(),
                                 .in = std::cin,
                                 .out = std::cout,
                                 .err = std::cerr,
                                 .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                                 .err_is_terminal = ::isatty(STDERR_FILENO) == 1};
  return cli::run({argv + (argc > 0 ? 1 : 0), argv + argc}, around);
}
