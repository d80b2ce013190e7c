#include "app/config/options.hpp"

#include <utility>

namespace jeton::config {

std::expected<LoadedConfig, Problems> load(const Options& options, Environment environment) {
  Sources sources;
  if (!options.config_file.empty()) {
    auto file = read_config_file(options.config_file);
    if (!file) return std::unexpected(Problems{file.error().message});
    sources.file = *std::move(file);
  }
  sources.environment = std::move(environment);
  if (!options.data.empty()) sources.settings.push_back({"--data", "data=" + options.data});
  if (!options.listen.empty()) sources.settings.push_back({"--listen", "http.listen=" + options.listen});
  for (const std::string& assignment : options.set) sources.settings.push_back({"--set", assignment});
  sources.exposure = options.insecure ? Exposure::kInsecure : Exposure::kGuarded;
  return load(sources);
}

}  // namespace jeton::config
