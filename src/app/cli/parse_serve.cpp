// jeton serve, jeton config …
#include <fmt/format.h>

#include <memory>

#include "app/cli/verb_builder.hpp"

namespace jeton::cli {
namespace {

void add_options(VerbBuilder& verb, app::ServeOptions& options) {
  verb.text({"--config", "FILE", "YAML file, see docs/configuration.md"}, options.config_file);
  verb.text({"--data", "DIR", "Folder of the embedded database and of keys"}, options.data);
  verb.text({"--listen", "HOST:PORT", "Where to serve; port 0 takes a free one"}, options.listen);
  verb.repeated({"--set", "KEY=VALUE", "Overrides one key of the configuration; repeat --set before each"},
                options.set);
  verb.flag({"--insecure", "", "Accept addresses that other machines can reach without protection"}, options.insecure);
}

void add_config_verb(GroupBuilder& config, const std::string& name, ConfigVerb which, const std::string& description) {
  VerbBuilder verb = config.verb(name, description, fmt::format("jeton config {} --config jeton.yaml", name));
  const auto made = std::make_shared<ConfigCommand>();
  made->verb = which;
  if (which == ConfigVerb::kPage) {
    verb.hide();
  } else {
    add_options(verb, made->options);
  }
  verb.finish([made]() -> VerbBuilder::Finished { return *made; });
}

void add_import_verb(GroupBuilder& import, ImportedSystem system, const std::string& name,
                     const std::string& description) {
  VerbBuilder verb =
      import.verb(name, description, fmt::format("jeton config import {} application.properties > jeton.yaml", name));
  const auto made = std::make_shared<ConfigImport>();
  made->system = system;
  verb.text({.name = "file",
             .value = "",
             .description = "Properties, or NAME=VALUE lines as for containers",
             .required = true},
            made->file);
  verb.finish([made]() -> VerbBuilder::Finished { return *made; });
}

// One verb a system whose settings can be read.
void add_import_verbs(GroupBuilder& config) {
  GroupBuilder import = config.group("import", "Print another system's settings as a configuration of this one");
  add_import_verb(import, ImportedSystem::kArrowhead, "arrowhead",
                  "Of Arrowhead's ConsumerAuthorization, from its properties or environment file");
  add_import_verb(import, ImportedSystem::kMessageQueue, "message-queue",
                  "Of MessageQueue, from its properties or environment file");
}

}  // namespace

void add_serve_verbs(GroupBuilder root) {
  VerbBuilder serve = root.verb("serve", "Run the server", "jeton serve --data /var/lib/jeton --listen 127.0.0.1:8445");
  const auto options = std::make_shared<app::ServeOptions>();
  add_options(serve, *options);
  serve.finish([options]() -> VerbBuilder::Finished { return *options; });

  GroupBuilder config = root.group("config", "The server's configuration");
  add_config_verb(config, "check", ConfigVerb::kCheck, "Say every problem as FILE:LINE, or ok");
  add_config_verb(config, "print", ConfigVerb::kPrint, "Print the values in effect and where they come from");
  add_config_verb(config, "page", ConfigVerb::kPage, "Print docs/configuration.md");
  add_import_verbs(config);
}

}  // namespace jeton::cli
