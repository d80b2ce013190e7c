// Users of InfluxDB 1, through its query language (token-lease 3.9). A failed statement is answered with status 200.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// Uses user, password, database and roles (each "READ ON plant, WRITE ON raw"; without ON it is about `database`).
/// kInvalid, at the setting. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_influxdb1(std::string_view name, const ProviderSettings& settings,
                                                       const base::Clock& clock);

}  // namespace jeton::leases
