// Rules about the neighbours of an Arrowhead cloud: where they are, and what it takes to be known to them. A setting
// that is filled by half stops the start.
#include <fmt/format.h>

#include <array>

#include "app/config/host_port.hpp"
#include "app/config/reading.hpp"

namespace jeton::config {
namespace {

const Config& config_of(const Reading& reading) {
  return reading.loaded.config;
}

bool is_outsourced(const Reading& reading) {
  return config_of(reading).identity.policy == IdentityPolicy::kOutsourced;
}

// The path of an operation comes from the contract or the ServiceRegistry, and credentials have keys of their own.
void neighbours_have_base_urls(Reading& reading) {
  const Arrowhead& cloud = config_of(reading).arrowhead;
  const auto check = [&](std::string_view key, const std::string& url) {
    if (url.empty() || is_base_url(url)) return;
    // Not shown: it may hold a password.
    reading.problem_with(key,
                         "is not the address of a server; expected http://HOST:PORT or https://HOST:PORT, without a "
                         "path and credentials, such as http://127.0.0.1:8443");
  };
  check("arrowhead.service-registry.url", cloud.service_registry.url);
  check("arrowhead.authentication.url", cloud.authentication.url);
}

// arrowhead-authorization 9.4, 11.6.
void outsourced_identity_is_complete(Reading& reading) {
  if (!is_outsourced(reading)) return;
  const Config& config = config_of(reading);
  if (config.identity.authenticator_credentials.empty()) {
    reading.problem_with("identity.policy",
                         "outsourced needs credentials for the own login; set identity.authenticator-credentials too");
  }
  if (config.arrowhead.authentication.url.empty() && config.arrowhead.service_registry.url.empty()) {
    reading.problem_with("identity.policy",
                         "outsourced needs an Authentication system; set arrowhead.service-registry.url, which says "
                         "where it is, or arrowhead.authentication.url");
  }
}

// Whoever set one may believe that it guards something.
void secrets_of_the_outsourced_policy_are_used(Reading& reading) {
  if (is_outsourced(reading)) return;
  const Identity& identity = config_of(reading).identity;
  const auto warn = [&](std::string_view key, const SecretsByName& secrets) {
    if (secrets.empty()) return;
    reading.warn(fmt::format("{}: has no effect unless identity.policy is outsourced", key));
  };
  warn("identity.authenticator-secret-keys", identity.authenticator_secret_keys);
  warn("identity.authenticator-credentials", identity.authenticator_credentials);
}

void authenticators_are_systems(Reading& reading) {
  const Config& config = config_of(reading);
  std::size_t member = 0;
  for (const auto& [name, secret] : config.identity.authenticator_secret_keys) {
    ++member;
    if (check_system_name(config, name)) continue;
    // Not shown: name and secret may have been mixed up.
    reading.problem_with("identity.authenticator-secret-keys",
                         fmt::format("its member {} has a name that is no system name; expected {{NAME: SECRET}} with "
                                     "at most 63 letters and digits, a letter first, as in {{GateKeeper: \"…\"}}",
                                     member));
  }
}

void blacklist_can_be_found(Reading& reading) {
  const Config& config = config_of(reading);
  if (!config.identity.blacklist.filter || !config.arrowhead.service_registry.url.empty()) return;
  reading.problem_with("identity.blacklist.filter",
                       "needs a ServiceRegistry, which says where the Blacklist system is; set "
                       "arrowhead.service-registry.url too");
}

void mqtt_has_a_broker(Reading& reading) {
  const Mqtt& mqtt = config_of(reading).arrowhead.mqtt;
  if (is_peer(mqtt.broker) || (mqtt.broker.empty() && !mqtt.enabled)) return;
  // Not shown: it may hold a password.
  reading.problem_with("arrowhead.mqtt.broker",
                       "is not the address of a broker; expected HOST:PORT with a port from 1 to 65535, without a "
                       "scheme and credentials, such as 127.0.0.1:1883");
}

void mqtt_tls_is_complete(Reading& reading) {
  const Mqtt& mqtt = config_of(reading).arrowhead.mqtt;
  if (!mqtt.certificate.empty() && mqtt.key.empty()) {
    reading.problem_with("arrowhead.mqtt.certificate", "has no key; set arrowhead.mqtt.key too");
  }
  if (!mqtt.key.empty() && mqtt.certificate.empty()) {
    reading.problem_with("arrowhead.mqtt.key", "has no certificate; set arrowhead.mqtt.certificate too");
  }
  if (mqtt.tls) return;
  const auto check = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) reading.problem_with(key, "is never used; set arrowhead.mqtt.tls to true");
  };
  check("arrowhead.mqtt.ca", mqtt.ca);
  check("arrowhead.mqtt.certificate", mqtt.certificate);
  check("arrowhead.mqtt.key", mqtt.key);
}

// arrowhead-mqtt 8.2: there a certificate is shown, and nothing proves that its holder did.
void certificates_over_mqtt_are_secrets(Reading& reading) {
  const Config& config = config_of(reading);
  const Mqtt& mqtt = config.arrowhead.mqtt;
  if (!mqtt.enabled || mqtt.tls || config.identity.policy != IdentityPolicy::kCertificate) return;
  reading.warn(
      "arrowhead.mqtt.tls: callers' certificates go to and from the broker unencrypted; whoever reads one there can "
      "call "
      "as its system; set it to true");
}

using Rule = void (*)(Reading&);
constexpr std::array<Rule, 8> kRules = {
    neighbours_have_base_urls,
    outsourced_identity_is_complete,
    secrets_of_the_outsourced_policy_are_used,
    authenticators_are_systems,
    blacklist_can_be_found,
    mqtt_has_a_broker,
    mqtt_tls_is_complete,
    certificates_over_mqtt_are_secrets,
};

}  // namespace

void validate_cloud(Reading& reading) {
  for (const Rule rule : kRules) rule(reading);
}

}  // namespace jeton::config
