// Rules about leases and their providers. What only one type of provider asks for, that type checks. A setting that is
// filled by half stops the start.
#include <fmt/ranges.h>

#include <algorithm>

#include "app/config/host_port.hpp"
#include "app/config/reading.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"
#include "model/names.hpp"

namespace jeton::config {
namespace {

const Leases& leases_of(const Reading& reading) {
  return reading.loaded.config.leases;
}

std::string key_of(std::string_view provider, std::string_view key) {
  return fmt::format("leases.providers.{}.{}", provider, key);
}

bool is_configured(const Leases& leases, std::string_view name) {
  return std::ranges::any_of(leases.providers, [&](const auto& provider) { return provider.first == name; });
}

std::string known_providers(const Leases& leases) {
  std::vector<std::string_view> names;
  for (const auto& [name, settings] : leases.providers) names.push_back(name);
  return names.empty() ? "there is none below leases.providers"
                       : fmt::format("those of leases.providers are {}", fmt::join(names, ", "));
}

void providers_say_what_and_where_they_are(Reading& reading) {
  for (const auto& [name, settings] : leases_of(reading).providers) {
    const auto& types = leases::kProviderTypes;
    const std::string expected =
        fmt::format("expected {} or {}", fmt::join(types.begin(), types.end() - 1, ", "), types.back());
    if (settings.type.empty()) {
      reading.problem_with(key_of(name, "type"), fmt::format("is not set; {}", expected));
    } else if (std::ranges::find(types, settings.type) == types.end()) {
      const auto near = base::nearest(settings.type, types);
      reading.problem_with(
          key_of(name, "type"),
          near ? fmt::format("{} is not known here; did you mean {}?", base::shown(settings.type), *near)
               : fmt::format("{} is not known here; {}", base::shown(settings.type), expected));
    }
    if (settings.url.empty())
      reading.problem_with(key_of(name, "url"), "is not set; expected the address of the service");
  }
}

void certificates_of_providers_are_complete(Reading& reading) {
  for (const auto& [name, settings] : leases_of(reading).providers) {
    const auto problem = [&](std::string_view key, std::string_view what) {
      reading.problem_with(key_of(name, key), what);
    };
    if (!settings.certificate.empty() && settings.key.empty())
      problem("certificate", fmt::format("has no key; set {} too", key_of(name, "key")));
    if (!settings.key.empty() && settings.certificate.empty())
      problem("key", fmt::format("has no certificate; set {} too", key_of(name, "certificate")));
    if (!settings.url.reveal().starts_with("http://")) continue;
    if (!settings.ca.empty()) problem("ca", "verifies nothing, as the url is http://; expected https:// there");
    if (!settings.certificate.empty())
      problem("certificate", "is never shown, as the url is http://; expected https:// there");
  }
}

// The part of an http:// address that says where it is; nullopt when it is none.
std::optional<HostPort> plain_peer(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url = url.substr(kScheme.size());
  url = url.substr(0, url.find_first_of("/?#"));
  url = url.substr(url.rfind('@') + 1);
  const bool has_port = url.rfind(':') != std::string_view::npos && !url.ends_with(']');
  const auto peer = parse_host_port(has_port ? std::string(url) : fmt::format("{}:80", url));
  return peer ? std::optional(*peer) : std::nullopt;
}

void accounts_travel_protected(Reading& reading) {
  for (const auto& [name, settings] : leases_of(reading).providers) {
    const auto peer = plain_peer(settings.url.reveal());
    if (!peer || is_loopback(*peer)) continue;
    reading.warn(
        fmt::format("{}: the account of this provider and the credentials that it makes travel unprotected to "
                    "another machine; https:// protects them",
                    key_of(name, "url")));
  }
}

// What policies call a provider has no dashes.
void names_of_providers_differ_without_dashes(Reading& reading) {
  const auto bare = [](std::string name) {
    std::erase(name, '-');
    return name;
  };
  const LeaseProviders& providers = leases_of(reading).providers;
  for (auto one = providers.begin(); one != providers.end(); ++one) {
    const auto same =
        std::find_if(providers.begin(), one, [&](const auto& other) { return bare(other.first) == bare(one->first); });
    if (same == one) continue;
    reading.problem_with(
        fmt::format("leases.providers.{}", one->first),
        fmt::format("differs from `{}` in dashes only, which policies cannot tell apart; expected another name",
                    same->first));
  }
}

void roles_can_be_scopes(Reading& reading) {
  for (const auto& [name, settings] : leases_of(reading).providers) {
    for (const auto& [role, what] : settings.roles) {
      if (model::is_valid_scope(role) && role != model::kDefaultScope) continue;
      reading.problem_with(key_of(name, "roles"),
                           fmt::format("{} cannot be the name of a role, which is a scope of policies; expected small "
                                       "letters, digits and single dashes, a letter first, such as plant-reader",
                                       base::shown(role)));
    }
  }
}

void default_provider_is_one(Reading& reading) {
  const Leases& leases = leases_of(reading);
  if (leases.default_provider.empty() || is_configured(leases, leases.default_provider)) return;
  reading.problem_with(
      "leases.default-provider",
      fmt::format("{} is no provider; {}", base::shown(leases.default_provider), known_providers(leases)));
}

void removed_providers_are_removed(Reading& reading) {
  const Leases& leases = leases_of(reading);
  for (const std::string& name : leases.removed_providers) {
    if (const auto status = check_member_name(name); !status) {
      reading.problem_with("leases.removed-providers", status.error().message);
    } else if (is_configured(leases, name)) {
      reading.problem_with(
          "leases.removed-providers",
          fmt::format("{} is configured below leases.providers; expected it at one of the two places", name));
    }
  }
}

void times_fit_into_each_other(Reading& reading) {
  const Leases& leases = leases_of(reading);
  const std::string maximum = base::format_duration(leases.ttl.maximum);
  if (leases.ttl.by_default > leases.ttl.maximum) {
    reading.problem_with("leases.ttl.default",
                         fmt::format("{} is more than leases.ttl.maximum, which is {}; expected that at the most",
                                     base::format_duration(leases.ttl.by_default), maximum));
  }
  for (const auto& [name, settings] : leases.providers) {
    if (settings.max_ttl <= leases.ttl.maximum) continue;
    reading.problem_with(key_of(name, "max-ttl"),
                         fmt::format("{} is more than leases.ttl.maximum, which is {}; expected that at the most",
                                     base::format_duration(settings.max_ttl), maximum));
  }
}

// The first address at which other machines reach the server, or a broker that it takes requests from.
std::optional<std::string> reached_at(const Config& config) {
  std::vector<std::string> places = config.http.listen;
  if (config.arrowhead.mqtt.enabled) places.push_back(config.arrowhead.mqtt.broker);
  for (const std::string& place : places) {
    const auto address = parse_host_port(place);
    if (address && !is_loopback(*address)) return place;
  }
  return std::nullopt;
}

void anonymous_owner_is_guarded(Exposure exposure, Reading& reading) {
  constexpr std::string_view kKey = "leases.anonymous-owner";
  const Config& config = reading.loaded.config;
  const std::string& owner = config.leases.anonymous_owner;
  if (owner.empty()) return;
  if (const auto status = check_system_name(config, owner); !status) {
    return reading.problem_with(kKey, status.error().message);
  }
  const auto place = reached_at(config);
  if (!place) return;
  if (exposure == Exposure::kInsecure) {
    reading.warn(fmt::format("{}: whoever reaches {} may lease credentials as {}", kKey, base::shown(*place),
                             base::shown(owner)));
  } else {
    reading.problem_with(kKey, fmt::format("lets whoever reaches {} lease credentials without a name; that needs "
                                           "--insecure, or \"\" to refuse such callers",
                                           base::shown(*place)));
  }
}

void mqtt_topic_is_one(Reading& reading) {
  const std::string_view topic = leases_of(reading).mqtt_topic;
  if (topic.find_first_of("+#") == std::string_view::npos && !topic.starts_with('$')) return;
  reading.problem_with("leases.mqtt-topic",
                       fmt::format("{} is not a topic that can be published to; expected one without "
                                   "+, # and a leading $, such as jeton/leases/",
                                   base::shown(topic)));
}

using Rule = void (*)(Reading&);
constexpr Rule kRules[] = {
    providers_say_what_and_where_they_are,
    certificates_of_providers_are_complete,
    accounts_travel_protected,
    names_of_providers_differ_without_dashes,
    roles_can_be_scopes,
    default_provider_is_one,
    removed_providers_are_removed,
    times_fit_into_each_other,
    mqtt_topic_is_one,
};

}  // namespace

void validate_leases(Exposure exposure, Reading& reading) {
  for (const Rule rule : kRules) rule(reading);
  anonymous_owner_is_guarded(exposure, reading);
}

}  // namespace jeton::config
