#include "store/message_table.hpp"

#include <utility>

namespace jeton::store {
namespace {

using model::MessageState;

constexpr Sql kInsert(
    "INSERT INTO message (id, uuid, sub_queue, state, assigned_to, payload, published_at, due_at, expires_at, "
    "attempts, "
    "deadline) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (uuid) DO NOTHING");
constexpr Sql kReady(
    "SELECT id, uuid, sub_queue, state, assigned_to, payload, published_at, due_at, expires_at, attempts FROM message "
    "WHERE sub_queue = (SELECT id FROM sub_queue WHERE name = $1) AND state = 1 "
    "AND (expires_at IS NULL OR expires_at > $2) ORDER BY id LIMIT $3");
// The condition on the state is asked again of the row that is changed: another node may have been quicker.
constexpr Sql kHold(
    "UPDATE message SET state = 3, assigned_to = $1, due_at = $2, deadline = $3, attempts = attempts + 1 "
    "WHERE id = $4 AND state = 1");
constexpr Sql kChange(
    "UPDATE message SET state = $1, assigned_to = $2, due_at = $3, deadline = $4, attempts = $5 "
    "WHERE id = $6 AND state = $7 AND attempts = $8 AND assigned_to IS NOT DISTINCT FROM $9 "
    "AND due_at IS NOT DISTINCT FROM $10");
constexpr Sql kMove(
    "UPDATE message SET id = $1, sub_queue = $2, state = 1, assigned_to = NULL, due_at = NULL, deadline = expires_at "
    "WHERE id = $3 AND state = $4 AND attempts = $5 AND assigned_to IS NOT DISTINCT FROM $6 "
    "AND due_at IS NOT DISTINCT FROM $7");
constexpr Sql kRemove(
    "DELETE FROM message WHERE id = $1 AND state = $2 AND attempts = $3 AND assigned_to IS NOT DISTINCT FROM $4 "
    "AND due_at IS NOT DISTINCT FROM $5");
constexpr Sql kRemoveUnseenByUuid(
    "DELETE FROM message WHERE uuid = $1 AND NOT EXISTS (SELECT 1 FROM sub_queue q WHERE q.id = message.sub_queue)");
constexpr Sql kRemoveUnseenById(
    "DELETE FROM message WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM sub_queue q WHERE q.id = message.sub_queue)");
constexpr Sql kRemoveCleared("DELETE FROM message WHERE id IN (SELECT id FROM message WHERE sub_queue = $1 LIMIT $2)");

// Messages of a cleared sub-queue have no sub-queue to be joined with, and so are gone for every reader.
constexpr Sql kFindByUuid(
    "SELECT m.id, m.uuid, m.sub_queue, m.state, m.assigned_to, m.payload, m.published_at, m.due_at, m.expires_at, "
    "m.attempts, q.name FROM message m JOIN sub_queue q ON q.id = m.sub_queue WHERE m.uuid = $1");
constexpr Sql kFindById(
    "SELECT m.id, m.uuid, m.sub_queue, m.state, m.assigned_to, m.payload, m.published_at, m.due_at, m.expires_at, "
    "m.attempts, q.name FROM message m JOIN sub_queue q ON q.id = m.sub_queue WHERE m.id = $1");
// Three ranges of one index, each in order, of which the parser of either database makes one merge or one short sort.
constexpr Sql kList(
    "SELECT m.id, m.uuid, m.sub_queue, m.state, m.assigned_to, m.payload, m.published_at, m.due_at, m.expires_at, "
    "m.attempts, q.name FROM message m JOIN sub_queue q ON q.id = m.sub_queue "
    "WHERE q.name = $1 AND m.state IN (1, 2, 3) AND m.id > $2 "
    "AND (m.expires_at IS NULL OR m.expires_at > $4) ORDER BY m.id LIMIT $3");
constexpr Sql kListOwned(
    "SELECT m.id, m.uuid, m.sub_queue, m.state, m.assigned_to, m.payload, m.published_at, m.due_at, m.expires_at, "
    "m.attempts, q.name FROM message m JOIN sub_queue q ON q.id = m.sub_queue "
    "WHERE q.name = $1 AND m.state = 3 AND m.assigned_to = $5 AND m.id > $2 "
    "AND (m.expires_at IS NULL OR m.expires_at > $4) ORDER BY m.id LIMIT $3");
constexpr Sql kOwners(
    "SELECT DISTINCT m.assigned_to, q.name FROM sub_queue q JOIN message m ON m.sub_queue = q.id AND m.state = 3 "
    "ORDER BY m.assigned_to, q.name");
constexpr Sql kOwnersOfOne(
    "SELECT DISTINCT m.assigned_to, q.name FROM sub_queue q JOIN message m ON m.sub_queue = q.id AND m.state = 3 "
    "WHERE q.name = $1 ORDER BY m.assigned_to");
constexpr Sql kOldest("SELECT published_at FROM message WHERE sub_queue = $1 AND state = 1 ORDER BY id LIMIT 1");
constexpr Sql kDue("SELECT id FROM message WHERE deadline <= $1 ORDER BY deadline LIMIT $2");
constexpr Sql kNextDeadline("SELECT MIN(deadline) FROM message WHERE deadline IS NOT NULL");

/// How often to look again when other nodes took everything that was seen.
constexpr int kLooksMax = 16;

static_assert(static_cast<int>(MessageState::kReady) == 1 && static_cast<int>(MessageState::kDelayed) == 2 &&
              static_cast<int>(MessageState::kHeld) == 3);

std::optional<base::Instant> instant_or_none(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.instant(column);
}

/// Columns in the order of every statement above; the sub-queue's name is given, or the column behind them.
model::Message message_of(const Row& row, std::string_view sub_queue) {
  model::Message message{.id = {row.integer(0)},
                         .uuid = std::string(row.text(1)),
                         .sub_queue_id = {row.integer(2)},
                         .sub_queue = std::string(sub_queue),
                         .state = static_cast<MessageState>(row.integer(3)),
                         .assigned_to = {},
                         .payload = std::string(row.text(5)),
                         .published_at = row.instant(6),
                         .due_at = instant_or_none(row, 7),
                         .expires_at = instant_or_none(row, 8),
                         .attempts = row.integer(9)};
  if (!row.is_null(4)) message.assigned_to = row.text(4);
  return message;
}
constexpr int kSubQueueNameColumn = 10;

}  // namespace

base::Result<bool> MessageTable::insert(const model::Message& message) {
  return was_there(connection_.change(
      kInsert, {value_of(message.id), value_of(message.uuid), value_of(message.sub_queue_id), value_of(message.state),
                value_of(message.assigned_to), value_of(message.payload), value_of(message.published_at),
                value_of(message.due_at), value_of(message.expires_at), value_of(message.attempts),
                value_of(model::next_deadline(message.due_at, message.expires_at))}));
}

// A look and then a change each: in SQLite half the cost of one statement that does both.
base::Result<std::vector<model::Message>> MessageTable::take(const MessageTake& take) {
  std::vector<model::Message> taken;
  for (int look = 0; look < kLooksMax && taken.empty(); ++look) {
    std::vector<model::Message> ready;
    const auto keep = [&](const Row& row) -> base::Status {
      ready.push_back(message_of(row, take.sub_queue));
      return {};
    };
    const auto found =
        connection_.query(kReady, {value_of(take.sub_queue), value_of(take.now), value_of(take.count_max)}, keep);
    if (!found) return base::failure(found.error());
    if (ready.empty()) break;
    for (model::Message& message : ready) {
      const auto held = was_there(connection_.change(
          kHold, {value_of(take.assigned_to), value_of(take.until),
                  value_of(model::next_deadline(take.until, message.expires_at)), value_of(message.id)}));
      if (!held) return base::failure(held.error());
      if (!*held) continue;
      message.state = MessageState::kHeld;
      message.assigned_to = take.assigned_to;
      message.due_at = take.until;
      ++message.attempts;
      taken.push_back(std::move(message));
    }
  }
  return taken;
}

base::Result<bool> MessageTable::change(const model::Message& read, const model::Message& wanted) {
  return was_there(connection_.change(
      kChange,
      {value_of(wanted.state), value_of(wanted.assigned_to), value_of(wanted.due_at),
       value_of(model::next_deadline(wanted.due_at, wanted.expires_at)), value_of(wanted.attempts), value_of(read.id),
       value_of(read.state), value_of(read.attempts), value_of(read.assigned_to), value_of(read.due_at)}));
}

base::Result<bool> MessageTable::move(const model::Message& read, model::MessageId to, model::SubQueueId sub_queue) {
  return was_there(
      connection_.change(kMove, {value_of(to), value_of(sub_queue), value_of(read.id), value_of(read.state),
                                 value_of(read.attempts), value_of(read.assigned_to), value_of(read.due_at)}));
}

base::Result<bool> MessageTable::remove(const model::Message& read) {
  return was_there(connection_.change(kRemove, {value_of(read.id), value_of(read.state), value_of(read.attempts),
                                                value_of(read.assigned_to), value_of(read.due_at)}));
}

base::Result<bool> MessageTable::remove_unseen(std::string_view uuid) {
  return was_there(connection_.change(kRemoveUnseenByUuid, {value_of(uuid)}));
}

base::Result<bool> MessageTable::remove_unseen(model::MessageId id) {
  return was_there(connection_.change(kRemoveUnseenById, {value_of(id)}));
}

base::Result<std::int64_t> MessageTable::remove_cleared(model::SubQueueId id, std::int64_t count_max) {
  return connection_.change(kRemoveCleared, {value_of(id), value_of(count_max)});
}

base::Result<std::optional<model::Message>> MessageTable::find(std::string_view uuid) const {
  std::optional<model::Message> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found = message_of(row, row.text(kSubQueueNameColumn));
    return {};
  };
  if (const auto status = connection_.query(kFindByUuid, {value_of(uuid)}, keep); !status)
    return base::failure(status.error());
  return found;
}

base::Result<std::optional<model::Message>> MessageTable::find(model::MessageId id) const {
  std::optional<model::Message> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found = message_of(row, row.text(kSubQueueNameColumn));
    return {};
  };
  if (const auto status = connection_.query(kFindById, {value_of(id)}, keep); !status)
    return base::failure(status.error());
  return found;
}

base::Status MessageTable::list(const MessageList& wanted,
                                const std::function<base::Status(model::Message&&)>& visit) const {
  const auto each = [&](const Row& row) { return visit(message_of(row, row.text(kSubQueueNameColumn))); };
  const Value name = value_of(wanted.sub_queue);
  const Value after = value_of(wanted.after);
  const Value limit = value_of(wanted.count_max);
  const Value now = value_of(wanted.now);
  if (!wanted.assigned_to) return connection_.query(kList, {name, after, limit, now}, each);
  return connection_.query(kListOwned, {name, after, limit, now, value_of(*wanted.assigned_to)}, each);
}

base::Status MessageTable::owners(
    std::optional<std::string_view> sub_queue,
    const std::function<base::Status(std::string_view assignee, std::string_view sub_queue)>& visit) const {
  const auto each = [&](const Row& row) { return visit(row.text(0), row.text(1)); };
  if (sub_queue) return connection_.query(kOwnersOfOne, {value_of(*sub_queue)}, each);
  return connection_.query(kOwners, {}, each);
}

base::Result<std::optional<base::Instant>> MessageTable::oldest(model::SubQueueId id) const {
  std::optional<base::Instant> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found = row.instant(0);
    return {};
  };
  if (const auto status = connection_.query(kOldest, {value_of(id)}, keep); !status)
    return base::failure(status.error());
  return found;
}

base::Result<std::vector<model::MessageId>> MessageTable::due(base::Instant now, std::int64_t count_max) const {
  std::vector<model::MessageId> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found.push_back({row.integer(0)});
    return {};
  };
  if (const auto status = connection_.query(kDue, {value_of(now), value_of(count_max)}, keep); !status)
    return base::failure(status.error());
  return found;
}

base::Result<std::optional<base::Instant>> MessageTable::next_deadline() const {
  std::optional<base::Instant> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found = instant_or_none(row, 0);
    return {};
  };
  if (const auto status = connection_.query(kNextDeadline, {}, keep); !status) return base::failure(status.error());
  return found;
}

}  // namespace jeton::store
