// Rules about several keys, or about more than a key's type. Each is one function; kRules is the list. A rule that only
// guards what this release lacks goes away with one line.
#include <fmt/format.h>

#include "app/config/host_port.hpp"
#include "app/config/reading.hpp"
#include "base/strings.hpp"
#include "model/names.hpp"

namespace jeton::config {
namespace {

constexpr std::string_view kPostgres = "postgresql://";

const Config& config_of(const Reading& reading) {
  return reading.loaded.config;
}

void store_url_has_a_known_form(Exposure, Reading& reading) {
  const std::string& url = config_of(reading).store.url;
  if (url.empty() || url == "sqlite::memory:" || url.starts_with(kPostgres)) return;
  // Not shown: it may hold a password.
  reading.problem_with("store.url", "is not a known form; expected \"\" (SQLite in `data`) or sqlite::memory:");
}

void postgres_comes_later(Exposure, Reading& reading) {
  if (!config_of(reading).store.url.starts_with(kPostgres)) return;
  reading.problem_with("store.url",
                       "PostgreSQL comes with a later release; expected \"\" (SQLite in `data`) or sqlite::memory:");
}

void master_key_names_a_place(Exposure, Reading& reading) {
  const std::string_view place = config_of(reading).master_key;
  if (place.empty()) return;
  const bool file = place.starts_with("file:") && !base::is_blank(place.substr(5));
  const bool variable = place.starts_with("env:") && !base::is_blank(place.substr(4));
  // Not shown: it may be the key itself.
  if (!file && !variable) {
    reading.problem_with(
        "master-key", "does not say where the key is; expected file:PATH, env:NAME, or \"\" for a key file in `data`");
  } else if (place.starts_with("env:JETON_")) {
    reading.problem_with("master-key",
                         "names a variable that begins with JETON_, which are for keys of the configuration; expected "
                         "another name, such as env:MASTER_KEY_OF_JETON");
  }
}

void listeners_are_addresses(Exposure, Reading& reading) {
  for (const std::string& listener : config_of(reading).http.listen) {
    if (const auto address = parse_host_port(listener); !address)
      reading.problem_with("http.listen", address.error().message);
  }
}

// DESIGN section 4.
void listeners_beyond_loopback_are_guarded(Exposure exposure, Reading& reading) {
  const Config& config = config_of(reading);
  if (config.http.tls.on() && config.identity.policy != IdentityPolicy::kDeclared) return;
  const std::vector<std::string> listeners = config.http.listen;
  for (const std::string& listener : listeners) {
    const auto address = parse_host_port(listener);
    if (!address || is_loopback(*address)) continue;
    if (exposure == Exposure::kInsecure) {
      reading.warn(fmt::format(
          "http.listen: other machines can reach {}, without TLS or with callers that only declare their names",
          base::shown(listener)));
    } else {
      reading.problem_with(
          "http.listen", fmt::format("other machines can reach {}; that needs TLS and an identity.policy stronger than "
                                     "declared, or --insecure; 127.0.0.1 is for this machine only",
                                     base::shown(listener)));
    }
  }
}

// The same over MQTT: whoever may publish at such a broker, or reads on the way to it, is believed to be any caller.
void brokers_beyond_loopback_are_guarded(Exposure exposure, Reading& reading) {
  const Config& config = config_of(reading);
  const Mqtt& mqtt = config.arrowhead.mqtt;
  if (!mqtt.enabled || (mqtt.tls && config.identity.policy != IdentityPolicy::kDeclared)) return;
  const auto broker = parse_host_port(mqtt.broker);
  if (!broker || is_loopback(*broker)) return;
  if (exposure == Exposure::kInsecure) {
    reading.warn(fmt::format(
        "arrowhead.mqtt.broker: other machines can reach {}, which is spoken to without TLS or by callers that only "
        "declare their names",
        base::shown(mqtt.broker)));
  } else {
    reading.problem_with("arrowhead.mqtt.broker",
                         fmt::format("other machines can reach {}; that needs arrowhead.mqtt.tls and an "
                                     "identity.policy stronger than declared, or --insecure",
                                     base::shown(mqtt.broker)));
  }
}

void tls_is_complete(Exposure, Reading& reading) {
  const HttpTls& tls = config_of(reading).http.tls;
  const bool identity = !tls.certificate.empty() || !tls.pkcs12.empty();
  if (!tls.certificate.empty() && tls.key.empty()) {
    reading.problem_with("http.tls.certificate", "has no key; set http.tls.key too");
  }
  if (!tls.key.empty() && tls.certificate.empty()) {
    reading.problem_with("http.tls.key", "has no certificate; set http.tls.certificate too");
  }
  if (!tls.pkcs12.empty() && (!tls.certificate.empty() || !tls.key.empty())) {
    reading.problem_with("http.tls.pkcs12",
                         "stands beside http.tls.certificate or http.tls.key; expected one or the other");
  }
  if (!tls.password.empty() && !identity && tls.key.empty()) {
    reading.problem_with("http.tls.password",
                         "opens nothing; set http.tls.pkcs12, or http.tls.certificate and http.tls.key");
  }
  if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::kNone) {
    reading.problem_with("http.tls.client-ca", "is never asked; set http.tls.client-auth to want or need");
  }
  if (tls.client_auth != ClientAuth::kNone && tls.client_ca.empty()) {
    reading.problem_with("http.tls.client-auth", "trusts nobody; set http.tls.client-ca too");
  }
  if (tls.client_auth != ClientAuth::kNone && !identity) {
    reading.problem_with("http.tls.client-auth",
                         "needs TLS; set http.tls.certificate and http.tls.key, or http.tls.pkcs12");
  }
}

// arrowhead-authorization 9.3: nobody can be identified who has not shown a certificate.
void certificate_identity_asks_everybody(Exposure, Reading& reading) {
  const Config& config = config_of(reading);
  if (config.identity.policy != IdentityPolicy::kCertificate || config.http.tls.client_auth == ClientAuth::kNeed)
    return;
  reading.problem_with(
      "identity.policy",
      "certificate needs TLS with a certificate of every caller; set http.tls.client-auth to need, and "
      "http.tls.client-ca");
}

void signing_password_has_a_key(Exposure, Reading& reading) {
  const Tokens& tokens = config_of(reading).tokens;
  if (tokens.signing_key_password.empty() || !tokens.signing_key.empty()) return;
  reading.problem_with("tokens.signing-key-password", "opens nothing; set tokens.signing-key too");
}

void reference_key_is_long_enough(Exposure, Reading& reading) {
  const std::size_t size = config_of(reading).tokens.reference_key.size();
  if (size == 0 || size >= kReferenceKeyBytesMin) return;
  reading.problem_with("tokens.reference-key",
                       fmt::format("is too short; expected {} bytes or more, or \"\" to derive it from the master key",
                                   kReferenceKeyBytesMin));
}

void system_names_can_be_some(Exposure, Reading& reading) {
  const Config& config = config_of(reading);
  const auto check = [&](std::string_view key, const std::string& name) {
    if (const auto status = check_system_name(config, name); !status) {
      reading.problem_with(key, status.error().message);
    }
  };
  for (const std::string& name : config.identity.management.whitelist) check("identity.management.whitelist", name);
  for (const std::string& name : config.identity.blacklist.exclude) check("identity.blacklist.exclude", name);
  check("arrowhead.system-name", config.arrowhead.system_name);
  for (const std::string& name : config.tokens.unbounded_generation_whitelist) {
    check("tokens.unbounded-generation-whitelist", name);
  }
}

using Rule = void (*)(Exposure, Reading&);
constexpr Rule kRules[] = {
    store_url_has_a_known_form,
    postgres_comes_later,
    master_key_names_a_place,
    listeners_are_addresses,
    listeners_beyond_loopback_are_guarded,
    brokers_beyond_loopback_are_guarded,
    tls_is_complete,
    certificate_identity_asks_everybody,
    system_names_can_be_some,
    signing_password_has_a_key,
    reference_key_is_long_enough,
};

}  // namespace

// Whoever compares these names normalizes them first, so what counts is the normalized name.
base::Status check_system_name(const Config& config, const std::string& name) {
  const model::Normalizer normalizer(config.arrowhead.normalization_mode);
  auto status = model::validate_system(name);
  return status || model::is_valid_system(normalizer.system(name)) ? base::Status{} : status;
}

void validate(Exposure exposure, Reading& reading) {
  for (const Rule rule : kRules) rule(exposure, reading);
  validate_leases(exposure, reading);
  validate_cloud(reading);
}

}  // namespace jeton::config
