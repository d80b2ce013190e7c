#include "queues/message_rules.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/strings.hpp"
#include "queues/assignment_rules.hpp"

namespace jeton::queues {
namespace {

using base::Error;
using base::ErrorCode;
using base::failure;

base::Status check_length(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return {};
  return failure(Error{ErrorCode::kInvalid,
                       fmt::format("{} has {} bytes; at most {} are possible", what, text.size(), bytes_max),
                       std::string(what)});
}

base::Status check(NewMessage& message, const MessageBounds& bounds) {
  if (base::is_blank(message.sub_queue)) {
    return failure(
        base::invalid("'subQueue' must name a sub-queue: a text with more in it than white space", "subQueue"));
  }
  if (auto length = check_sub_queue(message.sub_queue); !length) return length;
  if (message.assigned_to && base::is_blank(*message.assigned_to)) message.assigned_to.reset();
  if (message.assigned_to) {
    if (auto length = check_assignee(*message.assigned_to); !length) return length;
  }
  if (base::is_blank(message.uuid)) message.uuid.clear();
  if (auto length = check_length("uuid", message.uuid, base::limits::kMessageUuidBytesMax); !length) return length;
  if (message.payload.size() <= bounds.payload_bytes_max) return {};
  return failure(Error{ErrorCode::kTooLarge,
                       fmt::format("the payload has {} bytes; queues.message-size allows {}", message.payload.size(),
                                   bounds.payload_bytes_max),
                       "payload"});
}

}  // namespace

base::Status check_assignee(std::string_view assignee) {
  return check_length("assignedTo", assignee, base::limits::kAssigneeBytesMax);
}

base::Status check_sub_queue(std::string_view name) {
  return check_length("subQueue", name, base::limits::kSubQueueNameBytesMax);
}

base::Status check(std::span<NewMessage> messages, const MessageBounds& bounds) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    base::Status status = check(messages[i], bounds);
    if (status) continue;
    if (messages.size() > 1) status.error().message = fmt::format("message {}: {}", i + 1, status.error().message);
    return status;
  }
  return {};
}

}  // namespace jeton::queues
