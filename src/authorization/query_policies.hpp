// Finds policy sets: a provider its own, operators everybody's (arrowhead-authorization 5.3, 5.12).
#pragma once
#include "base/result.hpp"
#include "model/policy.hpp"
#include "store/page.hpp"
#include "store/policy_table.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

/// Thread-safe.
class QueryPolicies {
 public:
  explicit QueryPolicies(store::Store& store) : store_(store) {}

  /// Sees every write answered before. Reads the database and may wait for it: workers only. kInvalid when the query
  /// names too many values, kUnavailable when the database cannot be read.
  base::Result<store::Page<model::PolicySet>> operator()(const store::PolicyQuery& query) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::authorization
