// Operators take policy sets of both levels back, whoever they belong to (arrowhead-authorization 5.11).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "authorization/instance_id_rules.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

/// Thread-safe.
class RevokePolicies {
 public:
  /// Gets the number of sets that were there.
  using Done = std::move_only_function<void(base::Result<std::size_t>)>;

  explicit RevokePolicies(store::Store& store) : store_(store) {}

  /// In one write, as many as a request can name. Ids that name nothing, or the same set again, are passed over. `done`
  /// as in RevokePolicy.
  void operator()(std::vector<InstanceId> ids, std::string caller, base::Instant now, store::StillWanted still_wanted,
                  Done done) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::authorization
