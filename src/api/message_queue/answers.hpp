// Messages and lists as MessageQueue's clients read them: members in alphabetical order, nulls written out
// (message-queue 2).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/queue.hpp"

namespace jeton::api::message_queue {

enum class Payload : std::uint8_t { kShown, kHidden };

/// Exactly `assignedTo`, `payload`, `subQueue` and `uuid`.
void append_message(std::string& out, const model::Message& message, Payload payload);
/// {"message": …}
void append_message_response(std::string& out, const model::Message& message);
/// {"messages": […]}
void append_messages_response(std::string& out, std::span<const model::Message> messages);
/// A JSON array of texts.
void append_texts(std::string& out, std::span<const std::string> texts);

/// For the reference, as JSON Schema texts.
std::string message_schema();
std::string messages_schema();

}  // namespace jeton::api::message_queue
