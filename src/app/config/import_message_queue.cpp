#include "app/config/import_message_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "app/config/host_port.hpp"
#include "app/config/import_properties.hpp"
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
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFormer = {
    {{"multi.queue.type", "message-queue.storage-medium"},
     {"redis.use.sentinels", "message-queue.redis.sentinel"},
     {"redis.prefix", "message-queue.redis.prefix"},
     {"redis.endpoint", "message-queue.redis.endpoint"},
     {"redis.master.name", "message-queue.redis.master-name"}}};

// Why what begins so is not taken over. The first that fits counts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kDroppedSections = {
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

// The same for every spelling: message-queue.access-token.key, MESSAGE_QUEUE_ACCESS_TOKEN_KEY, messageQueue….
std::string canonical(std::string_view name) {
  std::string out;
  for (const char c : base::to_lower(name)) {
    if (c != '.' && c != '-' && c != '_') out += c;
  }
  return out;
}

bool is_text(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// The settings that are read, and what is said about the others.
class Importer {
 public:
  explicit Importer(std::vector<Property> properties) {
    for (Property& property : properties) {
      std::string key = canonical(property.name);
      for (const auto& [former, now] : kFormer) {
        if (key == canonical(former)) key = canonical(now);
      }
      settings_.insert_or_assign(std::move(key), std::move(property));
    }
  }

  ImportedConfig run() && {
    const std::string http = http_section();
    const std::string queues = queues_section();
    for (const auto& [key, property] : settings_) drop(key, property);
    if (holds_secret_)
      notes_.emplace_back(std::size_t{0}, "the output holds secrets; keep it in a file that only its owner can read");
    std::ranges::sort(notes_);
    ImportedConfig out{.yaml = "# Made of a MessageQueue's settings by `jeton config import message-queue`.\n",
                       .notes = {}};
    out.yaml += http + queues;
    for (Note& note : notes_) {
      if (out.notes.size() < kImportNotesMax) out.notes.push_back(std::move(note.second));
    }
    if (notes_.size() > kImportNotesMax)
      out.notes.push_back(fmt::format("and {} notes more", notes_.size() - kImportNotesMax));
    return out;
  }

 private:
  using Note = std::pair<std::size_t, std::string>;  // the line it is about; 0 for the whole

  void note(const Property& property, std::string_view what) {
    // What has no separator may be part of a secret that was broken over two lines.
    const bool is_name = property.has_value && is_text(property.name) && property.name.size() <= 100;
    notes_.emplace_back(property.line, is_name ? fmt::format("line {}: {}: {}", property.line, property.name, what)
                                               : fmt::format("line {}: {}", property.line, what));
  }

  // Takes a setting with a value out of those that are left, unless it cannot be used.
  std::optional<Property> take(std::string_view name) {
    auto node = settings_.extract(canonical(name));
    if (node.empty()) return std::nullopt;
    Property property = std::move(node.mapped());
    if (base::is_blank(property.value)) {
      note(property, "not taken over: it has no value");
    } else if (property.value.find("${") != std::string::npos) {
      note(property, "not taken over: it refers to another setting with ${…}; write that one's value here");
    } else if (!is_text(property.value)) {
      note(property, "not taken over: it has a line break or another control character");
    } else {
      if (property.was_in_quotes) note(property, "the quotes around it were taken off");
      return property;
    }
    return std::nullopt;
  }

  // As take(), for what is no secret: without blanks around it.
  std::optional<Property> take_trimmed(std::string_view name) {
    auto property = take(name);
    if (property) property->value = std::string(base::trim(property->value));
    return property;
  }

  std::string http_section() {
    std::string out = fmt::format("http:\n  listen: [{}]\n", quoted(listener()));
    const auto enabled = take_trimmed("server.ssl.enabled");
    const auto type = take_trimmed("server.ssl.key-store-type");
    auto store = take_trimmed("server.ssl.key-store");
    const auto password = take("server.ssl.key-store-password");
    if (!store) return out;
    constexpr std::string_view kFile = "file:";
    if (store->value.starts_with(kFile)) store->value.erase(0, kFile.size());
    if (enabled && base::equals_ignoring_case(enabled->value, "false")) {
      note(*store, "not taken over: server.ssl.enabled is false");
    } else if (type && !base::equals_ignoring_case(type->value, "PKCS12")) {
      note(*store, "not taken over: it is no PKCS#12 file, by its server.ssl.key-store-type; make one with keytool");
    } else if (store->value.starts_with("classpath:")) {
      note(*store, "not taken over: it is inside the original's program; set http.tls.pkcs12 to a copy of the file");
    } else {
      out += fmt::format("  tls:\n    pkcs12: {}\n", quoted(store->value));
      if (password) out += fmt::format("    password: {}\n", quoted(password->value));
      holds_secret_ = holds_secret_ || password.has_value();
    }
    return out;
  }

  std::string listener() {
    std::string port = "8080";
    const auto typed_port = take_trimmed("server.port");
    if (typed_port && parse_host_port("127.0.0.1:" + typed_port->value)) {
      port = typed_port->value;
    } else if (typed_port) {
      note(*typed_port, "not taken over: it is no port; expected a whole number from 0 to 65535");
    }
    if (const auto address = take_trimmed("server.address")) {
      const bool is_ipv6 = address->value.find(':') != std::string::npos && !address->value.starts_with('[');
      const std::string listener = fmt::format(fmt::runtime(is_ipv6 ? "[{}]:{}" : "{}:{}"), address->value, port);
      if (const auto parsed = parse_host_port(listener)) {
        if (!is_loopback(*parsed))
          note(*address, "other machines can reach it; `jeton serve` wants --insecure for that");
        return listener;
      }
      note(*address, "not taken over: it is no address; expected a host name or an IP address");
    } else {
      notes_.emplace_back(std::size_t{0},
                          "server.address is not set: the original serves all addresses of the machine, this "
                          "configuration 127.0.0.1 alone; see http.listen");
    }
    return "127.0.0.1:" + port;
  }

  std::string queues_section() {
    std::string out = "queues:\n";
    model::RestrictionMode mode = model::RestrictionMode::kNone;
    if (const auto typed = take_trimmed("message-queue.restriction-mode")) {
      if (const auto known = base::enum_from<model::RestrictionMode>(base::to_upper(typed->value))) {
        mode = *known;
      } else {
        note(*typed, "it is none of NONE, HYBRID and RESTRICTED; taken for NONE, as by the original");
      }
    }
    out += fmt::format("  restriction-mode: {}\n", base::enum_text(mode));
    out += access_token_key(mode);
    out += reported_settings();
    return out;
  }

  std::string access_token_key(model::RestrictionMode mode) {
    const auto key = take("message-queue.access-token.key");
    if (!key) {
      if (mode != model::RestrictionMode::kNone) {
        notes_.emplace_back(std::size_t{0},
                            "message-queue.access-token.key has no value here: tokens that the original gave are not "
                            "believed until queues.access-token-key is its key");
      }
      return {};
    }
    holds_secret_ = true;
    if (std::ranges::any_of(key->value, [](unsigned char c) { return c >= 0x80; })) {
      note(*key,
           "it has letters beyond ASCII, taken for UTF-8; the original reads properties files as ISO 8859-1, so "
           "check that its tokens are believed");
    }
    return fmt::format("  access-token-key: {}\n", quoted(key->value));
  }

  std::string reported_settings() {
    std::string items;
    const auto add = [&](std::string_view name, const Property& property) {
      items += fmt::format("    - {}\n", quoted(fmt::format("{}={}", name, without_credentials(property.value))));
      note(property, fmt::format("only told by GET /settings: {}", kOwnStore));
    };
    // A boolean before the modes had names.
    const auto sentinel = take_trimmed("message-queue.redis.sentinel");
    const bool has_mode = settings_.contains(canonical("message-queue.redis.mode"));
    if (sentinel && !has_mode && base::equals_ignoring_case(sentinel->value, "true")) {
      Property mode = *sentinel;
      mode.value = "SENTINEL";
      add("message-queue.redis.mode", mode);
    }
    for (const std::string_view name : kReported) {
      if (const auto property = take_trimmed(name)) add(name, *property);
    }
    return items.empty() ? items : "  reported-settings:\n" + items;
  }

  // What is left after all that is known was taken.
  void drop(std::string_view key, const Property& property) {
    if (!property.has_value) return note(property, "not taken over: it is no setting; expected NAME=VALUE");
    for (const auto& [section, why] : kDroppedSections) {
      if (key.starts_with(canonical(section))) return note(property, fmt::format("not taken over: {}", why));
    }
    // The rest of a secret in base64 that was broken over two lines looks like a name with a separator.
    if (property.value.find_first_not_of("= ") == std::string::npos) {
      notes_.emplace_back(property.line, fmt::format("line {}: not taken over: it has no value", property.line));
    } else {
      note(property, "not taken over: no setting of MessageQueue has this name");
    }
  }

  std::map<std::string, Property> settings_;  // by canonical name
  std::vector<Note> notes_;
  bool holds_secret_ = false;
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
  return Importer(*std::move(properties)).run();
}

}  // namespace jeton::config
