#include "authorization/policy_follower.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace jeton::authorization {

base::Status PolicyFollower::load(const store::Snapshot& snapshot) {
  std::vector<model::PolicySet> sets;
  const auto status = snapshot.policies().scan([&](model::PolicySet&& set) { sets.push_back(std::move(set)); });
  if (status) index_.load(std::move(sets));
  return status;
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
