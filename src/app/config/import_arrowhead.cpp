#include "app/config/import_arrowhead.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "app/config/host_port.hpp"
#include "app/config/import_server.hpp"
#include "app/config/spring_map.hpp"
#include "app/config/table.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

using Reading = ArrowheadKey::Reading;

// Why what begins so is not taken over. The first that fits counts.
constexpr std::array<NamePair, 6> kDroppedSections = {
    {{"springdoc", "the reference of all operations is at /docs and /openapi.json"},
     {"logging", "lines go to standard error; see log.level, log.format and log.file"},
     {"log4j", "lines go to standard error; see log.level, log.format and log.file"},
     {"server", "it is one of the original's framework, without a counterpart"},
     {"spring", "it is one of the original's framework, without a counterpart"},
     {"management", "/livez, /readyz and /metrics need no setting"}}};

// The words of Spring's conversion to a boolean.
std::optional<std::string_view> truth_of(std::string_view text) {
  const auto is_one_of = [&](const std::array<std::string_view, 4>& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return base::equals_ignoring_case(word, text); });
  };
  if (is_one_of({"true", "on", "yes", "1"})) return "true";
  if (is_one_of({"false", "off", "no", "0"})) return "false";
  return std::nullopt;
}

std::vector<std::string> items_of(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view item : base::split(text, ',')) {
    if (!base::is_blank(item)) items.emplace_back(base::trim(item));
  }
  return items;
}

class Importer {
 public:
  explicit Importer(ImportSettings settings) : settings_(std::move(settings)) {}

  ImportedConfig run() && {
    for (const ArrowheadKey& key : arrowhead_keys()) import(key);
    if (!defaults_.empty()) {
      settings_.note(fmt::format("without a usable value, so that the original's own default is written: {}",
                                 fmt::join(defaults_, ", ")));
    }
    const bool tls = tls_is_enabled();
    const auto key_store = tls ? import_key_store(settings_) : std::nullopt;
    const auto authorities = tls ? trust_store() : std::nullopt;
    if (tls) {
      keys_of_the_key_store();
      callers_certificates(authorities);
      if (mqtt_is_enabled_) mqtt_tls(key_store, authorities);
    } else {
      forget_tls();
    }
    import_listener(settings_, "8445", key_store && !is_declared_);
    service_registry(tls);
    mqtt_broker(tls && !is_declared_);
    reference_key();
    settings_.drop_rest(kDroppedSections, "ConsumerAuthorization");
    return std::move(settings_).finish(
        "Made of a ConsumerAuthorization's settings by `jeton config import arrowhead`.");
  }

 private:
  // A key that stands for one of ours, or for none.
  void import(const ArrowheadKey& key) {
    if (key.reading == Reading::kSpecial) return;
    if (key.reading == Reading::kDropped) return drop(key);
    // A list with nothing in it is one for the original too, whatever ours has by default.
    if (key.reading == Reading::kList && settings_.take_blank(key.original)) {
      settings_.put_list(key.here, {});
      return;
    }
    // Credentials are taken as they are, but for the blanks around the map.
    const auto property = settings_.take_trimmed(key.original);
    if (property && put(key, property->value)) {
      remember(key, property->value);
      if (key.reading == Reading::kSet && truth_of(property->value) == "false" &&
          !base::equals_ignoring_case(property->value, "false")) {
        settings_.note(*property, "it is not `false`, so it is taken for true, as by the original");
      }
      if (key.reading == Reading::kSecrets) {
        settings_.note_beyond_ascii(*property, "check that the other system knows the same");
      }
      return;
    }
    if (property) settings_.note(*property, "not taken over: " + wish(key));
    if (key.absent.empty()) return;
    put(key, key.absent);
    remember(key, key.absent);
    defaults_.push_back(key.original);
  }

  // What the rest of the import has to know.
  void remember(const ArrowheadKey& key, std::string_view value) {
    if (key.here == "identity.policy") is_declared_ = base::equals_ignoring_case(value, "declared");
    if (key.here == "arrowhead.mqtt.enabled") mqtt_is_enabled_ = truth_of(value) == "true";
  }

  static std::string wish(const ArrowheadKey& key) {
    switch (key.reading) {
      case Reading::kMilliseconds:
      case Reading::kSeconds:
      case Reading::kMinutes:
        return fmt::format("expected a whole number that makes {} {}", key.here, expected(find_row(key.here)->field));
      case Reading::kSecrets:
        return "expected {'name':'value', 'other':'value'}, no value blank and no name twice";
      default:
        return fmt::format("expected {}", expected(find_row(key.here)->field));
    }
  }

  bool put(const ArrowheadKey& key, std::string_view text) {
    switch (key.reading) {
      case Reading::kSet:
        return settings_.put(key.here, base::equals_ignoring_case(text, "false") ? "false" : "true");
      case Reading::kTruth: {
        const auto truth = truth_of(text);
        return truth && settings_.put(key.here, *truth);
      }
      case Reading::kMilliseconds:
        return settings_.put(key.here, fmt::format("{}ms", text));
      case Reading::kSeconds:
        return settings_.put(key.here, fmt::format("{}s", text));
      case Reading::kMinutes:
        return settings_.put(key.here, fmt::format("{}m", text));
      case Reading::kList:
        return settings_.put_list(key.here, items_of(text));
      case Reading::kSecrets: {
        auto members = read_spring_map(text);
        // The original takes the blanks off these secrets, and not off credentials.
        if (members && key.original == "authenticator.secret.keys") {
          for (auto& [name, secret] : *members) secret = std::string(base::trim(secret));
        }
        return members && settings_.put_secrets(key.here, *members);
      }
      default:
        return settings_.put(key.here, text);
    }
  }

  void drop(const ArrowheadKey& key) {
    const auto property = settings_.take_trimmed(key.original);
    if (!property || (!key.absent.empty() && base::equals_ignoring_case(property->value, key.absent))) return;
    settings_.note(*property, fmt::format("not taken over: {}", key.remark));
  }

  bool tls_is_enabled() {
    const auto enabled = settings_.take_trimmed("server.ssl.enabled");
    if (!enabled) return false;
    const auto truth = truth_of(enabled->value);
    if (!truth) settings_.note(*enabled, "not taken over: expected true or false");
    return truth == "true";
  }

  // Its PEM file to be, with the command that makes it.
  std::optional<std::string> trust_store() {
    const auto type = settings_.take_trimmed("server.ssl.trust-store-type");
    const auto store = settings_.take_trimmed("server.ssl.trust-store");
    settings_.forget("server.ssl.trust-store-password");
    if (!store) return std::nullopt;
    const auto path = path_of(settings_, *store, "set http.tls.client-ca to a copy of the file, in PEM");
    if (!path) return std::nullopt;
    std::string pem = *path + ".pem";
    const bool is_pkcs12 = !type || base::equals_ignoring_case(type->value, "PKCS12");
    const std::string command =
        is_pkcs12 ? fmt::format("openssl pkcs12 -in {} -nokeys -out {}", shell_word(*path), shell_word(pem))
                  : fmt::format("keytool -list -rfc -keystore {} > {}", shell_word(*path), shell_word(pem));
    settings_.note(*store, fmt::format("the authorities are read from PEM files here; run `{}`", command));
    return pem;
  }

  void keys_of_the_key_store() {
    if (const auto alias = settings_.take_trimmed("server.ssl.key-alias")) {
      settings_.note(*alias,
                     "not taken over: the file's only key is taken; if it has several, make one with this alone");
    }
    if (const auto password = settings_.take("server.ssl.key-password")) {
      settings_.note(*password, "not taken over: the key of a PKCS#12 file opens with the password of the file");
    }
  }

  void callers_certificates(const std::optional<std::string>& authorities) {
    const auto typed = settings_.take_trimmed("server.ssl.client-auth");
    const bool asks = typed && !base::equals_ignoring_case(typed->value, "none");
    // Neighbours are verified by the same authorities, unless arrowhead.ca says others.
    if (!asks) {
      if (authorities) settings_.put("arrowhead.ca", *authorities);
    } else if (!authorities) {
      settings_.note(*typed, "not taken over: there is no server.ssl.trust-store that says whom to trust");
    } else {
      settings_.put("http.tls.client-ca", *authorities);
      if (!settings_.put("http.tls.client-auth", typed->value)) {
        settings_.note(*typed, "it is none of none, want and need; taken for need");
        settings_.put("http.tls.client-auth", "need");
      }
    }
  }

  void mqtt_tls(const std::optional<std::string>& key_store, const std::optional<std::string>& authorities) {
    settings_.put("arrowhead.mqtt.tls", "true");
    if (authorities) settings_.put("arrowhead.mqtt.ca", *authorities);
    if (!key_store) return;
    const std::string certificate = *key_store + ".crt.pem";
    const std::string key = *key_store + ".key.pem";
    settings_.put("arrowhead.mqtt.certificate", certificate);
    settings_.put("arrowhead.mqtt.key", key);
    const std::string read = fmt::format("openssl pkcs12 -in {}", shell_word(*key_store));
    settings_.note(
        fmt::format("the certificate for the MQTT broker is read from PEM files here; run `{} -clcerts -nokeys "
                    "-out {}`, `{} -cacerts -nokeys >> {}` and `{} -nocerts -noenc -out {}`, or take "
                    "arrowhead.mqtt.certificate and arrowhead.mqtt.key out where the broker asks for none",
                    read, shell_word(certificate), read, shell_word(certificate), read, shell_word(key)));
  }

  void forget_tls() {
    for (const std::string_view name : {"server.ssl.key-store", "server.ssl.trust-store"}) {
      if (const auto store = settings_.take_trimmed(name)) {
        settings_.note(*store, "not taken over: server.ssl.enabled is not true");
      }
    }
    for (const ArrowheadKey& key : arrowhead_keys()) {
      if (key.original.starts_with("server.ssl.")) settings_.forget(key.original);
    }
  }

  void service_registry(bool tls) {
    const auto address = settings_.take_trimmed("service.registry.address");
    const auto port = settings_.take_trimmed("service.registry.port");
    constexpr std::string_view kAddress = "localhost";
    constexpr std::string_view kPort = "8443";
    const auto url = [&](std::string_view host, std::string_view number) {
      return fmt::format("{}://{}", tls ? "https" : "http", joined(host, number));
    };
    std::string_view host = kAddress;
    std::string_view number = kPort;
    if (address && is_base_url(url(address->value, kPort))) {
      host = address->value;
    } else if (address) {
      settings_.note(*address, "not taken over: it is no address; expected a host name or an IP address");
    }
    if (port && is_base_url(url(kAddress, port->value))) {
      number = port->value;
    } else if (port) {
      settings_.note(*port, "not taken over: it is no port; expected a whole number from 1 to 65535");
    }
    settings_.put("arrowhead.service-registry.url", url(host, number));
  }

  void mqtt_broker(bool is_guarded) {
    constexpr std::string_view kPort = "1883";
    const auto address = settings_.take_trimmed("mqtt.broker.address");
    const auto port = settings_.take_trimmed("mqtt.broker.port");
    const auto password = settings_.take("mqtt.client.password");
    const bool good_port = port && is_peer(joined("localhost", port->value));
    if (port && !good_port) {
      settings_.note(*port, "not taken over: it is no port; expected a whole number from 1 to 65535");
    }
    const std::string broker = joined(address ? std::string_view(address->value) : std::string_view("127.0.0.1"),
                                      good_port ? std::string_view(port->value) : kPort);
    if (is_peer(broker)) {
      if (address || good_port) settings_.put("arrowhead.mqtt.broker", broker);
      const auto parsed = parse_host_port(broker);
      if (address && mqtt_is_enabled_ && !is_guarded && parsed && !is_loopback(*parsed))
        settings_.note(*address, "other machines can reach it; `jeton serve` wants --insecure for that");
    } else if (address) {
      settings_.note(*address, "not taken over: it is no address; expected a host name or an IP address");
    }
    if (!address && mqtt_is_enabled_) {
      settings_.note(
          "mqtt.broker.address has no value, so that the original does not start; see arrowhead.mqtt.broker");
    }
    if (!password) return;
    settings_.note_beyond_ascii(*password, "check that the broker takes it");
    settings_.put_secret("arrowhead.mqtt.password", password->value);
  }

  void reference_key() {
    const auto key = settings_.take("secret.cryptographer.key");
    if (key && key->value.size() >= kReferenceKeyBytesMin) {
      settings_.note_beyond_ascii(*key, "tokens of its database would not be found again");
      settings_.put_secret("tokens.reference-key", key->value);
    } else if (key) {
      settings_.note(*key,
                     fmt::format("not taken over: it has less than {} bytes, with which the original does not start",
                                 kReferenceKeyBytesMin));
    } else {
      settings_.note(
          "secret.cryptographer.key has no value here: the references of tokens are made with a key of Jeton's "
          "own; see tokens.reference-key");
    }
  }

  ImportSettings settings_;
  std::vector<std::string_view> defaults_;
  bool is_declared_ = false;
  bool mqtt_is_enabled_ = false;
};

}  // namespace

base::Result<ImportedConfig> import_arrowhead(std::string_view text) {
  auto properties = read_properties(text);
  if (!properties) return base::failure(properties.error());
  return Importer(ImportSettings(*std::move(properties))).run();
}

}  // namespace jeton::config
