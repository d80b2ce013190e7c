#include "queues/next.hpp"

#include <utility>

#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {

void Next::operator()(NextRequest request, base::Instant now, store::StillWanted still_wanted, Done done) {
  auto body = [request = std::move(request),
               now](store::Transaction& transaction) -> base::Result<std::vector<model::Message>> {
    std::optional<base::Instant> until;
    if (request.visibility) until = now + *request.visibility;
    auto taken = transaction.messages().take({.sub_queue = request.sub_queue,
                                              .assigned_to = request.assigned_to,
                                              .now = now,
                                              .until = until,
                                              .count_max = static_cast<std::int64_t>(request.count_max)});
    if (!taken) return taken;
    if (until) {
      for (const model::Message& message : *taken) {
        transaction.append(now, request.actor, model::MessageHeld{message.id, message.sub_queue, *until});
      }
    }
    return taken;
  };
  store::submit_for<std::vector<model::Message>>(store_, std::move(still_wanted), std::move(body), std::move(done));
}

}  // namespace jeton::queues
