// Has a provider make a credential, so that whatever happens in between it is either handed over or taken back
// (token-lease 5.2).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"
#include "leases/instances.hpp"
#include "leases/lease_names.hpp"
#include "leases/lease_records.hpp"
#include "leases/quotas.hpp"
#include "leases/steady_time.hpp"
#include "leases/who.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::leases {

struct LeaseWish {
  std::string owner;
  std::string provider;  ///< a configured one
  std::string role;      ///< empty: none
  base::Duration ttl{};
  base::json::Object options;   ///< for the provider, without `ttl`
  std::string idempotency_key;  ///< empty: none
  bool exempt = false;          ///< from quotas: an operator asks
};

class CreateLease {
 public:
  struct Created {
    OwnedLease lease;
    bool repeated = false;  ///< the living lease of the same owner and idempotency key
  };
  /// Called on any thread, once both records are durable. kInvalid: wrong ttl, role or options; nothing was done.
  /// kNotFound: no such provider. kTooManyRequests: a quota is used up. kConflict: this idempotency key is that of
  /// a lease of another provider or role. kExternalLocked: also while what became of its lease is not known.
  /// kExternal, kExternalLocked, kExternalFault, kTimeout: see error_of() in
  /// failure.hpp; what may have been made is taken back. kUnavailable: the store refuses, or too many calls wait.
  using Done = std::move_only_function<void(base::Result<Created>)>;

  struct Parts {
    store::Store& store;
    Instances& instances;
    const LeaseNames& names;
    const SteadyTime& time;
    crypto::KeyedDigest digest;  ///< of secrets, for Lease::digest
    Quotas quotas;
    Keep keep;
  };
  explicit CreateLease(Parts parts) : parts_(std::move(parts)) {}
  /// Who calls has asked LeaseAccess whether the owner may. Never blocks.
  void operator()(LeaseWish wish, store::StillWanted still_wanted, Done done);

 private:
  struct Work;
  using SharedWork = std::shared_ptr<Work>;

  void write_intent(const SharedWork& work, store::StillWanted still_wanted);
  void call(const SharedWork& work);
  void make(const SharedWork& work);
  void write_active(const SharedWork& work, Credential made);
  void undo(const SharedWork& work);
  void write_failure(const SharedWork& work, const Problem& problem);

  const Parts parts_;
};

}  // namespace jeton::leases
