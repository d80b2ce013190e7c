// Puts messages into their sub-queues, all or none.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"
#include "queues/message_uuids.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::queues {

/// What a publisher says of a message. Whoever calls has checked names and sizes (message_rules.hpp), and the access.
struct NewMessage {
  std::string sub_queue;
  std::optional<std::string> assigned_to;  ///< not blank
  std::string payload = "null";            ///< JSON text
  std::string uuid;                        ///< empty: one is made
  base::Duration delay{};                  ///< handed out only after it; nothing when it is assigned already
  std::optional<base::Duration> ttl;
};

class Publish {
 public:
  /// Called on the commit thread once it is durable. kConflict when a uuid is in use, and nothing was kept.
  using Done = std::move_only_function<void(base::Result<std::vector<model::Message>>)>;

  Publish(store::Store& store, MessageUuids& uuids) : store_(store), uuids_(uuids) {}
  /// The answer has the messages in the order given. `actor` goes into the event log.
  void operator()(std::vector<NewMessage> messages, std::string actor, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
  MessageUuids& uuids_;
};

}  // namespace jeton::queues
