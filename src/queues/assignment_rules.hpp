// Who holds a message, and who may change that: the table of message-queue 4.3. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"

namespace jeton::queues {

/// Whether anybody may see it: what has expired is as good as gone before it is removed.
inline bool lives(const model::Message& message, base::Instant now) {
  return !message.expires_at || now < *message.expires_at;
}

/// A message whose assignee is blank counts as free for assign and as held for everything else (message-queue, Q6).
enum class Assigned : std::uint8_t { kNow, kBefore };
/// kConflict when somebody else holds it.
base::Result<Assigned> assign(const model::Message& message, std::string_view assignee);

enum class Released : std::uint8_t { kNow, kBefore };
/// Without an assignee, or with a blank one, whoever asks may release it. kConflict when somebody else holds it.
base::Result<Released> release(const model::Message& message, const std::optional<std::string>& assignee);

/// kForbidden when an assignee is given, not blank, and does not hold the message.
base::Status remove(const model::Message& message, const std::optional<std::string>& assignee);

/// The message held by `assignee`, one attempt later.
model::Message held(model::Message message, std::string_view assignee, std::optional<base::Instant> until);
/// The message, free.
model::Message freed(model::Message message);

/// Where messages go that were handed out too often.
struct DeadLetters {
  std::int64_t attempts_max = 0;  ///< 0: nowhere
  std::string suffix;             ///< of the sub-queue's name

  /// The sub-queue for a message that nobody held on to; none when it stays where it is. A dead letter stays.
  std::optional<std::string> sub_queue_for(const model::Message& message) const;
};

}  // namespace jeton::queues
