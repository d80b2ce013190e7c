#include "api/message_queue/answers.hpp"

#include "base/json/writer.hpp"

namespace jeton::api::message_queue {
namespace {

constexpr std::string_view kMessageSchema =
    R"({"type":"object","properties":{"assignedTo":{"type":["string","null"]},"payload":{},)"
    R"("subQueue":{"type":"string"},"uuid":{"type":"string"}}})";

}  // namespace

void append_message(std::string& out, const model::Message& message, Payload payload) {
  out += R"({"assignedTo":)";
  if (message.assigned_to) {
    base::json::append_text(out, *message.assigned_to);
  } else {
    out += "null";
  }
  out += R"(,"payload":)";
  out += payload == Payload::kShown ? std::string_view(message.payload) : R"("***")";
  out += R"(,"subQueue":)";
  base::json::append_text(out, message.sub_queue);
  out += R"(,"uuid":)";
  base::json::append_text(out, message.uuid);
  out += '}';
}

void append_message_response(std::string& out, const model::Message& message) {
  out += R"({"message":)";
  append_message(out, message, Payload::kShown);
  out += '}';
}

void append_messages_response(std::string& out, std::span<const model::Message> messages) {
  out += R"({"messages":[)";
  for (const model::Message& message : messages) {
    if (out.back() != '[') out += ',';
    append_message(out, message, Payload::kShown);
  }
  out += "]}";
}

void append_texts(std::string& out, std::span<const std::string> texts) {
  out += '[';
  bool first = true;
  for (const std::string& text : texts) {
    if (!std::exchange(first, false)) out += ',';
    base::json::append_text(out, text);
  }
  out += ']';
}

std::string message_schema() {
  return R"({"type":"object","properties":{"message":)" + std::string(kMessageSchema) + "}}";
}
std::string messages_schema() {
  return R"({"type":"object","properties":{"messages":{"type":"array","items":)" + std::string(kMessageSchema) + "}}}";
}

}  // namespace jeton::api::message_queue
