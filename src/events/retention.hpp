// Forgetting events past their retention, in bounded steps between other writes.
#pragma once
#include <cstdint>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::events {

class Retention {
 public:
  Retention(store::Store& store, base::Duration keep) : store_(store), keep_(keep) {}

  /// Removes what is older than the retention. Waits for its writes: tasks only. The number of events removed.
  base::Result<std::int64_t> trim(base::Instant now);

 private:
  store::Store& store_;
  base::Duration keep_;
};

}  // namespace jeton::events
