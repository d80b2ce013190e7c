#include "queues/clear.hpp"

#include <utility>

#include "base/log.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {
namespace {

base::Result<Clear::Outcome> clear_all(store::Transaction& transaction, const Access& access,
                                       const Clear::Request& request, base::Instant now) {
  const auto all = transaction.sub_queues().all();
  if (!all) return base::failure(all.error());
  Clear::Outcome outcome = Clear::Outcome::kAll;
  for (const model::SubQueue& sub_queue : *all) {
    if (!sub_queue.listed) continue;
    if (!access.allows(request.credential, sub_queue.name, Use::kClear)) {
      outcome = Clear::Outcome::kSomeSkipped;
      continue;
    }
    const auto cleared = clear_sub_queue(transaction, sub_queue.name, now, request.actor);
    if (!cleared) return base::failure(cleared.error());
  }
  return outcome;
}

}  // namespace

base::Status clear_sub_queue(store::Transaction& transaction, std::string_view sub_queue, base::Instant now,
                             const std::string& actor) {
  const auto found = transaction.sub_queues().find(sub_queue);
  if (!found) return base::failure(found.error());
  if (!*found || !(*found)->listed) return {};
  const model::EventId event = transaction.next_event();
  const auto cleared = transaction.sub_queues().clear(sub_queue, {event.value});
  if (!cleared) return base::failure(cleared.error());
  transaction.append(event, now, actor, model::SubQueueCleared{(*found)->id, std::string(sub_queue), (*found)->depth});
  return {};
}

void Clear::operator()(Request request, base::Instant now, store::StillWanted still_wanted, Done done) {
  auto body = [this, request, now](store::Transaction& transaction) -> base::Result<Outcome> {
    if (!request.sub_queue) return clear_all(transaction, access_, request, now);
    if (const auto allowed = access_.check(request.credential, *request.sub_queue, Use::kClear); !allowed)
      return base::failure(allowed.error());
    const auto cleared = clear_sub_queue(transaction, *request.sub_queue, now, request.actor);
    if (!cleared) return base::failure(cleared.error());
    return Outcome::kAll;
  };
  store::submit_for<Outcome>(
      store_, std::move(still_wanted), std::move(body),
      [request, done = std::move(done)](base::Result<Outcome> outcome) mutable {
        if (outcome) {
          base::log::info("audit", "sub-queues cleared",
                          {{"caller", request.actor}, {"sub-queue", request.sub_queue.value_or("(all open to it)")}});
        }
        done(std::move(outcome));
      });
}

}  // namespace jeton::queues
