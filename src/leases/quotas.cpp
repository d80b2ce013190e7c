#include "leases/quotas.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace jeton::leases {

base::Status reserve(store::Transaction& transaction, const model::Lease& lease, const Quotas& quotas,
                     std::int64_t provider_max, bool exempt) {
  using store::LeaseCountKind;
  struct Bound {
    LeaseCountKind kind;
    std::string name;
    std::int64_t maximum;
    std::string_view key;
  };
  const std::array<Bound, 4> bounds = {
      {{LeaseCountKind::kTotal, "", quotas.total, "leases.quotas.total"},
       {LeaseCountKind::kProvider, lease.provider(), provider_max, "max-leases of the provider"},
       {LeaseCountKind::kRole, lease.provider() + "/" + lease.role(), lease.role().empty() ? 0 : quotas.role,
        "leases.quotas.role"},
       {LeaseCountKind::kOwner, lease.owner(), quotas.owner, "leases.quotas.owner"}}};
  for (const Bound& bound : bounds) {
    if (exempt || bound.maximum == 0) continue;
    const auto count = transaction.leases().count_of(bound.kind, bound.name);
    if (!count) return base::failure(count.error());
    if (*count < bound.maximum) continue;
    return base::failure(
        {base::ErrorCode::kTooManyRequests,
         fmt::format("there are {} leases{}{} already, and {} allows no more; a lease counts until its provider has "
                     "taken it back",
                     *count, bound.name.empty() ? "" : " of ", bound.name, bound.key),
         {}});
  }
  return transaction.leases().count_in(lease);
}

}  // namespace jeton::leases
