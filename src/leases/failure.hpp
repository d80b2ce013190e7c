// The machine words of failures of leases (token-lease 1.4, A9), beside the protocol-neutral codes.
#pragma once
#include <string_view>

#include "base/error.hpp"
#include "leases/provider.hpp"

namespace jeton::leases {

/// "invalid", "not_found", "forbidden", "quota", "provider_unavailable", "provider_rejected", "timeout", "storage",
/// "internal". Static storage.
std::string_view word_of(base::ErrorCode code);

/// Of a provider named `provider` that could not do what it was asked. kExternal: it is away, or refuses our account;
/// kExternalLocked: it is busy; kTimeout: it is not known whether it did; kExternalFault: it refused.
base::Error error_of(std::string_view provider, const Problem& problem);

}  // namespace jeton::leases
