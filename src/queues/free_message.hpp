// A held or delayed message becomes ready again, in its old place; or, after too many attempts, a dead letter.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"
#include "queues/assignment_rules.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {

/// Writes it, with the event. The message as it is then.
base::Result<model::Message> free_message(store::Transaction& transaction, const model::Message& message,
                                          const DeadLetters& dead_letters, base::Instant now, const std::string& actor);

}  // namespace jeton::queues
