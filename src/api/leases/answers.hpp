// Leases as clients read them: JSON of messages and of REST alike (token-lease 1.1.3, 1.1.4, 1.4 A1), and CBOR
// (token-lease 1.2.1). Pure.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json/names.hpp"
#include "leases/list_leases.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/who.hpp"
#include "store/lease_table.hpp"

namespace jeton::api::leases {

/// The lease object: the six members of the seed, then those that 1.4 allows. Times of JSON are milliseconds and
/// RFC 3339.
struct LeaseBody {
  std::string_view id;                    ///< what the provider calls it; empty: not known
  std::optional<std::string_view> value;  ///< the secret, for its owner only
  std::int64_t ttl = 0;                   ///< as granted last, never counted down
  std::string issued;                     ///< the provider's own time of making as it wrote it, or else ours
  bool renewable = false;                 ///< it lives, and a renewal could move its end: clients need not ask in vain
  std::vector<std::string> tags;
  std::string_view lease_id;  ///< its name
  std::string_view provider;
  std::optional<std::string_view> role;
  std::string_view owner;
  std::optional<base::Instant> expires;
  model::LeaseState status = model::LeaseState::kActive;
  std::int64_t max_ttl = 0;                  ///< from its issue to its hard end
  std::optional<std::string_view> username;  ///< to be presented with the secret, where the provider wants one
  std::optional<model::LeaseEnd> reason;     ///< why it ends or ended
  std::optional<base::Instant> due;          ///< when it is taken back, or that is tried again
  std::optional<std::string_view> error;     ///< of the last try
};

/// One number of GET /leases/counts.
struct CountBody {
  store::LeaseCountKind kind = store::LeaseCountKind::kTotal;
  std::string_view name;
  std::int64_t count = 0;
};

/// One provider of GET /leases/providers.
struct ProviderBody {
  std::string_view name;
  std::string_view type;
  bool is_default = false;
  bool available = false;              ///< it was when it was called last
  std::optional<std::string> trouble;  ///< what it said then; for operators
  std::int64_t ttl = 0;                ///< of who does not say
  std::int64_t max_ttl = 0;
  std::string policy_target;  ///< the service that policies grant
  // For operators, as of a few seconds ago.
  std::optional<std::int64_t> live;
  std::optional<std::int64_t> waiting;  ///< to be taken back
  std::optional<std::int64_t> irrevocable;
};

/// {"result":"success","lease":{…}}
void append_lease_answer(std::string& out, const jeton::leases::OwnedLease& lease);
/// The same without the secret.
void append_lease_answer(std::string& out, const model::Lease& lease);
/// {"result":"success","leases":[…],"cursor":…}: without secrets; no cursor after the last page.
void append_page_answer(std::string& out, const jeton::leases::LeasePage& page);
/// {"result":"success"}
void append_success_answer(std::string& out);
/// {"result":"success","count":n}
void append_count_answer(std::string& out, std::int64_t count);
/// {"result":"success","counts":[…],"remaining":n}
void append_counts_answer(std::string& out, const std::vector<CountBody>& counts,
                          std::optional<std::int64_t> remaining);
/// {"result":"success","providers":[…]}
void append_providers_answer(std::string& out, const std::vector<ProviderBody>& providers);
/// {"result":"success","status":…,"message":…}: ended here; its provider has not confirmed ("revoking"), or refuses
/// ("irrevocable").
void append_later_answer(std::string& out, const jeton::leases::RevokeLease::Outcome& outcome);
/// {"result":"failure","code":…,"message":…}
void append_failure_answer(std::string& out, const base::Error& error);
/// What to say where "ended here, and not confirmed" is a failure.
base::Error not_confirmed(const jeton::leases::RevokeLease::Outcome& outcome);

/// Maps of 1.2.1. `value` is empty for a lease without its secret.
void append_lease_cbor(std::string& out, const model::Lease& lease, std::string_view value);
void append_page_cbor(std::string& out, const jeton::leases::LeasePage& page);

/// For the reference, as JSON Schema texts.
std::string lease_schema();
std::string page_schema();
std::string success_schema();
std::string count_schema();
std::string later_schema();
std::string counts_schema();
std::string providers_schema();

BOOST_DESCRIBE_STRUCT(LeaseBody, (),
                      (id, value, ttl, issued, renewable, tags, lease_id, provider, role, owner, expires, status,
                       max_ttl, username, reason, due, error))
BOOST_DESCRIBE_STRUCT(CountBody, (), (kind, name, count))
BOOST_DESCRIBE_STRUCT(ProviderBody, (),
                      (name, type, is_default, available, trouble, ttl, max_ttl, policy_target, live, waiting,
                       irrevocable))

}  // namespace jeton::api::leases

template <>
inline constexpr bool jeton::base::json::kKeepsMemberNames<jeton::api::leases::LeaseBody> = true;
template <>
inline constexpr bool jeton::base::json::kKeepsMemberNames<jeton::api::leases::ProviderBody> = true;
