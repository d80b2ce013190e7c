#include "bare_queue.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

#include "model/event.hpp"
#include "queue_peers.hpp"
#include "waiting.hpp"

namespace jeton::bench {
namespace {

constexpr const char* kScript =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
    "CREATE TABLE event (id INTEGER PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,"
    " body TEXT NOT NULL);"
    "CREATE TABLE sub_queue (id BIGINT NOT NULL, name TEXT PRIMARY KEY, restricted SMALLINT NOT NULL,"
    " listed SMALLINT NOT NULL, depth BIGINT NOT NULL);"
    "CREATE UNIQUE INDEX sub_queue_of_id ON sub_queue (id);"
    "CREATE TABLE message (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, sub_queue BIGINT NOT NULL,"
    " state SMALLINT NOT NULL, assigned_to TEXT, payload TEXT NOT NULL, published_at BIGINT NOT NULL, due_at BIGINT,"
    " expires_at BIGINT, attempts BIGINT NOT NULL, deadline BIGINT);"
    "CREATE UNIQUE INDEX message_of_uuid ON message (uuid);"
    "CREATE INDEX message_in_order ON message (sub_queue, state, id);"
    "CREATE INDEX message_by_deadline ON message (deadline) WHERE deadline IS NOT NULL;";
constexpr std::array<const char*, 11> kStatements = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "UPDATE sub_queue SET listed = 1, depth = depth + 1 WHERE name = ?1",
    "SELECT id FROM sub_queue WHERE name = ?1",
    "INSERT INTO message VALUES (?1, ?2, ?3, 1, NULL, ?4, ?5, NULL, NULL, 0, NULL) ON CONFLICT (uuid) DO NOTHING",
    "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5)",
    "SELECT id, uuid, sub_queue, state, assigned_to, payload, published_at, due_at, expires_at, attempts FROM message "
    "WHERE sub_queue = (SELECT id FROM sub_queue WHERE name = ?1) AND state = 1 "
    "AND (expires_at IS NULL OR expires_at > ?2) ORDER BY id LIMIT ?3",
    "UPDATE message SET state = 3, assigned_to = ?1, due_at = ?2, deadline = ?4, attempts = attempts + 1 WHERE id = ?3 "
    "AND state = 1",
    "SELECT m.id, m.uuid, m.sub_queue, m.state, m.assigned_to, m.payload, m.published_at, m.due_at, m.expires_at, "
    "m.attempts, q.name FROM message m JOIN sub_queue q ON q.id = m.sub_queue WHERE m.uuid = ?1",
    "DELETE FROM message WHERE id = ?1",
    "UPDATE sub_queue SET depth = depth - ?1 WHERE id = ?2"};

std::string text_of(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr ? std::string{} : std::string(text);
}

}  // namespace

BareQueue::BareQueue(const std::string& file) {
  check(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr));
  check(sqlite3_exec(handle_, kScript, nullptr, nullptr, nullptr));
  const std::string known = fmt::format("INSERT INTO sub_queue VALUES (0, '{}', 0, 1, 0)", kSubQueue);
  check(sqlite3_exec(handle_, known.c_str(), nullptr, nullptr, nullptr));
  for (std::size_t i = 0; i < kStatements.size(); ++i)
    check(sqlite3_prepare_v3(handle_, kStatements[i], -1, SQLITE_PREPARE_PERSISTENT, &statements_[i], nullptr));
}

BareQueue::~BareQueue() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Rates BareQueue::measure(std::size_t messages) {
  uuids_.clear();
  Rates rates;
  rates.publish = in_groups(messages, [this](std::size_t) { publish(); });
  rates.next = in_groups(messages, [this](std::size_t) { next(); });
  rates.remove = in_groups(messages, [this](std::size_t i) { remove(uuids_.at(i)); });
  return rates;
}

void BareQueue::check(int code) const {
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle_));
}

void BareQueue::bind(Which which, int index, std::int64_t value) const {
  sqlite3_bind_int64(statements_[which], index, value);
}

void BareQueue::bind(Which which, int index, std::string_view value) const {
  sqlite3_bind_text(statements_[which], index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

void BareQueue::run(Which which, const std::function<void(sqlite3_stmt*)>& row) const {
  int code = sqlite3_step(statements_[which]);
  if (code == SQLITE_ROW) {
    if (row) row(statements_[which]);
    code = sqlite3_step(statements_[which]);
  }
  if (code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
  sqlite3_reset(statements_[which]);
}

double BareQueue::in_groups(std::size_t count, const std::function<void(std::size_t)>& operation) const {
  const base::Tick begin = kClock.monotonic();
  for (std::size_t i = 0; i < count; i += kWaiting) {
    run(kBegin);
    for (std::size_t k = i; k < std::min(count, i + kWaiting); ++k) operation(k);
    run(kCommit);
  }
  return static_cast<double>(count) / seconds_since(begin);
}

void BareQueue::publish() {
  ++last_;
  const std::int64_t now = kClock.wall().time_since_epoch().count();
  const std::string uuid = fmt::format("019e3f0a-51c2-7d4e-8a10-{:012}", last_);
  std::int64_t sub_queue = 0;
  bind(kCountIn, 1, kSubQueue);
  run(kCountIn);
  bind(kIdOf, 1, kSubQueue);
  run(kIdOf, [&](sqlite3_stmt* row) { sub_queue = sqlite3_column_int64(row, 0); });
  bind(kInsert, 1, last_);
  bind(kInsert, 2, uuid);
  bind(kInsert, 3, sub_queue);
  bind(kInsert, 4, payload());
  bind(kInsert, 5, now);
  run(kInsert);
  const model::EventBody event = model::MessageArrived{uuid, kSubQueue, model::MessageState::kReady, {}, {}};
  const std::string body = model::encode_body(event);
  bind(kEvent, 1, last_);
  bind(kEvent, 2, now);
  bind(kEvent, 3, model::kind_of(event));
  bind(kEvent, 4, kWorker);
  bind(kEvent, 5, body);
  run(kEvent);
}

void BareQueue::next() {
  std::int64_t id = 0;
  bind(kReady, 1, kSubQueue);
  bind(kReady, 2, kClock.wall().time_since_epoch().count());
  bind(kReady, 3, 1);
  run(kReady, [&](sqlite3_stmt* row) {
    id = sqlite3_column_int64(row, 0);
    uuids_.push_back(text_of(row, 1));
    payload_ = text_of(row, 5);
  });
  bind(kHold, 1, kWorker);
  bind(kHold, 3, id);
  run(kHold);
}

void BareQueue::remove(const std::string& uuid) {
  std::int64_t id = 0;
  std::int64_t sub_queue = 0;
  bind(kFind, 1, uuid);
  run(kFind, [&](sqlite3_stmt* row) {
    id = sqlite3_column_int64(row, 0);
    sub_queue = sqlite3_column_int64(row, 2);
    payload_ = text_of(row, 5);
  });
  bind(kRemove, 1, id);
  run(kRemove);
  bind(kCountOut, 1, 1);
  bind(kCountOut, 2, sub_queue);
  run(kCountOut);
}

}  // namespace jeton::bench
