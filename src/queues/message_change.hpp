// What assign, release and delete have in common: one message, by uuid, for a caller who may consume its sub-queue.
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"
#include "queues/access.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {

/// Which message, and for whom.
struct MessageRequest {
  std::string uuid;
  std::optional<std::string> assigned_to;
  Credential credential;
  std::string actor;  ///< for the event log
};

/// nullopt: no such message, or it has expired. kForbidden when its sub-queue is closed to the caller.
base::Result<std::optional<model::Message>> find_for(const store::Snapshot& snapshot, const Access& access,
                                                     const MessageRequest& request, base::Instant now);

/// kUnavailable when another node changed the message since it was read: the caller tries again.
base::Status expect_changed(const base::Result<bool>& changed, const model::Message& message);

}  // namespace jeton::queues
