#include "queues/assignment_rules.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::queues {
namespace {

std::string_view holder_text(const model::Message& message) {
  return message.assigned_to ? std::string_view(*message.assigned_to) : "null";
}

}  // namespace

base::Result<Assigned> assign(const model::Message& message, std::string_view assignee) {
  if (!message.assigned_to || base::is_blank(*message.assigned_to)) return Assigned::kNow;
  if (*message.assigned_to == assignee) return Assigned::kBefore;
  return base::failure({base::ErrorCode::kConflict,
                        fmt::format("message [{}] of sub-queue [{}] is held by [{}]; it must release it first",
                                    message.uuid, message.sub_queue, *message.assigned_to),
                        "assignedTo"});
}

base::Result<Released> release(const model::Message& message, const std::optional<std::string>& assignee) {
  if (!message.assigned_to) return Released::kBefore;
  if (!assignee || base::is_blank(*assignee) || *assignee == *message.assigned_to) return Released::kNow;
  return base::failure({base::ErrorCode::kConflict,
                        fmt::format("message [{}] of sub-queue [{}] is held by [{}], not by [{}], and stays held",
                                    message.uuid, message.sub_queue, *message.assigned_to, *assignee),
                        "assignedTo"});
}

base::Status remove(const model::Message& message, const std::optional<std::string>& assignee) {
  if (!assignee || base::is_blank(*assignee) || assignee == message.assigned_to) return {};
  return base::failure(
      base::forbidden(fmt::format("message [{}] of sub-queue [{}] may not be deleted for [{}]: it is held by [{}]",
                                  message.uuid, message.sub_queue, *assignee, holder_text(message))));
}

model::Message held(model::Message message, std::string_view assignee, std::optional<base::Instant> until) {
  message.state = model::MessageState::kHeld;
  message.assigned_to = assignee;
  message.due_at = until;
  ++message.attempts;
  return message;
}

model::Message freed(model::Message message) {
  message.state = model::MessageState::kReady;
  message.assigned_to.reset();
  message.due_at.reset();
  return message;
}

std::optional<std::string> DeadLetters::sub_queue_for(const model::Message& message) const {
  if (attempts_max == 0 || message.attempts < attempts_max || message.sub_queue.ends_with(suffix)) return std::nullopt;
  return message.sub_queue + suffix;
}

}  // namespace jeton::queues
