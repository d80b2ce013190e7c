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
inline constexpr const char* kCertificateVariable = "JETON_CERT";
inline constexpr const char* kKeyVariable = "JETON_KEY";
inline constexpr const char* kQueueTokenVariable = "JETON_QUEUE_TOKEN";

/// What is left for the server, which would take the verbs' variables for keys of its own.
inline Environment server_environment(Environment all) {
  for (const char* ours : {kServerVariable, kCallerVariable, kAuthoritiesVariable, kCertificateVariable, kKeyVariable,
                           kQueueTokenVariable})
    all.erase(ours);
  return all;
}

/// Where a verb sends its requests, and as whom.
struct Connection {
  std::string server = "http://127.0.0.1:8445";  ///< without a slash at its end
  std::string as = std::string(kDefaultCaller);
  bool as_is_chosen = false;  ///< `as` was typed or set
  std::string queue_token;    ///< of a sub-queue; empty: none
  std::string ca_file;        ///< empty: the system's authorities
  std::string certificate;    ///< file of the own certificate; empty: none is shown
  std::string key;            ///< file of its key; empty: it is in that of the certificate
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

struct QueuePublish {
  Connection connection;
  std::string sub_queue;
  std::optional<std::string> payload;  ///< JSON; "-" or none: standard input
  std::optional<std::string> text;     ///< in place of a payload
  std::string delay;                   ///< a duration, as the next; empty: none
  std::string ttl;
  std::string assignee;
  std::string uuid;
};

struct QueueNext {
  Connection connection;
  std::string sub_queue;
  std::string assignee;
  std::optional<std::int64_t> count;
  base::Duration wait{};
  std::string visibility;  ///< a duration; empty: the server's
};

struct QueueList {
  Connection connection;
  std::string sub_queue;  ///< empty: the sub-queues themselves
};

struct QueueAssign {
  Connection connection;
  std::string uuid;
  std::string assignee;
  std::string visibility;
};

struct QueueRelease {
  Connection connection;
  std::string uuid;
  std::string assignee;  ///< empty: whoever holds it
};

struct QueueDelete {
  Connection connection;
  std::vector<std::string> uuids;
  std::string assignee;  ///< empty: whoever holds them
};

struct QueueClear {
  Connection connection;
  std::string sub_queue;  ///< empty: all
};

struct QueueRestrict {
  Connection connection;
  std::string sub_queue;
  std::string scope;  ///< the wire's literal; empty: everything
};

struct QueueUnrestrict {
  Connection connection;
  std::string sub_queue;
  bool clear = false;
};

struct QueueOwners {
  Connection connection;
  std::string sub_queue;  ///< empty: all
};

/// Which leases list, irrevocable and due show.
struct LeaseList {
  Connection connection;
  std::string owner;
  std::string provider;
  std::string prefix;
  std::string status;  ///< the wire's literal; empty: the server's choice
  bool due = false;
  bool all = false;  ///< of every status
};

/// A lease by its name, or by what its provider calls it.
struct LeaseName {
  std::string id;
  std::string provider;  ///< empty: any
};

struct LeaseShow {
  Connection connection;
  LeaseName lease;
  bool value = false;  ///< only the secret
};

struct LeaseCreate {
  Connection connection;
  std::string provider;  ///< empty: the server's default
  std::optional<base::Duration> ttl;
  std::string role;
  base::json::Members<base::json::Raw> options;
  std::string idempotency_key;
};

struct LeaseRenew {
  Connection connection;
  LeaseName lease;
  std::optional<base::Duration> by;  ///< absent: its own time again
};

/// One lease, or, where `lease` is empty, those of a prefix and an owner.
struct LeaseRevoke {
  Connection connection;
  LeaseName lease;
  std::string prefix;
  std::string owner;
  base::Duration wait{};  ///< for the providers to confirm; zero: not at all
};

struct LeaseAbandon {
  Connection connection;
  LeaseName lease;
  std::string reason;
};

struct LeaseRelease {
  Connection connection;
  LeaseName lease;  ///< empty: those of a prefix; without one, all
  std::string prefix;
};

struct LeaseCounts {
  Connection connection;
  std::string prefix;
};

struct LeaseProviders {
  Connection connection;
};

enum class ConfigVerb : std::uint8_t { kCheck, kPrint, kPage };
struct ConfigCommand {
  ConfigVerb verb = ConfigVerb::kCheck;
  app::ServeOptions options;
};

/// The settings of another system into ours.
enum class ImportedSystem : std::uint8_t { kArrowhead, kMessageQueue };
struct ConfigImport {
  ImportedSystem system = ImportedSystem::kMessageQueue;
  std::string file;
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

using Command = std::variant<Help, Version, app::ServeOptions, ConfigCommand, ConfigImport, PolicyGrant, PolicyRevoke,
                             PolicyList, PolicyVerify, TokenGenerate, TokenVerify, TokenList, TokenRevoke, QueuePublish,
                             QueueNext, QueueList, QueueAssign, QueueRelease, QueueDelete, QueueClear, QueueRestrict,
                             QueueUnrestrict, QueueOwners, LeaseList, LeaseShow, LeaseCreate, LeaseRenew, LeaseRevoke,
                             LeaseAbandon, LeaseRelease, LeaseCounts, LeaseProviders, Events, Completion>;

}  // namespace jeton::cli
