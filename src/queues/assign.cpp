#include "queues/assign.hpp"

#include <utility>

#include "store/submit_for.hpp"

namespace jeton::queues {
namespace {

using Found = base::Result<std::optional<Assign::Outcome>>;

Found apply(store::Transaction& transaction, const MessageRequest& request, const model::Message& message,
            std::optional<base::Instant> until, base::Instant now) {
  const auto assigned = assign(message, *request.assigned_to);
  if (!assigned) return base::failure(assigned.error());
  if (*assigned == Assigned::kBefore && !until) return Assign::Outcome{*assigned, message};
  model::Message wanted = held(message, *request.assigned_to, until);
  if (*assigned == Assigned::kBefore) wanted.attempts = message.attempts;  // prolonged, not handed out again
  const auto changed = expect_changed(transaction.messages().change(message, wanted), message);
  if (!changed) return base::failure(changed.error());
  if (until) transaction.append(now, request.actor, model::MessageHeld{message.id, message.sub_queue, *until});
  return Assign::Outcome{*assigned, std::move(wanted)};
}

}  // namespace

void Assign::operator()(MessageRequest request, std::optional<base::Duration> visibility, base::Instant now,
                        store::StillWanted still_wanted, Done done) {
  auto body = [this, request = std::move(request), visibility, now](store::Transaction& transaction) -> Found {
    const auto found = find_for(transaction, access_, request, now);
    if (!found) return base::failure(found.error());
    if (!*found) return std::nullopt;
    std::optional<base::Instant> until;
    if (visibility) until = now + *visibility;
    return apply(transaction, request, **found, until, now);
  };
  store::submit_for<std::optional<Outcome>>(store_, std::move(still_wanted), std::move(body), std::move(done));
}

}  // namespace jeton::queues
