// jeton config …
#include <fmt/format.h>

#include "app/cli/display_width.hpp"
#include "app/cli/verbs.hpp"
#include "app/config/check_providers.hpp"
#include "app/config/document.hpp"
#include "app/config/import_arrowhead.hpp"
#include "app/config/import_message_queue.hpp"
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
    return ExitCode::kDone;
  }
  const auto problems = config::problems_of_providers(*loaded, base::SystemClock());
  for (const std::string& problem : problems) err << problem << '\n';
  if (!problems.empty()) return ExitCode::kFailed;
  out << "ok\n" << std::flush;
  return ExitCode::kDone;
}

ExitCode import_config(const ConfigImport& command, std::ostream& out, std::ostream& err) {
  const auto file = config::read_config_file(command.file);
  if (!file) {
    const std::string problem = fmt::format("{} cannot be read; expected a file of settings, at most {} bytes",
                                            command.file, config::kFileBytesMax);
    err << "jeton: " << printable(problem) << '\n' << std::flush;
    return ExitCode::kFailed;
  }
  const auto imported = command.system == ImportedSystem::kArrowhead ? config::import_arrowhead(file->text)
                                                                     : config::import_message_queue(file->text);
  if (!imported) {
    err << "jeton: " << printable(fmt::format("{}: {}", file->name, imported.error().message)) << '\n' << std::flush;
    return ExitCode::kFailed;
  }
  out << imported->yaml << std::flush;
  for (const std::string& note : imported->notes) err << printable(note) << '\n';
  err << std::flush;
  return ExitCode::kDone;
}

}  // namespace jeton::cli
