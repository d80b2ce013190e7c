// Credentials that a service of one's own hands out: six small requests, described in docs/lease-providers.md. The
// smallest provider, and the example for further ones.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// Uses token. kInvalid, at the setting. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_webhook(std::string_view name, const ProviderSettings& settings,
                                                     const base::Clock& clock);

}  // namespace jeton::leases
