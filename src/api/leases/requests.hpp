// What is asked about leases, by whichever form of the API (token-lease 1.4), and the bodies of REST that ask it. Pure.
// Failures are kInvalid at a member.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"
#include "leases/list_leases.hpp"
#include "leases/revoke_leases.hpp"
#include "leases/who.hpp"

namespace jeton::api::leases {

struct CreateRequest {
  std::string provider;               ///< empty: the default one
  std::string role;                   ///< empty: none
  std::optional<base::Duration> ttl;  ///< absent: the provider's default
  base::json::Object options;         ///< without `ttl`
  std::string idempotency_key;        ///< empty: none
};
struct GetRequest {
  jeton::leases::LeaseRef which;
};
struct RevokeRequest {
  jeton::leases::LeaseRef which;
};
struct RenewRequest {
  jeton::leases::LeaseRef which;
  base::Duration increment{};  ///< zero: the lease's own ttl again
};
struct ListRequest {
  jeton::leases::LeaseFilter filter;
};
struct RevokeManyRequest {
  jeton::leases::RevokeLeases::Selection selection;  ///< has a member
};
struct AbandonRequest {
  jeton::leases::LeaseRef which;
  std::string reason;
};
struct ReleaseRequest {
  std::optional<jeton::leases::LeaseRef> which;  ///< absent: the selection; one without members is all of them
  jeton::leases::RevokeLeases::Selection selection;
};

/// The members of a message; `ttl` may stand beside `options` or in it.
base::Result<CreateRequest> read_create(const base::json::Object& body);
/// All of `create` but the time: `provider`, `role` and `idempotency_key`.
base::Result<CreateRequest> read_names(const base::json::Object& body);
/// `increment` in milliseconds; zero when it is absent.
base::Result<base::Duration> read_increment(const base::json::Object& body);
/// `reason` of giving a lease up.
base::Result<std::string> read_reason(const base::json::Object& body);
/// `prefix`, `owner`, `provider`, at least one of them.
base::Result<RevokeManyRequest> read_revoke_many(const base::json::Object& body);
/// `id`, which `provider` may go with; or some of `prefix`, `owner`, `provider`; or `all`, which is true then.
base::Result<ReleaseRequest> read_release(const base::json::Object& body);

/// Anything that a lease may be called by: what its provider calls it, or its name.
base::Result<jeton::leases::LeaseRef> check_id(std::string_view id, std::string provider);
/// The literal of a state.
base::Result<model::LeaseState> read_status(std::string_view text);

/// A member that must be a text with something in it.
base::Result<std::string> required_text(const base::json::Object& body, std::string_view name);

}  // namespace jeton::api::leases
