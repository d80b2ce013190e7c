// `jeton serve`: the server from configuration to exit.
#pragma once
#include "app/config/options.hpp"

namespace jeton::app {

using ServeOptions = config::Options;

/// Serves until SIGTERM or SIGINT, then drains; a second signal ends the process at once. The process's exit code: 0
/// after an orderly stop, which may come before it served, 1 when it could not start (one line on stderr says what to
/// change).
int serve(const ServeOptions& options, config::Environment environment);

}  // namespace jeton::app
