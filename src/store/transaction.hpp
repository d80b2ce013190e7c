// What the body of a write and of a read are given: the tables, and for a write the numbers of its events.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "store/access_token_table.hpp"
#include "store/encryption_key_table.hpp"
#include "store/event_log.hpp"
#include "store/group_overlay.hpp"
#include "store/lease_table.hpp"
#include "store/message_table.hpp"
#include "store/policy_table.hpp"
#include "store/sql.hpp"
#include "store/sub_queue_table.hpp"

namespace jeton::store {

/// The tables for reading. All answers belong to one state of the database.
class Snapshot {
 public:
  Snapshot(Connection& connection, const base::Sealing& sealer)
      : policies_(connection),
        access_tokens_(connection),
        encryption_keys_(connection, sealer),
        sub_queues_(connection),
        messages_(connection),
        leases_(connection, sealer),
        events_(connection) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const PolicyTable& policies() const { return policies_; }
  const AccessTokenTable& access_tokens() const { return access_tokens_; }
  const EncryptionKeyTable& encryption_keys() const { return encryption_keys_; }
  const SubQueueTable& sub_queues() const { return sub_queues_; }
  const MessageTable& messages() const { return messages_; }
  const LeaseTable& leases() const { return leases_; }
  const EventLog& events() const { return events_; }

 protected:
  PolicyTable policies_;
  AccessTokenTable access_tokens_;
  EncryptionKeyTable encryption_keys_;
  SubQueueTable sub_queues_;
  MessageTable messages_;
  LeaseTable leases_;
  EventLog events_;
};

/// The tables for reading and writing, and the events that go with what is written. Sees its own changes and those of
/// the bodies that ran before it.
///
/// Whatever a body answers: it fails when a statement of it failed in the database, and when it reserved a number
/// without appending the event.
class Transaction : public Snapshot {
 public:
  /// `last` is the greatest number given so far.
  Transaction(Connection& connection, const base::Sealing& sealer, model::EventId last)
      : Snapshot(connection, sealer), last_(last) {}

  using Snapshot::access_tokens;
  using Snapshot::encryption_keys;
  using Snapshot::events;
  using Snapshot::leases;
  using Snapshot::messages;
  using Snapshot::policies;
  using Snapshot::sub_queues;
  PolicyTable& policies() { return policies_; }
  AccessTokenTable& access_tokens() { return access_tokens_; }
  EncryptionKeyTable& encryption_keys() { return encryption_keys_; }
  SubQueueTable& sub_queues() { return sub_queues_; }
  MessageTable& messages() { return messages_; }
  LeaseTable& leases() { return leases_; }
  EventLog& events() { return events_; }

  /// Reserves the number of an event, which is also the id of the row that the event tells of. Greater than every
  /// number before.
  model::EventId next_event();
  /// Appends an event under a new number.
  model::EventId append(base::Instant at, std::string actor, model::EventBody body);
  /// Appends the event for a reserved number, once.
  void append(model::EventId reserved, base::Instant at, std::string actor, model::EventBody body);

  GroupOverlay& overlay() { return overlay_; }

  /// For the group: a body begins, ended well (kInternal when a reserved number has no event), failed; the group ended.
  void begin_body();
  base::Status end_body();
  void roll_back_body();
  void end_group();
  /// The events of the bodies that ended well since end_group(), ascending.
  std::vector<model::Event>& pending() { return pending_; }
  model::EventId last() const { return last_; }

 private:
  model::EventId last_;
  GroupOverlay overlay_;
  std::vector<model::Event> pending_;
  std::size_t body_begin_ = 0;  ///< of the running body's events in pending_
  std::int64_t reserved_ = 0;   ///< numbers the running body reserved and did not append yet
};

}  // namespace jeton::store
