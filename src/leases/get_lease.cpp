#include "leases/get_lease.hpp"

#include <optional>
#include <utility>

#include "base/log.hpp"
#include "leases/lease_records.hpp"
#include "leases/lease_rules.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {

base::Result<OwnedLease> GetLease::operator()(const Who& who, const LeaseRef& which, base::Instant now) const {
  std::optional<OwnedLease> found;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto lease = find_lease(snapshot.leases(), who, which, now);
    if (!lease) return base::failure(lease.error());
    if (!*lease) return {};
    const bool is_owned = (*lease)->owner() == who.name;
    if (!lives(**lease, now)) {
      if (who.operates) found = OwnedLease{**std::move(lease), {}};
      return {};
    }
    auto secret = is_owned ? snapshot.leases().secret(**lease) : base::Result<base::Secret>(base::Secret{});
    if (!secret) return base::failure(secret.error());
    found = OwnedLease{**std::move(lease), *std::move(secret)};
    return {};
  });
  if (!read) return base::failure(read.error());
  if (!found) return base::failure(no_such_lease(which));
  if (!found->value.empty())
    base::log::info("audit", "secret of a lease shown", {{"caller", who.name}, {"lease", found->lease.name}});
  return *std::move(found);
}

}  // namespace jeton::leases
