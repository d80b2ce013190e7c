#include "queues/message_change.hpp"

#include <fmt/format.h>

#include "queues/assignment_rules.hpp"

namespace jeton::queues {

base::Result<std::optional<model::Message>> find_for(const store::Snapshot& snapshot, const Access& access,
                                                     const MessageRequest& request, base::Instant now) {
  auto found = snapshot.messages().find(request.uuid);
  if (!found || !*found) return found;
  if (!lives(**found, now)) return std::nullopt;
  if (const auto allowed = access.check(request.credential, (*found)->sub_queue, Use::kConsume); !allowed)
    return base::failure(allowed.error());
  return found;
}

base::Status expect_changed(const base::Result<bool>& changed, const model::Message& message) {
  if (!changed) return base::failure(changed.error());
  if (*changed) return {};
  return base::failure(
      base::unavailable(fmt::format("message [{}] was changed by another node meanwhile; try again", message.uuid)));
}

}  // namespace jeton::queues
