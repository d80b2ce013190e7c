// How many leases there may be (token-lease 5.6): counted in the store, from the intent until nothing is left to be
// done about a lease, whatever becomes of the server in between.
#pragma once
#include <cstdint>

#include "base/result.hpp"
#include "leases/instances.hpp"
#include "model/lease.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {

/// 0: no bound.
struct Quotas {
  std::int64_t total = 300'000;
  std::int64_t owner = 10'000;
  std::int64_t role = 0;  ///< of one role of one provider
};

/// Counts the lease in. kTooManyRequests, naming the quota, when it is used up, unless `exempt`.
base::Status reserve(store::Transaction& transaction, const model::Lease& lease, const Quotas& quotas,
                     std::int64_t provider_max, bool exempt);

}  // namespace jeton::leases
