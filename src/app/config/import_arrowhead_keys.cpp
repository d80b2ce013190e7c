// Every setting of the original, in the order of arrowhead-authorization 10.
#include <array>

#include "app/config/import_arrowhead.hpp"

namespace jeton::config {
namespace {

using enum ArrowheadKey::Reading;

constexpr std::string_view kOwnStore = "Jeton has its own store; the original's data is not imported";
constexpr std::string_view kOwnSchema = "Jeton has its own store, whose schema it brings up to date itself";

constexpr std::array kKeys = std::to_array<ArrowheadKey>({
    {"server.address", "http.listen", kSpecial, "", "other machines reach 0.0.0.0; without TLS that needs --insecure"},
    {"server.port", "http.listen", kSpecial, "", "8445 when it is not set"},
    {"domain.name", "arrowhead.domain-name", kText, "", ""},
    {"service.registry.address", "arrowhead.service-registry.url", kSpecial, "", "https when server.ssl.enabled"},
    {"service.registry.port", "arrowhead.service-registry.url", kSpecial, "", ""},
    {"spring.datasource.url", "", kDropped, "", kOwnStore},
    {"spring.datasource.username", "", kDropped, "", kOwnStore},
    {"spring.datasource.password", "", kDropped, "", kOwnStore},
    {"spring.datasource.driver-class-name", "", kDropped, "", kOwnStore},
    {"spring.jpa.hibernate.ddl-auto", "", kDropped, "validate", kOwnSchema},
    {"spring.jpa.show-sql", "", kDropped, "false", kOwnSchema},
    {"spring.jpa.properties.hibernate.format_sql", "", kDropped, "true", kOwnSchema},
    {"authentication.policy", "identity.policy", kText, "certificate", ""},
    {"authenticator.secret.keys", "identity.authenticator-secret-keys", kSecrets, "",
     "a map, not a text that holds one"},
    {"authenticator.credentials", "identity.authenticator-credentials", kSecrets, "",
     "a map, not a text that holds one"},
    {"authenticator.login.interval", "arrowhead.authentication.login-interval", kMilliseconds, "", "with a unit"},
    {"authenticator.login.delay", "arrowhead.authentication.login-delay", kMilliseconds, "", "with a unit"},
    {"enable.management.filter", "identity.management.filter", kSet, "false", ""},
    {"management.policy", "identity.management.policy", kText, "sysop-only", ""},
    {"management.whitelist", "identity.management.whitelist", kList, "", ""},
    {"enable.blacklist.filter", "identity.blacklist.filter", kSet, "", ""},
    {"force.blacklist.filter", "identity.blacklist.force", kTruth, "", ""},
    {"blacklist.check.exclude.list", "identity.blacklist.exclude", kList, "", "an empty list stays one"},
    {"max.page.size", "arrowhead.max-page-size", kText, "", ""},
    {"normalization.mode", "arrowhead.normalization-mode", kText, "", ""},
    {"token.max.age", "tokens.max-age", kMinutes, "", "with a unit"},
    {"token.time.limit", "tokens.time-limit", kSeconds, "30", "with a unit"},
    {"simple.token.byte.size", "tokens.simple-byte-size", kText, "", ""},
    {"simple.token.usage.limit", "tokens.simple-usage-limit", kText, "10", ""},
    {"unbounded.token.generation.whitelist", "tokens.unbounded-generation-whitelist", kList, "", ""},
    {"secret.cryptographer.key", "tokens.reference-key", kSpecial, "", "the same text makes the same token references"},
    {"cleaner.job.interval", "tokens.cleaner-interval", kMilliseconds, "", "with a unit"},
    {"http.collector.mode", "", kDropped, "SR_AND_ORCH",
     "other systems are looked up in the ServiceRegistry, and what it lacks is asked of the orchestration"},
    {"http.client.connection.timeout", "arrowhead.connection-timeout", kMilliseconds, "30000", "with a unit"},
    {"http.client.socket.timeout", "arrowhead.call-timeout", kMilliseconds, "30000",
     "with a unit; here it bounds the whole call"},
    {"log.all.request.and.response", "", kDropped, "false", "bodies carry secrets and are never logged"},
    {"cors.origin.patterns", "", kDropped, "", "no CORS headers are sent"},
    {"disable.hostname.verifier", "", kDropped, "false", "outgoing TLS always verifies"},
    {"server.ssl.enabled", "http.tls, arrowhead.mqtt.tls", kSpecial, "", "TLS is on when there is a key store"},
    {"server.ssl.key-store-type", "http.tls.pkcs12", kSpecial, "", "PKCS12; of others a note says how to convert them"},
    {"server.ssl.key-store", "http.tls.pkcs12", kSpecial, "",
     "towards the MQTT broker arrowhead.mqtt.certificate and arrowhead.mqtt.key, in PEM"},
    {"server.ssl.key-store-password", "http.tls.password", kSpecial, "", ""},
    {"server.ssl.key-alias", "", kSpecial, "", "the file's only key is taken"},
    {"server.ssl.key-password", "", kSpecial, "", "the key of a PKCS#12 file opens with the password of the file"},
    {"server.ssl.client-auth", "http.tls.client-auth", kSpecial, "", ""},
    {"server.ssl.trust-store-type", "http.tls.client-ca", kSpecial, "",
     "PEM here; a note says how to convert the file"},
    {"server.ssl.trust-store", "http.tls.client-ca, arrowhead.ca, arrowhead.mqtt.ca", kSpecial, "",
     "PEM here; a note says how to convert the file"},
    {"server.ssl.trust-store-password", "", kSpecial, "", "PEM has none"},
    {"mqtt.api.enabled", "arrowhead.mqtt.enabled", kTruth, "", ""},
    {"mqtt.broker.address", "arrowhead.mqtt.broker", kSpecial, "",
     "on another machine it needs TLS and an identity stronger than declared, or --insecure"},
    {"mqtt.broker.port", "arrowhead.mqtt.broker", kSpecial, "", ""},
    {"mqtt.client.password", "arrowhead.mqtt.password", kSpecial, "", ""},
});

}  // namespace

std::span<const ArrowheadKey> arrowhead_keys() {
  return kKeys;
}

}  // namespace jeton::config
