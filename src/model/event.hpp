// What the event log holds: every state change, committed together with the change. Everything that follows, follows
// this.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "model/encryption_key.hpp"
#include "model/lease.hpp"
#include "model/policy.hpp"
#include "model/queue.hpp"
#include "model/token.hpp"

namespace jeton::model {

/// Numbers ascend in the order of commit and are never given twice; rolled-back work may leave gaps. What a change
/// creates takes its event's number as its own id, so that one counter orders all.
using EventId = base::Id<struct EventIdTag>;

struct PolicyGranted {
  PolicySet policy;
};
struct PolicyDescribed {
  PolicyId id;
  PolicyLevel level = PolicyLevel::kProvider;
  PolicyTarget target;
  std::string description;
};
struct PolicyRevoked {
  PolicyId id;
  PolicyLevel level = PolicyLevel::kProvider;
  PolicyTarget target;
};
struct TokenIssued {
  AccessToken token;
};
struct TokenUsed {
  TokenId id;
  TokenDigest digest{};
  std::int64_t uses_left = 0;
};
struct TokenEnded {
  TokenId id;
  TokenDigest digest{};
  TokenEnd reason = TokenEnd::kRevoked;
};
struct EncryptionKeyRegistered {
  std::string system;
  std::shared_ptr<const EncryptionKey>
      key;  ///< on the node that wrote it only; never encoded: followers elsewhere read the table
};
struct EncryptionKeyRemoved {
  std::string system;
};

/// A message is in a sub-queue from now on, its number the event's: published, or moved there as a dead letter.
/// Payloads are never in events. Taking and deleting a message leaves no event, for nothing follows them.
struct MessageArrived {
  std::string uuid;
  std::string sub_queue;
  MessageState state = MessageState::kReady;
  std::optional<base::Instant> deadline;
  std::string moved_from;  ///< the sub-queue a dead letter was in; empty: published
};
/// Somebody holds it, for a time only.
struct MessageHeld {
  MessageId id;
  std::string sub_queue;
  base::Instant deadline;
};
/// It is free again, or its delay is over.
struct MessageReadied {
  MessageId id;
  std::string sub_queue;
  std::optional<base::Instant> deadline;
};
struct SubQueueRestricted {
  std::string sub_queue;
};
struct SubQueueOpened {
  std::string sub_queue;
};
struct SubQueueCleared {
  SubQueueId id;  ///< under which its messages were kept
  std::string sub_queue;
  std::int64_t messages = 0;
};

/// The intent to have a credential made is on disk; the provider is called now.
struct LeaseRequested {
  LeaseId id;
  std::string name;
  std::string owner;
  std::string provider;
  std::string label;
  base::Instant due_at;
};
/// The credential is made, and its owner gets it.
struct LeaseGranted {
  LeaseId id;
  std::string name;
  std::string owner;
  std::string provider;
  std::string external_id;
  TokenDigest digest{};
  base::Instant issued_at;
  base::Instant expires_at;
};
struct LeaseRenewed {
  LeaseId id;
  std::string name;
  std::string provider;
  base::Instant expires_at;
};
/// It no longer holds, and is taken back at the provider from `due_at` on.
struct LeaseEnding {
  LeaseId id;
  std::string name;
  std::string provider;
  LeaseEnd reason = LeaseEnd::kNone;
  base::Instant due_at;
};
/// The provider refuses to take it back.
struct LeaseStuck {
  LeaseId id;
  std::string name;
  std::string provider;
  std::string error;
};
/// Nothing is left to be done about it.
struct LeaseEnded {
  LeaseId id;
  std::string name;
  std::string provider;
  LeaseState state = LeaseState::kRevoked;
  LeaseEnd reason = LeaseEnd::kNone;
  std::string note;  ///< why an operator gave it up; why the provider did not make it
};
/// An operator let held revocations go.
struct LeaseReleased {
  LeaseId id;
  std::string name;
  std::string provider;
};

/// Bodies name what changed by ids, names and rules, never payloads: the newest events are kept in memory.
using EventBody = std::variant<PolicyGranted, PolicyDescribed, PolicyRevoked, TokenIssued, TokenUsed, TokenEnded,
                               EncryptionKeyRegistered, EncryptionKeyRemoved, MessageArrived, MessageHeld,
                               MessageReadied, SubQueueRestricted, SubQueueOpened, SubQueueCleared, LeaseRequested,
                               LeaseGranted, LeaseRenewed, LeaseEnding, LeaseStuck, LeaseEnded, LeaseReleased>;

struct Event {
  EventId id;
  base::Instant at;
  std::string actor;  ///< the caller it was done for; a task's name for what the server did by itself
  EventBody body;
};

/// About what it takes in memory.
std::size_t bytes_of(const Event& event);

/// "policy.granted", "policy.described", "policy.revoked", "token.issued", "token.used", "token.ended",
/// "encryption-key.registered", "encryption-key.removed", "message.arrived", "message.held", "message.readied",
/// "sub-queue.restricted", "sub-queue.opened", "sub-queue.cleared", "lease.requested", "lease.granted",
/// "lease.renewed",
/// "lease.ending", "lease.stuck", "lease.ended", "lease.released". Static storage.
std::string_view kind_of(const EventBody& body);

/// The body as a compact JSON object, without secrets. decode_body(kind_of(b), encode_body(b)) gives b again.
std::string encode_body(const EventBody& body);
/// kInternal, naming the kind, for a kind of a later release or a damaged text.
base::Result<EventBody> decode_body(std::string_view kind, std::string_view text);

BOOST_DESCRIBE_STRUCT(PolicyGranted, (), (policy))
BOOST_DESCRIBE_STRUCT(PolicyDescribed, (), (id, level, target, description))
BOOST_DESCRIBE_STRUCT(PolicyRevoked, (), (id, level, target))
BOOST_DESCRIBE_STRUCT(TokenIssued, (), (token))
BOOST_DESCRIBE_STRUCT(TokenUsed, (), (id, digest, uses_left))
BOOST_DESCRIBE_STRUCT(TokenEnded, (), (id, digest, reason))
BOOST_DESCRIBE_STRUCT(EncryptionKeyRegistered, (), (system))
BOOST_DESCRIBE_STRUCT(EncryptionKeyRemoved, (), (system))
BOOST_DESCRIBE_STRUCT(MessageArrived, (), (uuid, sub_queue, state, deadline, moved_from))
BOOST_DESCRIBE_STRUCT(MessageHeld, (), (id, sub_queue, deadline))
BOOST_DESCRIBE_STRUCT(MessageReadied, (), (id, sub_queue, deadline))
BOOST_DESCRIBE_STRUCT(SubQueueRestricted, (), (sub_queue))
BOOST_DESCRIBE_STRUCT(SubQueueOpened, (), (sub_queue))
BOOST_DESCRIBE_STRUCT(SubQueueCleared, (), (id, sub_queue, messages))
BOOST_DESCRIBE_STRUCT(LeaseRequested, (), (id, name, owner, provider, label, due_at))
BOOST_DESCRIBE_STRUCT(LeaseGranted, (), (id, name, owner, provider, external_id, digest, issued_at, expires_at))
BOOST_DESCRIBE_STRUCT(LeaseRenewed, (), (id, name, provider, expires_at))
BOOST_DESCRIBE_STRUCT(LeaseEnding, (), (id, name, provider, reason, due_at))
BOOST_DESCRIBE_STRUCT(LeaseStuck, (), (id, name, provider, error))
BOOST_DESCRIBE_STRUCT(LeaseEnded, (), (id, name, provider, state, reason, note))
BOOST_DESCRIBE_STRUCT(LeaseReleased, (), (id, name, provider))

}  // namespace jeton::model
