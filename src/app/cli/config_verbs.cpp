// jeton config …
#include "app/cli/verbs.hpp"
#include "app/config/load.hpp"
#include "app/config/page.hpp"
#include "app/config/print.hpp"

namespace jeton::cli {
namespace {

std::expected<config::LoadedConfig, config::Problems> load(const app::ServeOptions& options, Environment environment) {
  config::Sources sources;
  if (!options.config_file.empty()) {
    auto file = config::read_config_file(options.config_file);
    if (!file) return std::unexpected(config::Problems{file.error().message});
    sources.file = *std::move(file);
  }
  for (const char* ours : {kServerVariable, kCallerVariable, kAuthoritiesVariable}) environment.erase(ours);
  sources.environment = std::move(environment);
  if (!options.data.empty()) sources.settings.push_back({"--data", "data=" + options.data});
  if (!options.listen.empty()) sources.settings.push_back({"--listen", "http.listen=" + options.listen});
  for (const std::string& assignment : options.set) sources.settings.push_back({"--set", assignment});
  sources.exposure = options.insecure ? config::Exposure::kInsecure : config::Exposure::kGuarded;
  return config::load(sources);
}

}  // namespace

ExitCode run_config(const ConfigCommand& command, Environment environment, std::ostream& out, std::ostream& err) {
  if (command.verb == ConfigVerb::kPage) {
    out << config::configuration_page() << std::flush;
    return ExitCode::kDone;
  }
  const auto loaded = load(command.options, std::move(environment));
  if (!loaded) {
    for (const std::string& problem : loaded.error()) err << problem << '\n';
    return ExitCode::kFailed;
  }
  for (const std::string& warning : loaded->warnings) err << "warning: " << warning << '\n';
  if (command.verb == ConfigVerb::kPrint) {
    out << config::print(loaded->config, loaded->origins) << std::flush;
  } else {
    out << "ok\n" << std::flush;
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
