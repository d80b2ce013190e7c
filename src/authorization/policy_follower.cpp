#include "authorization/policy_follower.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace jeton::authorization {

base::Result<std::size_t> PolicyFollower::load(store::Store& store) {
  std::vector<model::PolicySet> sets;
  const auto status = store.read([&](const store::Snapshot& snapshot) {
    sets.clear();
    return snapshot.policies().scan([&](model::PolicySet&& set) { sets.push_back(std::move(set)); });
  });
  if (!status) return base::failure(status.error());
  const std::size_t count = sets.size();
  index_.load(std::move(sets));
  return count;
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
