#include "queues/free_message.hpp"

#include <utility>

#include "queues/message_change.hpp"

namespace jeton::queues {
namespace {

using base::failure;
using base::Result;
using model::Message;

Result<Message> bury(store::Transaction& transaction, const Message& message, std::string sub_queue, base::Instant now,
                     const std::string& actor) {
  const model::EventId event = transaction.next_event();
  const auto id = transaction.sub_queues().count_in(sub_queue, {event.value});
  if (!id) return failure(id.error());
  const auto moved = expect_changed(transaction.messages().move(message, {event.value}, *id), message);
  if (!moved) return failure(moved.error());
  if (const auto counted = transaction.sub_queues().count_out(message.sub_queue_id, 1); !counted)
    return failure(counted.error());
  Message letter = freed(message);
  letter.id = {event.value};
  letter.sub_queue_id = *id;
  letter.sub_queue = std::move(sub_queue);
  transaction.append(
      event, now, actor,
      model::MessageArrived{letter.uuid, letter.sub_queue, letter.state, letter.expires_at, message.sub_queue});
  return letter;
}

}  // namespace

Result<Message> free_message(store::Transaction& transaction, const Message& message, const DeadLetters& dead_letters,
                             base::Instant now, const std::string& actor) {
  if (auto sub_queue = dead_letters.sub_queue_for(message))
    return bury(transaction, message, *std::move(sub_queue), now, actor);
  Message wanted = freed(message);
  const auto changed = expect_changed(transaction.messages().change(message, wanted), message);
  if (!changed) return failure(changed.error());
  transaction.append(now, actor, model::MessageReadied{message.id, message.sub_queue, message.expires_at});
  return wanted;
}

}  // namespace jeton::queues
