#include "queues/sub_queue_room.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"

namespace jeton::queues {

base::Status expect_room(const store::Snapshot& snapshot, std::string_view sub_queue) {
  const auto count = snapshot.sub_queues().count();
  if (!count) return base::failure(count.error());
  if (*count <= static_cast<std::int64_t>(base::limits::kSubQueuesMax)) return {};
  return base::failure(
      {base::ErrorCode::kTooManyRequests,
       fmt::format("there is no room for sub-queue [{}]: there are {} already; clear some that are not used", sub_queue,
                   base::limits::kSubQueuesMax),
       "subQueue"});
}

}  // namespace jeton::queues
