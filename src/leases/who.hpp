// Who asks about leases, and which one is meant.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "model/lease.hpp"

namespace jeton::leases {

/// Others than the owner see a lease only as operators; to everybody else it does not exist (token-lease 1.4, A3, A7).
struct Who {
  std::string name;
  bool operates = false;  ///< may act on everybody's leases
};

/// A lease by its name ("influx/plant/4f…") or by what the provider calls it. The latter may be ambiguous over several
/// providers: among those that `who` may see the newest living one is meant, unless `provider` says which.
struct LeaseRef {
  std::string id;
  std::string provider;  ///< empty: any
};

/// A lease together with its secret: for its owner only.
struct OwnedLease {
  model::Lease lease;
  base::Secret value;
};

}  // namespace jeton::leases
