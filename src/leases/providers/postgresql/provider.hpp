// Roles of a PostgreSQL server that may log in (token-lease 6.1). Their login ends by itself a little after the lease;
// their sessions end at revocation, which also gives what they own to their group. What is not covered: logins that
// need no password (certificate, peer, trust) do not end by themselves.
#pragma once
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases {

/// Uses url (postgresql://…, as libpq reads it), user and password where the URL has none, ca, certificate, key, roles
/// (name -> the groups it is put into, with commas), create and revoke (statements with {name}, and {role} for the
/// first group), databases, connection_limit. Nothing is sent. kInvalid, at the setting. The clock outlives it.
base::Result<std::unique_ptr<Provider>> make_postgresql(std::string_view name, const ProviderSettings& settings,
                                                        const base::Clock& clock);

}  // namespace jeton::leases
