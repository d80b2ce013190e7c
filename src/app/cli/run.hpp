// The whole command line as a function, so that tests run it as a shell would.
#pragma once
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/options.hpp"
#include "app/cli/verbs.hpp"
#include "net/http_client.hpp"

namespace jeton::cli {

/// What a process has around it. All references outlive run().
struct Surroundings {
  std::function<int(const app::ServeOptions&, Environment)> serve;
  std::function<std::unique_ptr<net::HttpClient>(const Connection&)> connect;
  Wait wait;
  const base::Clock& clock;
  Environment environment;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
};

/// `arguments` without the program's name. Answers the exit code of the process: ExitCode, or what `serve` answers.
int run(std::vector<std::string> arguments, const Surroundings& around);

}  // namespace jeton::cli
