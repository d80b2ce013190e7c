// The options of the command line that say what to run on, and the configuration they come to.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "app/config/load.hpp"

namespace jeton::config {

struct Options {
  std::string config_file;  ///< empty: defaults
  std::string data;         ///< empty: as configured; the same for the next one
  std::string listen;
  std::vector<std::string> set;  ///< key=value, strongest of all
  bool insecure = false;
};

/// As load(), the file read first.
std::expected<LoadedConfig, Problems> load(const Options& options, Environment environment);

}  // namespace jeton::config
