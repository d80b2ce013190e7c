// Moves the end of a lease, at most to its hard end (token-lease 5.4).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/instances.hpp"
#include "leases/steady_time.hpp"
#include "leases/who.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::leases {

class RenewLease {
 public:
  /// Called on any thread, once it is durable, with the lease as it is now and its secret. kNotFound: no such lease, or
  /// it has ended. kInvalid: the increment. kConflict: it cannot be renewed any more. Those of error_of(): the provider
  /// did not take the new end, and the lease is as it was.
  using Done = std::move_only_function<void(base::Result<OwnedLease>)>;

  RenewLease(store::Store& store, Instances& instances, const SteadyTime& time)
      : store_(store), instances_(instances), time_(time) {}
  /// An increment of zero means the lease's own ttl again. Extending tells the provider first, shortening last, so that
  /// a crash leaves no credential that ends before its lease says. Never blocks.
  void operator()(Who who, LeaseRef which, base::Duration increment, store::StillWanted still_wanted, Done done);

 private:
  struct Work;
  using SharedWork = std::shared_ptr<Work>;

  // One renewal of a lease at a time: the provider is told of ends in the order in which they are recorded.
  class Turns {
   public:
    class Turn {
     public:
      Turn(Turns& turns, model::LeaseId id) : turns_(turns), id_(id) {}
      Turn(const Turn&) = delete;
      Turn& operator=(const Turn&) = delete;
      ~Turn() { turns_.give_back(id_); }

     private:
      Turns& turns_;
      const model::LeaseId id_;
    };
    /// Null: somebody has it.
    std::unique_ptr<Turn> take(model::LeaseId id);

   private:
    void give_back(model::LeaseId id);
    std::mutex mutex_;  // guards taken_
    std::set<std::int64_t> taken_;
  };

  base::Status begin(store::Transaction& transaction, Work& work);
  base::Status record(store::Transaction& transaction, Work& work, base::Instant now) const;
  void tell(const SharedWork& work);
  void finish(const SharedWork& work) const;

  store::Store& store_;
  Instances& instances_;
  const SteadyTime& time_;
  Turns turns_;
};

}  // namespace jeton::leases
