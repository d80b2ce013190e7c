// Gives a held message back (message-queue 3.2, 8).
#pragma once
#include <functional>
#include <optional>

#include "base/result.hpp"
#include "queues/assignment_rules.hpp"
#include "queues/message_change.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

class Release {
 public:
  struct Outcome {
    Released released = Released::kNow;
    model::Message message;
  };
  /// Called on the commit thread once it is durable. nullopt: no such message. kConflict, kForbidden.
  using Done = std::move_only_function<void(base::Result<std::optional<Outcome>>)>;

  Release(store::Store& store, const Access& access, DeadLetters dead_letters)
      : store_(store), access_(access), dead_letters_(std::move(dead_letters)) {}
  void operator()(MessageRequest request, base::Instant now, store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
  const Access& access_;
  const DeadLetters dead_letters_;
};

}  // namespace jeton::queues
