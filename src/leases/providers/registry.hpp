// The types of providers there are. A further one is a folder here and a row in registry.cpp.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// A provider of settings.type. Nothing is asked of the service. kInvalid, at "leases.providers.<name>.<key>": no such
/// type, with the nearest; a setting that is wrong, is missing, or is none of this type's. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_provider(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock);

}  // namespace jeton::leases
