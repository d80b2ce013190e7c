#include "leases/providers/settings_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jeton::leases {
namespace {

struct Setting {
  std::string_view key;
  bool (*is_set)(const ProviderSettings&);
};

constexpr std::array kSettings = {
    Setting{"url", [](const ProviderSettings& s) { return !s.url.empty(); }},
    Setting{"user", [](const ProviderSettings& s) { return !s.user.empty(); }},
    Setting{"password", [](const ProviderSettings& s) { return !s.password.empty(); }},
    Setting{"token", [](const ProviderSettings& s) { return !s.token.empty(); }},
    Setting{"org", [](const ProviderSettings& s) { return !s.org.empty(); }},
    Setting{"database", [](const ProviderSettings& s) { return !s.database.empty(); }},
    Setting{"vhost", [](const ProviderSettings& s) { return s.vhost != ProviderSettings{}.vhost; }},
    Setting{"rules", [](const ProviderSettings& s) { return !s.rules.empty(); }},
    Setting{"acl-persistence",
            [](const ProviderSettings& s) { return s.acl_persistence != ProviderSettings{}.acl_persistence; }},
    Setting{"create", [](const ProviderSettings& s) { return !s.create.empty(); }},
    Setting{"revoke", [](const ProviderSettings& s) { return !s.revoke.empty(); }},
    Setting{"databases", [](const ProviderSettings& s) { return !s.databases.empty(); }},
    Setting{"roles", [](const ProviderSettings& s) { return !s.roles.empty(); }},
    Setting{"ca", [](const ProviderSettings& s) { return !s.ca.empty(); }},
    Setting{"certificate", [](const ProviderSettings& s) { return !s.certificate.empty(); }},
    Setting{"key", [](const ProviderSettings& s) { return !s.key.empty(); }},
    Setting{"connection-limit", [](const ProviderSettings& s) { return s.connection_limit != 0; }},
    Setting{"adopt", [](const ProviderSettings& s) { return s.adopt; }},
};

bool is_set(const ProviderSettings& settings, std::string_view key) {
  const auto found = std::ranges::find(kSettings, key, &Setting::key);
  return found != kSettings.end() && found->is_set(settings);
}

}  // namespace

base::Error wrong_setting(std::string_view name, std::string_view key, std::string message) {
  return base::invalid(std::move(message), fmt::format("leases.providers.{}.{}", name, key));
}

base::Status refuse_unused(std::string_view name, const ProviderSettings& settings,
                           std::span<const std::string_view> used) {
  for (const Setting& setting : kSettings) {
    if (setting.key == "url" || std::ranges::find(used, setting.key) != used.end() || !setting.is_set(settings))
      continue;
    return base::failure(wrong_setting(
        name, setting.key,
        fmt::format("a provider of type {} has no setting \"{}\"; it has url, {}, and as all types connections, "
                    "call-timeout, max-ttl and max-leases",
                    settings.type, setting.key, fmt::join(used, ", "))));
  }
  return {};
}

base::Status require_settings(std::string_view name, const ProviderSettings& settings,
                              std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (is_set(settings, key)) continue;
    return base::failure(
        wrong_setting(name, key, fmt::format("a provider of type {} needs the setting \"{}\"", settings.type, key)));
  }
  return {};
}

}  // namespace jeton::leases
