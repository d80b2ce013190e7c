// Puts a sub-queue on the list of restricted ones and takes it off again (message-queue 3.3).
#pragma once
#include <functional>
#include <string>

#include "base/result.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

class Restrict {
 public:
  /// Called on the commit thread once it is durable. False when it was restricted already.
  using Done = std::move_only_function<void(base::Result<bool>)>;

  explicit Restrict(store::Store& store) : store_(store) {}
  void operator()(std::string sub_queue, std::string actor, base::Instant now, store::StillWanted still_wanted,
                  Done done);

 private:
  store::Store& store_;
};

class LiftRestriction {
 public:
  /// Called on the commit thread once it is durable. False when it was not restricted, and nothing was cleared.
  using Done = std::move_only_function<void(base::Result<bool>)>;

  explicit LiftRestriction(store::Store& store) : store_(store) {}
  /// With `clear` the messages go with the restriction, in one step (message-queue, Q18).
  void operator()(std::string sub_queue, bool clear, std::string actor, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
};

}  // namespace jeton::queues
