#include "events/retention.hpp"

#include "base/limits.hpp"

namespace jeton::events {

base::Result<bool> Retention::trim_some(base::Instant now) {
  constexpr auto kStep = static_cast<std::int64_t>(base::limits::kEventsPerTrimMax);
  std::int64_t removed = 0;
  const auto status = store_.write([&](store::Transaction& transaction) -> base::Status {
    const auto count = transaction.events().trim(now - keep_, kStep);
    if (!count) return base::failure(count.error());
    removed = *count;
    return {};
  });
  if (!status) return base::failure(status.error());
  return removed >= kStep;
}

}  // namespace jeton::events
