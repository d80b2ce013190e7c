// Messages of all sub-queues. change(), move() and remove() name the state in which the message was read, so that they
// also hold when another node changed the message meanwhile.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/queue.hpp"
#include "store/sql.hpp"

namespace jeton::store {

/// Which messages of a sub-queue `next` takes, and what becomes of them.
struct MessageTake {
  std::string_view sub_queue;
  std::string_view assigned_to;
  base::Instant now;                   ///< what has expired by then is passed over
  std::optional<base::Instant> until;  ///< none: held until it is released
  std::int64_t count_max = 1;
};

/// A part of a sub-queue in its order.
struct MessageList {
  std::string_view sub_queue;
  std::optional<std::string_view> assigned_to;  ///< only those held by exactly this assignee
  model::MessageId after;                       ///< none: from the first
  std::int64_t count_max = 0;
  base::Instant now;  ///< what has expired by then is left out
};

class MessageTable {
 public:
  explicit MessageTable(Connection& connection) : connection_(connection) {}

  /// `message.id` is the number of its event. False, with nothing changed, when a message with this uuid exists.
  base::Result<bool> insert(const model::Message& message);
  /// The oldest ready messages, now held; in order. Empty: none is ready.
  base::Result<std::vector<model::Message>> take(const MessageTake& take);
  /// From the state in which `read` was read to that of `wanted`: state, assignee, due_at and attempts. False when it
  /// is in another state meanwhile, or gone.
  base::Result<bool> change(const model::Message& read, const model::Message& wanted);
  /// To another sub-queue, under a new number, ready for whoever asks there. False as for change().
  base::Result<bool> move(const model::Message& read, model::MessageId to, model::SubQueueId sub_queue);
  /// False as for change().
  base::Result<bool> remove(const model::Message& read);
  /// A message of a cleared sub-queue whose row is still there: its uuid is free for whoever wants it. False when there
  /// is none, or it is seen.
  base::Result<bool> remove_unseen(std::string_view uuid);
  base::Result<bool> remove_unseen(model::MessageId id);
  /// At most `count_max` messages of a cleared sub-queue; how many.
  base::Result<std::int64_t> remove_cleared(model::SubQueueId id, std::int64_t count_max);

  base::Result<std::optional<model::Message>> find(std::string_view uuid) const;
  base::Result<std::optional<model::Message>> find(model::MessageId id) const;
  base::Status list(const MessageList& wanted, const std::function<base::Status(model::Message&&)>& visit) const;
  /// Every pair of an assignee and a sub-queue in which it holds something; of one sub-queue when it is named.
  base::Status owners(
      std::optional<std::string_view> sub_queue,
      const std::function<base::Status(std::string_view assignee, std::string_view sub_queue)>& visit) const;
  /// When the oldest ready message of a sub-queue was published.
  base::Result<std::optional<base::Instant>> oldest(model::SubQueueId id) const;
  /// Messages for which a hold, a delay or their time ended, whether or not anybody sees them, in this order.
  base::Result<std::vector<model::MessageId>> due(base::Instant now, std::int64_t count_max) const;
  /// When the next one is due.
  base::Result<std::optional<base::Instant>> next_deadline() const;

 private:
  Connection& connection_;
};

}  // namespace jeton::store
