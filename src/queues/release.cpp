#include "queues/release.hpp"

#include <utility>

#include "queues/free_message.hpp"
#include "store/submit_for.hpp"

namespace jeton::queues {

void Release::operator()(MessageRequest request, base::Instant now, store::StillWanted still_wanted, Done done) {
  auto body = [this, request = std::move(request),
               now](store::Transaction& transaction) -> base::Result<std::optional<Outcome>> {
    auto found = find_for(transaction, access_, request, now);
    if (!found) return base::failure(found.error());
    if (!*found) return std::nullopt;
    const auto released = release(**found, request.assigned_to);
    if (!released) return base::failure(released.error());
    if (*released == Released::kBefore) return Outcome{*released, std::move(**found)};
    auto message = free_message(transaction, **found, dead_letters_, now, request.actor);
    if (!message) return base::failure(message.error());
    return Outcome{*released, *std::move(message)};
  };
  store::submit_for<std::optional<Outcome>>(store_, std::move(still_wanted), std::move(body), std::move(done));
}

}  // namespace jeton::queues
