#include "queues/delete.hpp"

#include <utility>

#include "queues/assignment_rules.hpp"
#include "store/submit_for.hpp"

namespace jeton::queues {
namespace {

/// False: another node removed it. kUnavailable when it only changed there, for it was judged as it was before.
base::Result<bool> remove_as_judged(store::Transaction& transaction, const model::Message& message) {
  auto gone = transaction.messages().remove(message);
  if (!gone || *gone) return gone;
  const auto left = transaction.messages().find(message.uuid);
  if (!left) return base::failure(left.error());
  if (!*left) return false;
  if (const auto status = expect_changed(gone, message); !status) return base::failure(status.error());
  return false;
}

}  // namespace

void Delete::operator()(std::vector<std::string> uuids, MessageRequest request, base::Instant now,
                        store::StillWanted still_wanted, Done done) {
  auto body = [this, uuids = std::move(uuids), request = std::move(request),
               now](store::Transaction& transaction) mutable -> base::Result<std::vector<std::string>> {
    // All are judged before one is removed, so that a refusal costs the other writes of the group nothing.
    std::vector<model::Message> messages;
    for (const std::string& uuid : uuids) {
      request.uuid = uuid;
      auto found = find_for(transaction, access_, request, now);
      if (!found) return base::failure(found.error());
      if (!*found) continue;
      if (const auto allowed = remove(**found, request.assigned_to); !allowed) return base::failure(allowed.error());
      messages.push_back(std::move(**found));
    }
    std::vector<std::string> removed;
    for (model::Message& message : messages) {
      const auto gone = remove_as_judged(transaction, message);
      if (!gone) return base::failure(gone.error());
      if (!*gone) continue;
      if (const auto counted = transaction.sub_queues().count_out(message.sub_queue_id, 1); !counted)
        return base::failure(counted.error());
      removed.push_back(std::move(message.uuid));
    }
    return removed;
  };
  store::submit_for<std::vector<std::string>>(store_, std::move(still_wanted), std::move(body), std::move(done));
}

}  // namespace jeton::queues
