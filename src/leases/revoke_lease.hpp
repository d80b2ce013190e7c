// Takes one lease back before its time.
#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/revoker.hpp"
#include "leases/steady_time.hpp"
#include "leases/who.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::leases {

enum class Revoked : std::uint8_t {
  kNow,      ///< the provider confirmed it
  kUnknown,  ///< there is no such lease that the caller may see, and none that it ever saw
  kBefore,   ///< it had ended already
  kLater,    ///< ended here, and durable; the provider did not confirm yet and is asked until it does
};

class RevokeLease {
 public:
  struct Outcome {
    Revoked revoked = Revoked::kNow;
    model::Lease lease;   ///< as it is now; nothing of a kUnknown one
    std::string trouble;  ///< with kLater: what the provider's answer was
  };
  /// Called on any thread.
  using Done = std::move_only_function<void(base::Result<Outcome>)>;

  RevokeLease(store::Store& store, Revokers& revokers, const SteadyTime& time)
      : store_(store), revokers_(revokers), time_(time) {}
  /// Never blocks; answers when the provider has, at the latest when its call's time is over. Also tries an irrevocable
  /// lease again.
  void operator()(Who who, LeaseRef which, store::StillWanted still_wanted, Done done);

 private:
  base::Result<Outcome> end(store::Transaction& transaction, const Who& who, const LeaseRef& which);
  void take_back(Outcome ended, Done done);
  Done told(std::string caller, Done done) const;

  store::Store& store_;
  Revokers& revokers_;
  const SteadyTime& time_;
};

}  // namespace jeton::leases
