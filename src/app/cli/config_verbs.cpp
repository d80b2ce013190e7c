// jeton config …
#include "app/cli/verbs.hpp"
#include "app/config/options.hpp"
#include "app/config/page.hpp"
#include "app/config/print.hpp"

namespace jeton::cli {
ExitCode run_config(const ConfigCommand& command, Environment environment, std::ostream& out, std::ostream& err) {
  if (command.verb == ConfigVerb::kPage) {
    out << config::configuration_page() << std::flush;
    return ExitCode::kDone;
  }
  const auto loaded = config::load(command.options, std::move(environment));
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
