// Empties sub-queues and takes them off the keys (message-queue 3.2, 13).
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "queues/access.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::store {
class Transaction;
}

namespace jeton::queues {

/// One sub-queue, with its event, whoever asks. Its messages are gone for every reader; their rows go later.
base::Status clear_sub_queue(store::Transaction& transaction, std::string_view sub_queue, base::Instant now,
                             const std::string& actor);

class Clear {
 public:
  struct Request {
    std::optional<std::string> sub_queue;  ///< none: every one that the caller may clear
    Credential credential;
    std::string actor;  ///< for the event log
  };
  enum class Outcome : std::uint8_t { kAll, kSomeSkipped };
  /// Called on the commit thread once it is durable. kForbidden for a named one that is closed to the caller.
  using Done = std::move_only_function<void(base::Result<Outcome>)>;

  Clear(store::Store& store, const Access& access) : store_(store), access_(access) {}
  void operator()(Request request, base::Instant now, store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
  const Access& access_;
};

}  // namespace jeton::queues
