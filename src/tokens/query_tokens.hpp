// An operator lists tokens (arrowhead-authorization 5.15). Ended tokens appear until they are cleaned up.
#pragma once
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::tokens {

/// Thread-safe.
class QueryTokens {
 public:
  explicit QueryTokens(store::Store& store) : store_(store) {}

  /// Reads the database: on workers only.
  base::Result<store::Page<model::AccessToken>> operator()(const store::AccessTokenQuery& query) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::tokens
