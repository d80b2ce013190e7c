// What a publisher may say of a message (message-queue 2.2). Pure.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "queues/publish.hpp"

namespace jeton::queues {

struct MessageBounds {
  std::size_t payload_bytes_max = 0;  ///< `queues.message-size`
};

/// Brings them into the form in which they are kept: a blank assignee is none. kInvalid with the member that is wrong,
/// kTooLarge past a bound; of several messages the first wrong one is named.
base::Status check(std::span<NewMessage> messages, const MessageBounds& bounds);

/// kInvalid past limits::kAssigneeBytesMax. It may be blank (message-queue, Q6).
base::Status check_assignee(std::string_view assignee);
/// kInvalid past limits::kSubQueueNameBytesMax.
base::Status check_sub_queue(std::string_view name);

}  // namespace jeton::queues
