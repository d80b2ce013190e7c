// Gives up a lease that its provider does not take back (token-lease 5.5, revoke force).
#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/lease_records.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/who.hpp"
#include "store/store.hpp"

namespace jeton::leases {

/// For operators.
class AbandonLease {
 public:
  /// On any thread: the lease as it is now, taken back or abandoned. kNotFound; kInvalid, at "reason", when that is
  /// blank; kConflict when it has ended already, or may still be being made.
  using Done = std::move_only_function<void(base::Result<model::Lease>)>;
  AbandonLease(store::Store& store, RevokeLease& revoke, const SteadyTime& time, Keep keep)
      : store_(store), revoke_(revoke), time_(time), keep_(keep) {}
  /// Never blocks. Its provider is asked once more; unless it takes the credential back, the record stays for a while,
  /// as abandoned, and counts no longer.
  void operator()(std::string caller, LeaseRef which, std::string reason, Done done);

 private:
  void abandon(std::string caller, LeaseRef which, std::string reason, Done done);

  store::Store& store_;
  RevokeLease& revoke_;
  const SteadyTime& time_;
  const Keep keep_;
};

}  // namespace jeton::leases
