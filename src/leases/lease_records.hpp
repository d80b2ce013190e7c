// The changes of a lease's record that several operations make, each with its event (token-lease 5.2).
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/who.hpp"
#include "model/lease.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {

/// What is known of an ended lease is kept for so long.
struct Keep {
  base::Duration ended = std::chrono::hours{24};
};

/// It no longer holds, and is taken back from `due_at` on. An intent becomes
/// kUnknown, an active one kRevoking, the others stay what they are. False: it is another record meanwhile.
struct Ending {
  model::LeaseEnd reason = model::LeaseEnd::kExpired;
  base::Instant due_at;
  bool is_order = false;  ///< of somebody's: not held with what is only due, and told of whatever it was before
};
base::Result<bool> begin_ending(store::Transaction& transaction, model::Lease& lease, const Ending& ending,
                                base::Instant now, const std::string& actor);

/// Nothing is left to be done about it: counts it out and forgets the secret. `note` goes into the event. False: it is
/// another record meanwhile.
struct End {
  model::LeaseState state = model::LeaseState::kRevoked;
  model::LeaseEnd reason = model::LeaseEnd::kExpired;
  std::string note;
};
base::Result<bool> end_lease(store::Transaction& transaction, model::Lease& lease, const End& end, base::Instant now,
                             Keep keep, const std::string& actor);

/// The lease that `which` means to `who`; nullopt: none that `who` may see.
base::Result<std::optional<model::Lease>> find_lease(const store::LeaseTable& leases, const Who& who,
                                                     const LeaseRef& which, base::Instant now);

/// kNotFound, naming what was asked for.
base::Error no_such_lease(const LeaseRef& which);

}  // namespace jeton::leases
