// Removing roles for good (token-lease 6.1): no new login, no open session, nothing owned or granted, no role.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "leases/provider.hpp"
#include "leases/providers/postgresql/handle_data.hpp"
#include "leases/providers/postgresql/sessions.hpp"

namespace jeton::leases::postgresql {

struct Doomed {
  std::string name;
  HandleData data;
};

/// One answer each, in order. All together where that works; where the server refuses, each for itself, so that one
/// does not keep the others. Roles that are not there are done. Idempotent; each step may be repeated after any.
std::vector<Provider::Outcome<void>> remove_roles(Sessions& sessions, std::span<const Doomed> doomed,
                                                  base::Tick deadline);

}  // namespace jeton::leases::postgresql
