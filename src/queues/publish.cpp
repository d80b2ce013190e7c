#include "queues/publish.hpp"

#include <fmt/format.h>

#include <utility>

#include "queues/assignment_rules.hpp"
#include "queues/sub_queue_room.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {
namespace {

using base::failure;
using base::Result;
using model::Message;
using model::MessageState;

Message message_of(const NewMessage& wanted, base::Instant now) {
  Message message{.id = {},
                  .uuid = wanted.uuid,
                  .sub_queue_id = {},
                  .sub_queue = wanted.sub_queue,
                  .state = MessageState::kReady,
                  .assigned_to = wanted.assigned_to,
                  .payload = wanted.payload,
                  .published_at = now,
                  .due_at = {},
                  .expires_at = {},
                  .attempts = 0};
  if (wanted.ttl) message.expires_at = now + *wanted.ttl;
  if (wanted.assigned_to) {
    message.state = MessageState::kHeld;
  } else if (wanted.delay > base::Duration::zero()) {
    message.state = MessageState::kDelayed;
    message.due_at = now + wanted.delay;
  }
  return message;
}

base::Error in_use(std::string_view uuid, std::string_view sub_queue) {
  return {base::ErrorCode::kConflict,
          fmt::format("sub-queue [{}] has a message with the uuid [{}] already; a uuid is used once", sub_queue, uuid),
          "uuid"};
}

/// A uuid that the publisher chose must be free. One whose message has expired is: nobody sees that any more.
base::Status expect_free(store::Transaction& transaction, std::string_view uuid, base::Instant now) {
  const auto found = transaction.messages().find(uuid);
  if (!found) return failure(found.error());
  if (!*found) return {};
  if (lives(**found, now)) return failure(in_use(uuid, (*found)->sub_queue));
  const auto removed = transaction.messages().remove(**found);
  if (!removed) return failure(removed.error());
  if (!*removed) return {};  // another node was quicker; the insert finds out whether the uuid is free
  return transaction.sub_queues().count_out((*found)->sub_queue_id, 1);
}

base::Status insert(store::Transaction& transaction, Message& message, const std::string& actor) {
  const model::EventId event = transaction.next_event();
  message.id = {event.value};
  const auto sub_queue = transaction.sub_queues().count_in(message.sub_queue, {event.value});
  if (!sub_queue) return failure(sub_queue.error());
  message.sub_queue_id = *sub_queue;
  if (sub_queue->value == event.value) {  // made just now
    if (auto room = expect_room(transaction, message.sub_queue); !room) return room;
  }
  auto inserted = transaction.messages().insert(message);
  if (inserted && !*inserted) {
    // Nobody sees it, so it belongs to a sub-queue that was cleared, or to this very batch.
    if (const auto removed = transaction.messages().remove_unseen(message.uuid); !removed)
      return failure(removed.error());
    inserted = transaction.messages().insert(message);
  }
  if (!inserted) return failure(inserted.error());
  if (!*inserted) return failure(in_use(message.uuid, message.sub_queue));
  transaction.append(event, message.published_at, actor,
                     model::MessageArrived{message.uuid,
                                           message.sub_queue,
                                           message.state,
                                           model::next_deadline(message.due_at, message.expires_at),
                                           {}});
  return {};
}

}  // namespace

void Publish::operator()(std::vector<NewMessage> messages, std::string actor, base::Instant now,
                         store::StillWanted still_wanted, Done done) {
  auto body = [this, messages = std::move(messages), actor = std::move(actor),
               now](store::Transaction& transaction) -> Result<std::vector<Message>> {
    for (const NewMessage& wanted : messages) {
      if (wanted.uuid.empty()) continue;
      if (const auto free = expect_free(transaction, wanted.uuid, now); !free) return failure(free.error());
    }
    std::vector<Message> published;
    published.reserve(messages.size());
    for (const NewMessage& wanted : messages) {
      Message& message = published.emplace_back(message_of(wanted, now));
      // Here, where writes are in order, so that ids made by one server ascend in the order of arrival.
      if (message.uuid.empty()) message.uuid = uuids_.next(now);
      if (const auto inserted = insert(transaction, message, actor); !inserted) return failure(inserted.error());
    }
    return published;
  };
  store::submit_for<std::vector<Message>>(store_, std::move(still_wanted), std::move(body), std::move(done));
}

}  // namespace jeton::queues
