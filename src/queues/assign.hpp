// Makes an assignee the holder of one message (message-queue 3.2, 7).
#pragma once
#include <functional>
#include <optional>

#include "base/result.hpp"
#include "queues/assignment_rules.hpp"
#include "queues/message_change.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

class Assign {
 public:
  struct Outcome {
    Assigned assigned = Assigned::kNow;
    model::Message message;
  };
  /// Called on the commit thread once it is durable. nullopt: no such message. kConflict, kForbidden.
  using Done = std::move_only_function<void(base::Result<std::optional<Outcome>>)>;

  Assign(store::Store& store, const Access& access) : store_(store), access_(access) {}
  /// `request.assigned_to` is set. With a visibility the hold ends by itself; who holds the message already prolongs it
  /// so.
  void operator()(MessageRequest request, std::optional<base::Duration> visibility, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
  const Access& access_;
};

}  // namespace jeton::queues
