// What every type of provider says about its settings in the same words. Keys are those of the configuration.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// kInvalid at "leases.providers.<name>.<key>".
base::Error wrong_setting(std::string_view name, std::string_view key, std::string message);

/// kInvalid, naming the first setting that is set and is none of `used`. `url` and those that say how often and how
/// long a provider is called are everybody's.
base::Status refuse_unused(std::string_view name, const ProviderSettings& settings,
                           std::span<const std::string_view> used);

/// kInvalid, naming the first of these settings that is not set.
base::Status require_settings(std::string_view name, const ProviderSettings& settings,
                              std::span<const std::string_view> keys);

/// The roles of a provider, each made of its text by `read`, which answers kInvalid saying what is wrong with it.
template <class T, class Read>
base::Result<std::map<std::string, T>> read_roles(std::string_view name, const ProviderSettings& settings, Read read) {
  std::map<std::string, T> out;
  for (const auto& [role, text] : settings.roles) {
    base::Result<T> gives = read(text);
    if (!gives) return base::failure(wrong_setting(name, "roles." + role, gives.error().message));
    out.insert_or_assign(role, std::move(*gives));
  }
  return out;
}

}  // namespace jeton::leases
