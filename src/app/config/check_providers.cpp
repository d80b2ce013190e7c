#include "app/config/check_providers.hpp"

#include "leases/providers/registry.hpp"

namespace jeton::config {

Problems problems_of_providers(const LoadedConfig& loaded, const base::Clock& clock) {
  Problems problems;
  for (const auto& [name, settings] : loaded.config.leases.providers) {
    const auto made = leases::make_provider(name, settings, clock);
    if (made) continue;
    const auto& [code, message, key] = made.error();
    problems.push_back(problem_line(origin_of(loaded.origins, key), key, message));
  }
  return problems;
}

}  // namespace jeton::config
