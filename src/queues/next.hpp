// Hands the oldest ready messages of a sub-queue to an assignee: each message to one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

struct NextRequest {
  std::string sub_queue;
  std::string assigned_to;                   ///< may be blank (message-queue, Q6)
  std::optional<base::Duration> visibility;  ///< how long it holds them; none: until it releases them
  std::size_t count_max = 1;                 ///< at most limits::kMessagesPerBatchMax
  std::string actor;                         ///< for the event log
};

class Next {
 public:
  /// Called on the commit thread once it is durable. In order; empty: none is ready.
  using Done = std::move_only_function<void(base::Result<std::vector<model::Message>>)>;

  explicit Next(store::Store& store) : store_(store) {}
  void operator()(NextRequest request, base::Instant now, store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
};

}  // namespace jeton::queues
