#include "authorization/policy_follower.hpp"

#include <utility>
#include <variant>

#include "authorization/policy_load.hpp"

namespace jeton::authorization {

base::Status PolicyFollower::load(const store::Snapshot& snapshot) {
  const auto count = snapshot.policies().count();
  if (!count) return base::failure(count.error());
  index_.reserve(static_cast<std::size_t>(*count));
  PolicyLoad load(index_);
  base::Status scanned = snapshot.policies().scan([&](store::StoredPolicy&& policy) { load.add(std::move(policy)); });
  base::Status put = load.finish();
  return scanned ? put : scanned;
}

void PolicyFollower::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* granted = std::get_if<model::PolicyGranted>(&event.body)) {
      index_.put(granted->policy);
    } else if (const auto* described = std::get_if<model::PolicyDescribed>(&event.body)) {
      index_.describe(described->target, described->level, described->description);
    } else if (const auto* revoked = std::get_if<model::PolicyRevoked>(&event.body)) {
      index_.remove(revoked->level, revoked->target);
    }
  }
}

}  // namespace jeton::authorization
