#include "store/sub_queue_table.hpp"

#include <string>

namespace jeton::store {
namespace {

constexpr Sql kCountInKnown("UPDATE sub_queue SET listed = 1, depth = depth + 1 WHERE name = $1");
constexpr Sql kIdOf("SELECT id FROM sub_queue WHERE name = $1");
constexpr Sql kCountInNew(
    "INSERT INTO sub_queue (id, name, restricted, listed, depth) VALUES ($1, $2, 0, 1, 1) "
    "ON CONFLICT (name) DO UPDATE SET listed = 1, depth = sub_queue.depth + 1 RETURNING id");
constexpr Sql kCountOut("UPDATE sub_queue SET depth = depth - $1 WHERE id = $2");
constexpr Sql kRestrict(
    "INSERT INTO sub_queue (id, name, restricted, listed, depth) VALUES ($1, $2, 1, 0, 0) "
    "ON CONFLICT (name) DO UPDATE SET restricted = 1 WHERE sub_queue.restricted = 0");
constexpr Sql kOpen("UPDATE sub_queue SET restricted = 0 WHERE name = $1 AND restricted = 1");
constexpr Sql kNoteCleared("INSERT INTO cleared_sub_queue (id) SELECT id FROM sub_queue WHERE name = $1 AND depth > 0");
constexpr Sql kClear("UPDATE sub_queue SET id = $1, listed = 0, depth = 0 WHERE name = $2 AND listed = 1");
constexpr Sql kDropIfUnused("DELETE FROM sub_queue WHERE name = $1 AND restricted = 0 AND listed = 0");
constexpr Sql kFind("SELECT id, name, restricted, listed, depth FROM sub_queue WHERE name = $1");
constexpr Sql kAll("SELECT id, name, restricted, listed, depth FROM sub_queue ORDER BY name");
constexpr Sql kCount("SELECT COUNT(*) FROM sub_queue");
constexpr Sql kDepth("SELECT SUM(depth) FROM sub_queue");
constexpr Sql kCleared("SELECT id FROM cleared_sub_queue ORDER BY id");
constexpr Sql kForgetCleared("DELETE FROM cleared_sub_queue WHERE id = $1");

model::SubQueue sub_queue_of(const Row& row) {
  return {.id = {row.integer(0)},
          .name = std::string(row.text(1)),
          .restricted = row.integer(2) != 0,
          .listed = row.integer(3) != 0,
          .depth = row.integer(4)};
}

}  // namespace

// Nearly always the sub-queue is there: counting in and asking for the id cost a third of an insert that finds out.
base::Result<model::SubQueueId> SubQueueTable::count_in(std::string_view name, model::SubQueueId fresh) {
  model::SubQueueId id;
  const auto keep = [&](const Row& row) -> base::Status {
    id.value = row.integer(0);
    return {};
  };
  const auto known = was_there(connection_.change(kCountInKnown, {value_of(name)}));
  if (!known) return base::failure(known.error());
  if (*known) {
    if (const auto found = connection_.query(kIdOf, {value_of(name)}, keep); !found)
      return base::failure(found.error());
    return id;
  }
  const auto made = connection_.change(kCountInNew, {value_of(fresh), value_of(name)}, keep);
  if (!made) return base::failure(made.error());
  return id;
}

base::Status SubQueueTable::count_out(model::SubQueueId id, std::int64_t count) {
  return connection_.execute(kCountOut, {value_of(count), value_of(id)});
}

base::Result<bool> SubQueueTable::restrict(std::string_view name, model::SubQueueId fresh) {
  return was_there(connection_.change(kRestrict, {value_of(fresh), value_of(name)}));
}

base::Result<bool> SubQueueTable::open(std::string_view name) {
  const auto opened = was_there(connection_.change(kOpen, {value_of(name)}));
  if (!opened || !*opened) return opened;
  if (const auto dropped = drop_if_unused(name); !dropped) return base::failure(dropped.error());
  return true;
}

base::Result<bool> SubQueueTable::clear(std::string_view name, model::SubQueueId fresh) {
  if (const auto noted = connection_.execute(kNoteCleared, {value_of(name)}); !noted)
    return base::failure(noted.error());
  const auto cleared = was_there(connection_.change(kClear, {value_of(fresh), value_of(name)}));
  if (!cleared || !*cleared) return cleared;
  if (const auto dropped = drop_if_unused(name); !dropped) return base::failure(dropped.error());
  return true;
}

base::Status SubQueueTable::drop_if_unused(std::string_view name) {
  return connection_.execute(kDropIfUnused, {value_of(name)});
}

base::Result<std::optional<model::SubQueue>> SubQueueTable::find(std::string_view name) const {
  std::optional<model::SubQueue> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found = sub_queue_of(row);
    return {};
  };
  if (const auto status = connection_.query(kFind, {value_of(name)}, keep); !status)
    return base::failure(status.error());
  return found;
}

base::Result<std::vector<model::SubQueue>> SubQueueTable::all() const {
  std::vector<model::SubQueue> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found.push_back(sub_queue_of(row));
    return {};
  };
  if (const auto status = connection_.query(kAll, {}, keep); !status) return base::failure(status.error());
  return found;
}

base::Result<std::int64_t> SubQueueTable::count() const {
  return number(kCount);
}

base::Result<std::int64_t> SubQueueTable::depth() const {
  return number(kDepth);
}

base::Result<std::int64_t> SubQueueTable::number(const Sql& sql) const {
  std::int64_t found = 0;
  const auto keep = [&](const Row& row) -> base::Status {
    found = row.integer(0);
    return {};
  };
  if (const auto status = connection_.query(sql, {}, keep); !status) return base::failure(status.error());
  return found;
}

base::Result<std::vector<model::SubQueueId>> SubQueueTable::cleared() const {
  std::vector<model::SubQueueId> found;
  const auto keep = [&](const Row& row) -> base::Status {
    found.push_back({row.integer(0)});
    return {};
  };
  if (const auto status = connection_.query(kCleared, {}, keep); !status) return base::failure(status.error());
  return found;
}

base::Status SubQueueTable::forget_cleared(model::SubQueueId id) {
  return connection_.execute(kForgetCleared, {value_of(id)});
}

}  // namespace jeton::store
