// What the types of providers of leases say about their settings (leases.providers).
#pragma once
#include "app/config/load.hpp"
#include "base/clock.hpp"

namespace jeton::config {

/// One line for each provider that cannot be made, at the place of its setting. Nothing is asked of a service.
Problems problems_of_providers(const LoadedConfig& loaded, const base::Clock& clock);

}  // namespace jeton::config
