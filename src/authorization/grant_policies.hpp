// Operators grant policies on behalf of providers, many at once (arrowhead-authorization 5.10).
#pragma once
#include <functional>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

/// Thread-safe.
class GrantPolicies {
 public:
  using Done = std::move_only_function<void(base::Result<std::vector<model::PolicySet>>)>;

  explicit GrantPolicies(store::Store& store) : store_(store) {}

  /// All or nothing, in one write. `wanted` are normalized and valid, without ids and times; their creator is the
  /// caller. They come back as stored, in their order. kConflict, naming the element, when a target has a policy set on
  /// its level already, be it by an earlier element: identical or not. `done` as in GrantPolicy.
  void operator()(std::vector<model::PolicySet> wanted, base::Instant now, store::StillWanted still_wanted,
                  Done done) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::authorization
