// `jeton serve`: the server from configuration to exit.
#pragma once
#include <string>
#include <vector>

namespace jeton::app {

struct ServeOptions {
  std::string config_file;  ///< empty: defaults
  std::string data;         ///< empty: as configured; the same for the next two
  std::string listen;
  std::vector<std::string> set;  ///< key=value, strongest of all
  bool insecure = false;
};

/// Serves until SIGTERM or SIGINT, then drains; a second signal ends the process at once. The process's exit code: 0
/// after an orderly stop, 1 when it could not start (one line on stderr says what to change).
int serve(const ServeOptions& options);

}  // namespace jeton::app
