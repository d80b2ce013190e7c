#include "store/event_log.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"

namespace jeton::store {
namespace {

constexpr Sql kInsert("INSERT INTO event (id, at, kind, actor, body) VALUES ($1, $2, $3, $4, $5)");
constexpr Sql kAfter("SELECT id, at, kind, actor, body FROM event WHERE id > $1 ORDER BY id LIMIT $2");
constexpr Sql kOldest("SELECT MIN(id) FROM event");
constexpr Sql kNewest("SELECT MAX(id) FROM event");
// Walks the log from its oldest end and stops at the bound; instants need no index, because ids ascend with time.
constexpr Sql kTrim(
    "DELETE FROM event WHERE id IN (SELECT id FROM (SELECT id, at FROM event ORDER BY id LIMIT $1) AS oldest "
    "WHERE at < $2 AND id < (SELECT MAX(id) FROM event))");

base::Result<model::EventId> single_id(Connection& connection, const Sql& sql) {
  model::EventId id;
  const auto status = connection.query(sql, {}, [&](const Row& row) -> base::Status {
    id.value = row.integer(0);
    return {};
  });
  if (!status) return base::failure(status.error());
  return id;
}

}  // namespace

base::Result<std::vector<model::Event>> EventLog::after(model::EventId cursor, std::size_t limit) const {
  const auto bound = static_cast<std::int64_t>(std::min(limit, base::limits::kEventsPerReadMax));
  std::vector<model::Event> events;
  std::size_t bytes = 0;
  bool full = false;
  const auto keep = [&](const Row& row) -> base::Status {
    full = full || bytes >= base::limits::kEventBytesPerReadMax;
    if (full) return {};
    auto body = model::decode_body(row.text(2), row.text(4));
    if (!body) {
      full = !events.empty();
      if (full) return {};
      return base::failure(base::internal("event " + std::to_string(row.integer(0)) +
                                          " in the database cannot be read: " + body.error().message));
    }
    bytes += row.text(3).size() + row.text(4).size();
    events.push_back({{row.integer(0)}, row.instant(1), std::string(row.text(3)), std::move(*body)});
    return {};
  };
  if (const auto status = connection_.query(kAfter, {value_of(cursor), value_of(bound)}, keep); !status) {
    return base::failure(status.error());
  }
  return events;
}

base::Result<model::EventId> EventLog::oldest() const {
  return single_id(connection_, kOldest);
}
base::Result<model::EventId> EventLog::newest() const {
  return single_id(connection_, kNewest);
}

base::Result<std::int64_t> EventLog::trim(base::Instant before, std::int64_t count_max) {
  return connection_.change(kTrim, {value_of(std::max<std::int64_t>(count_max, 0)), value_of(before)});
}

base::Status EventLog::insert(const model::Event& event) {
  const std::string body = model::encode_body(event.body);
  return connection_.execute(kInsert, {value_of(event.id), value_of(event.at), value_of(model::kind_of(event.body)),
                                       value_of(event.actor), value_of(body)});
}

}  // namespace jeton::store
