// Bulk operations on leases (token-lease 5.5): durable when answered, done at the providers afterwards.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/lease_records.hpp"
#include "leases/steady_time.hpp"
#include "leases/who.hpp"
#include "store/lease_table.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::leases {

/// Ends all leases of a selection that were there when it began, limits::kLeasesPerCommitMax a commit. Whoever is no
/// operator ends its own only.
class RevokeLeases {
 public:
  struct Selection {
    std::optional<std::string> prefix;  ///< of names; not empty
    std::optional<std::string> owner;
    std::optional<std::string> provider;
  };
  /// Called on the commit thread with how many were ended now. After a failure some may have been, and repeating it
  /// ends the others. kInvalid: nothing is selected.
  using Done = std::move_only_function<void(base::Result<std::int64_t>)>;

  RevokeLeases(store::Store& store, const SteadyTime& time) : store_(store), time_(time) {}
  void operator()(const Who& who, Selection selection, Done done);

 private:
  store::Store& store_;
  const SteadyTime& time_;
};

/// Lets held revocations go (`leases.hold-revocations`). For operators.
class ReleaseLeases {
 public:
  /// On the commit thread, with how many were let go.
  using Done = std::move_only_function<void(base::Result<std::int64_t>)>;
  explicit ReleaseLeases(store::Store& store) : store_(store) {}
  /// Those of the selection that are due by now; an empty selection is all of them.
  void operator()(std::string caller, RevokeLeases::Selection selection, base::Instant now, Done done);
  /// One of them.
  void one(const std::string& caller, LeaseRef which, base::Instant now, Done done);

 private:
  store::Store& store_;
};

}  // namespace jeton::leases
