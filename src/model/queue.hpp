// Message queues: named sub-queues, each in order of arrival (message-queue 2 and 4).
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"

namespace jeton::model {

using SubQueueId = base::Id<struct SubQueueIdTag>;
/// The number of the event that put a message into its sub-queue, and so its place there.
using MessageId = base::Id<struct MessageIdTag>;

/// Who may use a sub-queue (message-queue 5.1).
enum class RestrictionMode : std::uint8_t { kNone, kHybrid, kRestricted };

/// What `next` sees of a message. The numbers are stored.
enum class MessageState : std::uint8_t {
  kReady = 1,    ///< free, handed out in order
  kDelayed = 2,  ///< free, but not before `due_at`
  kHeld = 3,     ///< somebody's, until `due_at` if it has one
};

struct Message {
  MessageId id;
  std::string uuid;  ///< unique over all sub-queues; free text when the client chose it
  SubQueueId sub_queue_id;
  std::string sub_queue;
  MessageState state = MessageState::kReady;
  std::optional<std::string> assigned_to;  ///< kHeld only; may be blank (message-queue, Q6)
  std::string payload = "null";            ///< JSON text as the client sent it
  base::Instant published_at;
  std::optional<base::Instant> due_at;      ///< when the state ends by itself
  std::optional<base::Instant> expires_at;  ///< from then on it is not handed out, and removed
  std::int64_t attempts = 0;                ///< how often it was handed out

  bool operator==(const Message&) const = default;
};

struct SubQueue {
  SubQueueId id;
  std::string name;
  bool restricted = false;
  bool listed = false;  ///< among the keys: from its first message until it is cleared (message-queue 4.2)
  std::int64_t depth = 0;

  bool operator==(const SubQueue&) const = default;
};

/// The earliest instant at which something happens to the message by itself.
inline std::optional<base::Instant> next_deadline(const std::optional<base::Instant>& due_at,
                                                  const std::optional<base::Instant>& expires_at) {
  if (!due_at || !expires_at) return due_at ? due_at : expires_at;
  return *due_at < *expires_at ? due_at : expires_at;
}

}  // namespace jeton::model

template <>
struct jeton::base::EnumText<jeton::model::MessageState> {
  using enum model::MessageState;
  static constexpr auto kRows =
      enum_rows<model::MessageState>({{kReady, "READY"}, {kDelayed, "DELAYED"}, {kHeld, "HELD"}});
};
template <>
struct jeton::base::EnumText<jeton::model::RestrictionMode> {
  using enum model::RestrictionMode;
  static constexpr auto kRows =
      enum_rows<model::RestrictionMode>({{kNone, "NONE"}, {kHybrid, "HYBRID"}, {kRestricted, "RESTRICTED"}});
};
