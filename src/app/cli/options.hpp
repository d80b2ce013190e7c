// What was typed, as plain values: one struct a verb. parse() makes them; the verbs take them.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/cli/wire.hpp"
#include "app/serve.hpp"

namespace jeton::cli {

using Environment = std::map<std::string, std::string>;

/// Variables that the verbs read. They begin like the server's own, which refuses names that it does not know.
inline constexpr const char* kServerVariable = "JETON_SERVER";
inline constexpr const char* kCallerVariable = "JETON_AS";
inline constexpr const char* kAuthoritiesVariable = "JETON_CA";

/// What is left for the server, which would take the verbs' variables for keys of its own.
inline Environment server_environment(Environment all) {
  for (const char* ours : {kServerVariable, kCallerVariable, kAuthoritiesVariable}) all.erase(ours);
  return all;
}

/// Where a verb sends its requests, and as whom.
struct Connection {
  std::string server = "http://127.0.0.1:8445";  ///< without a slash at its end
  std::string as = std::string(kDefaultCaller);
  std::string ca_file;  ///< empty: the system's authorities
  bool json = false;
};

struct Target {
  std::string name;
  bool event = false;  ///< an event type; a service definition otherwise
  std::string cloud;   ///< of the consumers; empty: the server's own

  std::string type_text() const { return event ? "EVENT_TYPE" : "SERVICE_DEF"; }
};

struct PolicyGrant {
  Connection connection;
  Target target;
  std::string provider;  ///< empty: the caller is the provider
  wire::Rule rule;
  std::vector<std::pair<std::string, wire::Rule>> scopes;
  std::string description;
};

struct PolicyRevoke {
  Connection connection;
  std::vector<std::string> instance_ids;
};

struct PolicyList {
  Connection connection;
  std::string level;  ///< "MGMT", "PROVIDER", or empty for both
  std::vector<std::string> providers;
  std::vector<std::string> targets;
  std::string cloud;
  bool event = false;
};

struct PolicyVerify {
  Connection connection;
  Target target;
  std::string consumer;
  std::string provider;
  std::string scope;
};

struct TokenGenerate {
  Connection connection;
  Target target;
  std::string provider;
  std::string variant;  ///< the wire's literal
  std::string scope;
  std::string consumer;  ///< empty: the caller itself
  std::string expires;   ///< a date-time or a duration; only with a consumer, as the next two
  std::optional<std::int64_t> uses;
  bool unbound = false;
};

struct TokenVerify {
  Connection connection;
  std::string token;  ///< "-": the first line of standard input
};

struct TokenList {
  Connection connection;
  std::string kind;  ///< the wire's literal; empty: all
  std::string requester;
  std::string consumer;
  std::string provider;
  std::string target;
  std::string cloud;
  bool event = false;
};

struct TokenRevoke {
  Connection connection;
  std::vector<std::string> references;
};

struct Events {
  Connection connection;
  bool follow = false;
  std::int64_t after = 0;
  std::vector<std::string> kinds;
};

enum class ConfigVerb : std::uint8_t { kCheck, kPrint, kPage };
struct ConfigCommand {
  ConfigVerb verb = ConfigVerb::kCheck;
  app::ServeOptions options;
};

enum class Shell : std::uint8_t { kBash, kZsh };
struct Completion {
  Shell shell = Shell::kBash;
};

struct Version {};

/// A text that was asked for: the first screen, a help page.
struct Help {
  std::string text;
};

using Command = std::variant<Help, Version, app::ServeOptions, ConfigCommand, PolicyGrant, PolicyRevoke, PolicyList,
                             PolicyVerify, TokenGenerate, TokenVerify, TokenList, TokenRevoke, Events, Completion>;

}  // namespace jeton::cli
