// Forgetting events past their retention, in bounded steps between other writes.
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::events {

class Retention {
 public:
  Retention(store::Store& store, base::Duration keep) : store_(store), keep_(keep) {}

  /// Removes, oldest first, up to limits::kEventsPerTrimMax events that are older than the retention, in one write that
  /// it waits for: tasks only. Whether there may be more of them.
  base::Result<bool> trim_some(base::Instant now);

 private:
  store::Store& store_;
  base::Duration keep_;
};

}  // namespace jeton::events
