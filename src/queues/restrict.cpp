#include "queues/restrict.hpp"

#include <utility>

#include "base/log.hpp"
#include "queues/clear.hpp"
#include "queues/sub_queue_room.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::queues {
namespace {

// Logs what became of it, and hands it on.
auto audited(std::string_view what, std::string sub_queue, std::string actor,
             std::move_only_function<void(base::Result<bool>)> done) {
  return [what, sub_queue = std::move(sub_queue), actor = std::move(actor),
          done = std::move(done)](base::Result<bool> changed) mutable {
    if (changed && *changed) base::log::info("audit", what, {{"caller", actor}, {"sub-queue", sub_queue}});
    done(std::move(changed));
  };
}

}  // namespace

void Restrict::operator()(std::string sub_queue, std::string actor, base::Instant now, store::StillWanted still_wanted,
                          Done done) {
  auto body = [sub_queue, actor, now](store::Transaction& transaction) -> base::Result<bool> {
    const auto found = transaction.sub_queues().find(sub_queue);
    if (!found) return base::failure(found.error());
    if (*found && (*found)->restricted) return false;
    const model::EventId event = transaction.next_event();
    const auto restricted = transaction.sub_queues().restrict(sub_queue, {event.value});
    if (!restricted) return restricted;
    if (!*found) {
      if (const auto room = expect_room(transaction, sub_queue); !room) return base::failure(room.error());
    }
    transaction.append(event, now, actor, model::SubQueueRestricted{sub_queue});
    return true;
  };
  auto after = audited("sub-queue restricted", std::move(sub_queue), std::move(actor), std::move(done));
  store::submit_for<bool>(store_, std::move(still_wanted), std::move(body), std::move(after));
}

void LiftRestriction::operator()(std::string sub_queue, bool clear, std::string actor, base::Instant now,
                                 store::StillWanted still_wanted, Done done) {
  auto body = [sub_queue, clear, actor, now](store::Transaction& transaction) -> base::Result<bool> {
    const auto found = transaction.sub_queues().find(sub_queue);
    if (!found) return base::failure(found.error());
    if (!*found || !(*found)->restricted) return false;
    if (clear) {
      const auto cleared = clear_sub_queue(transaction, sub_queue, now, actor);
      if (!cleared) return base::failure(cleared.error());
    }
    if (const auto opened = transaction.sub_queues().open(sub_queue); !opened) return opened;
    transaction.append(now, actor, model::SubQueueOpened{sub_queue});
    return true;
  };
  auto after = audited("restriction of a sub-queue lifted", std::move(sub_queue), std::move(actor), std::move(done));
  store::submit_for<bool>(store_, std::move(still_wanted), std::move(body), std::move(after));
}

}  // namespace jeton::queues
