// Shows a lease to its owner, with its secret, or to an operator, without.
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/who.hpp"
#include "store/store.hpp"

namespace jeton::leases {

class GetLease {
 public:
  explicit GetLease(store::Store& store) : store_(store) {}
  /// Reads the store: for threads that may wait. The secret is there for the owner of a lease that lives, else empty.
  /// To its owner a lease is gone (kNotFound) from its expiry on; an operator sees every record that is still kept.
  base::Result<OwnedLease> operator()(const Who& who, const LeaseRef& which, base::Instant now) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::leases
