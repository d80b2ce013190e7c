// Loading short texts, and reading the problems that came of it.
#pragma once
#include <string>

#include "app/config/load.hpp"
#include "app/config/table.hpp"

namespace jeton::config {

inline std::expected<LoadedConfig, Problems> load_text(std::string text, Exposure exposure = Exposure::kGuarded) {
  return load({.file = File{"j.yaml", std::move(text)}, .environment = {}, .settings = {}, .exposure = exposure});
}

/// The problems of a text, empty when it loads.
inline Problems problems_of(std::string text) {
  auto loaded = load_text(std::move(text));
  return loaded ? Problems{} : std::move(loaded.error());
}

/// Defaults with one member in every collection, so that each row has a value.
inline Config config_of_all_rows() {
  Config config;
  config.leases.providers.emplace_back("name", leases::ProviderSettings{});
  return config;
}
/// The members at which a row has its value there.
inline Members members_of(const Row& row) {
  static constexpr std::size_t kFirst[] = {0};
  return Members(kFirst).first(row.path.find(kAnyMember) == std::string_view::npos ? 0 : 1);
}

}  // namespace jeton::config
