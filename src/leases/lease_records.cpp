#include "leases/lease_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.hpp"
#include "leases/lease_rules.hpp"

namespace jeton::leases {
namespace {

using model::Lease;
using model::LeaseState;

// Ids of providers are seldom the same; what is looked at when they are.
constexpr std::int64_t kSameIdsMax = 64;

LeaseState state_of_ending(LeaseState before) {
  switch (before) {
    case LeaseState::kIntent:
      return LeaseState::kUnknown;
    case LeaseState::kActive:
      return LeaseState::kRevoking;
    default:
      return before;
  }
}

bool may_see(const Who& who, const Lease& lease) {
  return who.operates || lease.owner() == who.name;
}

}  // namespace

base::Result<bool> begin_ending(store::Transaction& transaction, Lease& lease, const Ending& ending, base::Instant now,
                                const std::string& actor) {
  const Lease read = lease;
  lease.state = state_of_ending(read.state);
  if (lease.end == model::LeaseEnd::kNone) lease.end = ending.reason;
  // What may still be being made is not looked for before that is over, whoever says so; nor later, however often an
  // order is repeated.
  const bool may_be_made = read.state == LeaseState::kIntent || read.state == LeaseState::kUnknown;
  if (!may_be_made || !read.due_at) {
    lease.due_at = ending.due_at;
  } else if (!ending.is_order) {
    lease.due_at = std::max(*read.due_at, ending.due_at);
  }
  lease.released = read.released || ending.is_order;
  lease.idempotency_key.clear();
  const auto changed = transaction.leases().change(read, lease);
  if (!changed || !*changed) return changed;
  // Who follows the log learns of what is new, and when an order makes something due sooner.
  if (lease.state != read.state || ending.is_order)
    transaction.append(now, actor,
                       model::LeaseEnding{lease.id, lease.name, lease.provider(), lease.end, *lease.due_at});
  return true;
}

base::Result<bool> end_lease(store::Transaction& transaction, Lease& lease, const End& end, base::Instant now,
                             Keep keep, const std::string& actor) {
  const Lease read = lease;
  lease.state = end.state;
  lease.end = end.reason;
  lease.due_at = now + keep.ended;
  lease.idempotency_key.clear();
  const auto changed = transaction.leases().change(read, lease);
  if (!changed || !*changed) return changed;
  if (const auto counted = transaction.leases().count_out(lease); !counted) return base::failure(counted.error());
  if (const auto forgot = transaction.leases().set_secret(lease, {}); !forgot) return base::failure(forgot.error());
  transaction.append(now, actor,
                     model::LeaseEnded{lease.id, lease.name, lease.provider(), end.state, end.reason, end.note});
  return true;
}

base::Result<std::optional<Lease>> find_lease(const store::LeaseTable& leases, const Who& who, const LeaseRef& which,
                                              base::Instant now) {
  auto named = leases.find_by_name(which.id);
  if (!named) return named;
  if (*named && may_see(who, **named)) return named;
  auto found = leases.find_by_external_id(which.id, which.provider, kSameIdsMax);
  if (!found) return base::failure(found.error());
  std::erase_if(*found, [&](const Lease& lease) { return !may_see(who, lease); });
  if (found->empty()) return std::optional<Lease>{};
  const auto living = std::ranges::find_if(*found, [&](const Lease& lease) { return lives(lease, now); });
  return std::optional<Lease>(living != found->end() ? *living : found->front());
}

base::Error no_such_lease(const LeaseRef& which) {
  return base::not_found(fmt::format("there is no lease {} of yours", base::shown(which.id)));
}

}  // namespace jeton::leases
