// Users of a Redis server's access control lists (token-lease 6.3). They have no end of their own, and removing one
// ends its connections. They are not replicated: a provider is one server.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// settings: url (redis:// or rediss://, with or without account), user and password in its place, roles (name ->
/// rules) and rules, those of requests without a role; acl-persistence. Nothing is sent. kInvalid, at the setting.
base::Result<std::unique_ptr<Provider>> make_redis(std::string_view name, const ProviderSettings& settings,
                                                   const base::Clock& clock);

}  // namespace jeton::leases
