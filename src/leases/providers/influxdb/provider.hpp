// Tokens ("authorizations") of InfluxDB 2 and its cloud (token-lease 3). The service chooses id and secret, so that a
// token is marked by its description; it has no end of its own.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// Uses token, org, roles (each a JSON list of permissions) and adopt. kInvalid, at the setting. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_influxdb(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock);

}  // namespace jeton::leases
