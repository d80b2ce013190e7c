// Users of RabbitMQ with permissions on a virtual host, through the management plugin's API (token-lease 6.4).
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// Uses user, password, vhost and roles (each {"configure": …, "write": …, "read": …}, regular expressions of names,
/// and a "vhost" where it is another one). kInvalid, at the setting. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_rabbitmq(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock);

}  // namespace jeton::leases
