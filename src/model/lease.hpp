// Leases: credentials of other services, handed out for a time (token-lease 1.4, 5.2).
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"
#include "model/token.hpp"

namespace jeton::model {

/// The number of the event that told of the intent.
using LeaseId = TokenId;

/// The last record of a lease (token-lease 5.2). The numbers are stored.
enum class LeaseState : std::uint8_t {
  kIntent = 1,       ///< on disk, and the provider may have been called: it is not known yet what came of it
  kUnknown = 2,      ///< the provider may or may not have made the credential: it is taken back
  kActive = 3,       ///< lives until expires_at
  kRevoking = 4,     ///< ended for its owner; the provider has not confirmed yet
  kIrrevocable = 5,  ///< the provider refuses to take it back: kept, shown, tried again rarely
  kRevoked = 6,      ///< taken back
  kAborted = 7,      ///< never came to be
  kAbandoned = 8,    ///< an operator gave it up; it may still work at the provider
  kLost = 9,         ///< vanished at the provider by itself
};
/// Whether nothing is left to be done about it.
constexpr bool is_ended(LeaseState state) {
  return state >= LeaseState::kRevoked;
}

/// Why a lease ends. The numbers are stored.
enum class LeaseEnd : std::uint8_t {
  kNone = 0,
  kExpired = 1,
  kRevoked = 2,   ///< its owner or an operator said so
  kUnknown = 3,   ///< it is not known whether it was made
  kUnwanted = 4,  ///< it was made, and could not be recorded or handed over
  kRefused = 5,   ///< the provider did not make it
  kForced = 6,    ///< given up by an operator
  kLost = 7,      ///< vanished at the provider
};

/// How a provider knows a credential: all that is needed to take it back, whatever the configuration says by then
/// (token-lease 5.3). No secret is in it.
struct LeaseHandle {
  std::string label;        ///< chosen by us before the provider is called, never used twice
  std::string external_id;  ///< what the provider calls it; empty: not known (yet)
  std::string data;         ///< a JSON object of the provider's own

  bool operator==(const LeaseHandle&) const = default;
};

/// A leased credential is a token that is limited by its time: `subject` is the owner, `audience` the provider, `scope`
/// the role (empty: none), `digest` that of the secret, to find a lease by a secret that turned up somewhere. The
/// secret itself is not in here.
struct Lease : Token {
  std::string name;  ///< "influx/plant/4f…": provider, role ("-": none), random part
  LeaseState state = LeaseState::kIntent;
  LeaseEnd end = LeaseEnd::kNone;
  LeaseHandle handle;
  std::string issued;      ///< the provider's own time of making as it wrote it; empty: none. Information only
  base::Duration ttl{};    ///< as granted last; `expires_at` is what counts
  base::Instant hard_end;  ///< no renewal goes past it
  std::optional<base::Instant> due_at;  ///< when something has to be done about it; absent: not by itself
  std::int64_t attempts = 0;            ///< of taking it back that the provider answered and that failed
  std::string last_error;               ///< of those; without secrets
  bool released = false;                ///< may be taken back while revocations are held
  std::string idempotency_key;          ///< empty: none

  const std::string& owner() const { return subject; }
  const std::string& provider() const { return audience; }
  const std::string& role() const { return scope; }

  bool operator==(const Lease&) const = default;
};

BOOST_DESCRIBE_STRUCT(LeaseHandle, (), (label, external_id, data))

}  // namespace jeton::model

template <>
struct jeton::base::EnumText<jeton::model::LeaseState> {
  using enum model::LeaseState;
  static constexpr auto kRows = enum_rows<model::LeaseState>({{kIntent, "intent"},
                                                              {kUnknown, "unknown"},
                                                              {kActive, "active"},
                                                              {kRevoking, "revoking"},
                                                              {kIrrevocable, "irrevocable"},
                                                              {kRevoked, "revoked"},
                                                              {kAborted, "aborted"},
                                                              {kAbandoned, "abandoned"},
                                                              {kLost, "lost"}});
};
template <>
struct jeton::base::EnumText<jeton::model::LeaseEnd> {
  using enum model::LeaseEnd;
  static constexpr auto kRows = enum_rows<model::LeaseEnd>({{kNone, "none"},
                                                            {kExpired, "expired"},
                                                            {kRevoked, "revoked"},
                                                            {kUnknown, "unknown"},
                                                            {kUnwanted, "unwanted"},
                                                            {kRefused, "refused"},
                                                            {kForced, "forced"},
                                                            {kLost, "lost"}});
};
