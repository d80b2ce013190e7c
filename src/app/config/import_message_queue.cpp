#include "app/config/import_message_queue.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/config/import_server.hpp"
#include "app/config/values.hpp"
#include "base/enum_text.hpp"
#include "base/strings.hpp"
#include "model/queue.hpp"

namespace jeton::config {
namespace {

constexpr std::string_view kOwnStore = "messages are kept in Jeton's own store, and the original's are not imported";
constexpr std::string_view kOwnSchema = "Jeton has its own store, whose schema it brings up to date itself";
constexpr std::string_view kForeignSecret = "it opens a storage that Jeton does not use";

// What GET /settings tells, but for the mode, which it tells of itself.
constexpr std::array<std::string_view, 12> kReported = {
    "message-queue.storage-medium",    "message-queue.redis.mode",     "message-queue.redis.endpoint",
    "message-queue.redis.master-name", "message-queue.redis.prefix",   "spring.datasource.url",
    "spring.datasource.username",      "spring.data.mongodb.uri",      "spring.data.mongodb.host",
    "spring.data.mongodb.port",        "spring.data.mongodb.database", "spring.data.mongodb.username"};

// Names of former releases of the original.
constexpr std::array<NamePair, 5> kFormer = {{{"multi.queue.type", "message-queue.storage-medium"},
                                              {"redis.use.sentinels", "message-queue.redis.sentinel"},
                                              {"redis.prefix", "message-queue.redis.prefix"},
                                              {"redis.endpoint", "message-queue.redis.endpoint"},
                                              {"redis.master.name", "message-queue.redis.master-name"}}};

// Why what begins so is not taken over. The first that fits counts.
constexpr std::array<NamePair, 15> kDroppedSections = {
    {{"spring.datasource.password", kForeignSecret},
     {"spring.data.mongodb.password", kForeignSecret},
     {"message-queue.redis.username", kForeignSecret},
     {"message-queue.redis.password", kForeignSecret},
     {"spring.jpa", kOwnSchema},
     {"spring.datasource", kOwnSchema},
     {"spring.data", kOwnSchema},
     {"spring.autoconfigure", kOwnSchema},
     {"sql.schema", kOwnSchema},
     {"springdoc", "the reference of all operations is at /docs and /api-docs"},
     {"logging", "lines go to standard error; see log.level, log.format and log.file"},
     {"server.ssl", "http.tls knows a PKCS#12 file, or certificate and key in PEM files"},
     {"server", "it is one of the original's framework, without a counterpart"},
     {"spring", "it is one of the original's framework, without a counterpart"},
     {"management", "/livez, /readyz and /metrics need no setting"}}};

class Importer {
 public:
  explicit Importer(ImportSettings settings) : settings_(std::move(settings)) {}

  ImportedConfig run() && {
    tls();
    import_listener(settings_, "8080", false);
    const model::RestrictionMode mode = restriction_mode();
    access_token_key(mode);
    reported_settings();
    settings_.drop_rest(kDroppedSections, "MessageQueue");
    return std::move(settings_).finish("Made of a MessageQueue's settings by `jeton config import message-queue`.");
  }

 private:
  // Unlike in other systems, a key store alone switches TLS on.
  void tls() {
    const auto enabled = settings_.take_trimmed("server.ssl.enabled");
    if (!enabled || !base::equals_ignoring_case(enabled->value, "false")) {
      import_key_store(settings_);
      return;
    }
    if (const auto store = settings_.take_trimmed("server.ssl.key-store")) {
      settings_.note(*store, "not taken over: server.ssl.enabled is false");
    }
    settings_.forget("server.ssl.key-store-type");
    settings_.forget("server.ssl.key-store-password");
  }

  model::RestrictionMode restriction_mode() {
    model::RestrictionMode mode = model::RestrictionMode::kNone;
    if (const auto typed = settings_.take_trimmed("message-queue.restriction-mode")) {
      if (const auto known = base::enum_from<model::RestrictionMode>(base::to_upper(typed->value))) {
        mode = *known;
      } else {
        settings_.note(*typed, "it is none of NONE, HYBRID and RESTRICTED; taken for NONE, as by the original");
      }
    }
    settings_.put("queues.restriction-mode", base::enum_text(mode));
    return mode;
  }

  void access_token_key(model::RestrictionMode mode) {
    if (const auto key = settings_.take("message-queue.access-token.key")) {
      settings_.note_beyond_ascii(*key, "check that its tokens are believed");
      settings_.put_secret("queues.access-token-key", key->value);
    } else if (mode != model::RestrictionMode::kNone) {
      settings_.note(
          "message-queue.access-token.key has no value here: tokens that the original gave are not believed until "
          "queues.access-token-key is its key");
    }
  }

  void reported_settings() {
    std::string items;
    const auto add = [&](std::string_view name, const Property& property) {
      items += fmt::format("\n    - {}", quoted(fmt::format("{}={}", name, without_credentials(property.value))));
      settings_.note(property, fmt::format("only told by GET /settings: {}", kOwnStore));
    };
    // A boolean before the modes had names.
    const auto sentinel = settings_.take_trimmed("message-queue.redis.sentinel");
    if (sentinel && !settings_.contains("message-queue.redis.mode") &&
        base::equals_ignoring_case(sentinel->value, "true")) {
      Property mode = *sentinel;
      mode.value = "SENTINEL";
      add("message-queue.redis.mode", mode);
    }
    for (const std::string_view name : kReported) {
      if (const auto property = settings_.take_trimmed(name)) add(name, *property);
    }
    if (!items.empty()) settings_.put_yaml("queues.reported-settings", std::move(items));
  }

  ImportSettings settings_;
};

}  // namespace

std::string without_credentials(std::string url) {
  if (url.find_first_of("@?;") == std::string::npos) return url;
  const std::size_t scheme = url.find("://");
  return (scheme == std::string::npos ? std::string{} : url.substr(0, scheme + 3)) + "***";
}

base::Result<ImportedConfig> import_message_queue(std::string_view text) {
  auto properties = read_properties(text);
  if (!properties) return base::failure(properties.error());
  return Importer(ImportSettings(*std::move(properties), kFormer)).run();
}

}  // namespace jeton::config
