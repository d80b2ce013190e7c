// The event log as a table. Writers append through Transaction, which gives the numbers; readers go on from a cursor.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "store/sql.hpp"

namespace jeton::store {

class EventLog {
 public:
  explicit EventLog(Connection& connection) : connection_(connection) {}

  /// Events with a greater id than `cursor`, ascending, at most `limit` and never more than limits::kEventsPerReadMax
  /// or kEventBytesPerReadMax, but one at least when there is one. kInternal, with its number, when the next event
  /// cannot be read: it is damaged, or of a kind that a later release wrote; what comes before such a one is given
  /// first. An id that is missing between two others was never committed or was trimmed: compare `cursor` with oldest()
  /// to find out.
  base::Result<std::vector<model::Event>> after(model::EventId cursor, std::size_t limit) const;
  /// The ends of the log; id 0 when it is empty.
  base::Result<model::EventId> oldest() const;
  base::Result<model::EventId> newest() const;

  /// Removes, oldest first, at most `count_max` events from before `before`; never the newest event, from which numbers
  /// go on. The number removed; fewer than count_max means that there are no more.
  base::Result<std::int64_t> trim(base::Instant before, std::int64_t count_max);

  /// For Transaction only: the row as it is.
  base::Status insert(const model::Event& event);

 private:
  Connection& connection_;
};

}  // namespace jeton::store
