// How many sub-queues there may be: each is walked by clearing all, by listing keys and by the metrics.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {

/// kTooManyRequests past limits::kSubQueuesMax. For whoever just made `sub_queue`, or is about to; dead letters are not
/// counted, for a message that cannot go there has nowhere to go.
base::Status expect_room(const store::Snapshot& snapshot, std::string_view sub_queue);

}  // namespace jeton::queues
