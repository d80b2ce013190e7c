// What the server runs on: plain values, one nested struct a section. The defaults written here are the only ones;
// table.cpp says how each is named, read and documented.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "identity/management_policy.hpp"
#include "leases/provider_settings.hpp"
#include "model/names.hpp"
#include "model/queue.hpp"

namespace jeton::config {

// Enumerators stand in the order of their names in table.cpp.
enum class ClientAuth : std::uint8_t { kNone, kWant, kNeed };
enum class IdentityPolicy : std::uint8_t { kDeclared, kCertificate, kOutsourced };
using identity::ManagementPolicy;
using model::NormalizationMode;
enum class LogFormat : std::uint8_t { kText, kJson };

struct Store {
  std::string url;  ///< empty: SQLite in `data`; may hold a password, so it is never shown as it is
};

struct HttpTls {
  std::string certificate;
  std::string key;
  std::string pkcs12;
  base::Secret password;
  std::string client_ca;
  ClientAuth client_auth = ClientAuth::kNone;

  /// Whether anything in here asks for TLS.
  bool on() const {
    return !certificate.empty() || !key.empty() || !pkcs12.empty() || client_auth != ClientAuth::kNone;
  }
};

struct HttpLimits {
  std::uint64_t body = base::limits::kBodyBytesMax;
  std::uint64_t header = base::limits::kHeaderBytesMax;
  base::Duration idle = base::limits::kIdleSecondsMax;
  base::Duration request = base::limits::kRequestSecondsMax;
  std::uint64_t connections = base::limits::kConnectionsMax;
  std::uint64_t requests_per_caller = 0;  ///< a second; 0: no limit
};

struct Http {
  std::vector<std::string> listen = {"127.0.0.1:8445"};  ///< each reads as a HostPort once the configuration is loaded
  std::uint64_t threads = 0;                             ///< 0: one per core
  HttpTls tls;
  HttpLimits limits;
};

struct Management {
  bool filter = true;
  ManagementPolicy policy = ManagementPolicy::kSysopOnly;
  std::vector<std::string> whitelist;
};

struct Blacklist {
  bool filter = false;
  bool force = true;
  std::vector<std::string> exclude = {"ServiceRegistry", "Authentication", "ConsumerAuthorization",
                                      "DynamicServiceOrchestration"};
  base::Duration remember = std::chrono::seconds{5};
};

/// In the order of the file.
using SecretsByName = std::vector<std::pair<std::string, base::Secret>>;

struct Identity {
  IdentityPolicy policy = IdentityPolicy::kDeclared;
  base::Duration remember = std::chrono::seconds{5};  ///< an answer of the Authentication system; zero: not at all
  SecretsByName authenticator_secret_keys;            ///< of authentication systems, by their name
  SecretsByName authenticator_credentials;            ///< members of the own login's `credentials`
  Management management;
  Blacklist blacklist;
};

/// Only scheme, host and port; empty: there is none.
struct ServiceRegistry {
  std::string url;
};

struct Authentication {
  std::string url;  ///< empty: asked of the ServiceRegistry
  base::Duration login_interval = std::chrono::seconds{10};
  base::Duration login_delay = std::chrono::seconds{3};
};

struct Mqtt {
  bool enabled = false;
  std::string broker = "127.0.0.1:1883";  ///< reads as a HostPort once the configuration is loaded
  base::Secret password;
  bool tls = false;
  std::string ca;           ///< empty: the system's authorities
  std::string certificate;  ///< PEM; empty: none is shown
  std::string key;
};

struct Arrowhead {
  std::string system_name = "ConsumerAuthorization";
  std::string domain_name = "127.0.0.1";
  NormalizationMode normalization_mode = NormalizationMode::kExtended;
  std::uint64_t max_page_size = 1000;
  std::string ca;  ///< PEM of the authorities that vouch for neighbours; empty: http.tls.client-ca, or the system's
  base::Duration connection_timeout = std::chrono::seconds{5};
  base::Duration call_timeout = std::chrono::seconds{10};
  base::Duration remember_metadata = std::chrono::seconds{10};
  ServiceRegistry service_registry;
  Authentication authentication;
  Mqtt mqtt;
};

struct Tokens {
  base::Duration time_limit = std::chrono::seconds{60};
  base::Duration max_age = std::chrono::minutes{60};
  std::uint64_t simple_usage_limit = 5;
  std::uint64_t simple_byte_size = 32;
  std::vector<std::string> unbounded_generation_whitelist;
  base::Duration cleaner_interval = std::chrono::seconds{30};
  std::string signing_key;
  base::Secret signing_key_password;
  base::Secret reference_key;
};

enum class QueueGuard : std::uint8_t { kAuto, kOpen, kGuarded };

struct Queues {
  model::RestrictionMode restriction_mode = model::RestrictionMode::kNone;
  base::Secret access_token_key;  ///< empty: made from the master key
  std::vector<base::Secret> previous_access_token_keys;
  QueueGuard auth_access = QueueGuard::kAuto;
  std::uint64_t message_size = 256 * 1024;
  base::Duration visibility_timeout{};  ///< zero: none
  std::uint64_t max_attempts = 0;       ///< 0: no bound
  std::string dead_letter_suffix = ".dead";
  std::vector<std::string> reported_settings;
};

struct LeaseTtl {
  base::Duration by_default = std::chrono::hours{1};
  base::Duration maximum = std::chrono::hours{24};
  bool allow_zero = false;
  std::uint64_t jitter = 0;  ///< percent by which a granted time may be shortened, to spread the ends
};

/// 0 each: no limit.
struct LeaseQuotas {
  std::uint64_t total = 300'000;
  std::uint64_t owner = 10'000;
  std::uint64_t role = 0;
  std::uint64_t create_rate = 0;  ///< leases that one owner may create in a second
};

/// By name, in the order of the file.
using LeaseProviders = std::vector<std::pair<std::string, leases::ProviderSettings>>;

struct Leases {
  std::string anonymous_owner;  ///< empty: callers without an identity are refused
  LeaseTtl ttl;
  std::string default_provider;  ///< empty: the only one, where there is only one
  LeaseProviders providers;
  LeaseQuotas quotas;
  bool hold_revocations = false;
  base::Duration reconcile_interval = std::chrono::minutes{5};  ///< zero: never
  base::Duration stray_grace = std::chrono::minutes{10};
  base::Duration keep_ended = std::chrono::hours{24};
  std::vector<std::string> removed_providers;  ///< whose leases nobody can take back any more
  base::Duration clock_step = std::chrono::minutes{5};
  std::string mqtt_topic = "jeton/leases/";
};

struct Log {
  base::log::Level level = base::log::Level::kInfo;
  LogFormat format = LogFormat::kText;
  std::string file;
};

struct Events {
  base::Duration retention = std::chrono::days{7};
};

struct Config {
  std::string data = "./jeton-data";
  Store store;
  std::string master_key;  ///< "", "file:PATH" or "env:NAME": where the key is, never the key
  Http http;
  Identity identity;
  Arrowhead arrowhead;
  Tokens tokens;
  Queues queues;
  Leases leases;
  Log log;
  Events events;
};

}  // namespace jeton::config
