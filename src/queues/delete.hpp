// Removes messages: how a consumer says that it is done (message-queue 3.2, 6).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "queues/message_change.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

class Delete {
 public:
  /// Called on the commit thread once it is durable: the uuids that were there, in the order given. kForbidden, and
  /// nothing is removed, when one of them may not be.
  using Done = std::move_only_function<void(base::Result<std::vector<std::string>>)>;

  Delete(store::Store& store, const Access& access) : store_(store), access_(access) {}
  /// `request.uuid` is not used.
  void operator()(std::vector<std::string> uuids, MessageRequest request, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
  const Access& access_;
};

}  // namespace jeton::queues
