#include "authorization/policy_index.hpp"

#include <algorithm>
#include <utility>

namespace jeton::authorization {

using base::Result;
using model::PolicyLevel;
using model::PolicySet;

namespace {

// Multiply and fold: every bit of both ends up in the bits that choose shard and slot.
std::size_t mix(std::size_t seed, std::size_t value) {
  constexpr std::size_t kOdd = 0x9e37'79b9'7f4a'7c15U;
  seed = (seed ^ value) * kOdd;
  return seed ^ seed >> 32U;
}

}  // namespace

std::size_t PolicyIndex::Hash::operator()(const TargetView& target) const noexcept {
  const std::hash<std::string_view> text;
  std::size_t seed = mix(static_cast<std::size_t>(target.target_type), text(target.target));
  seed = mix(seed, text(target.provider));
  return target.cloud == model::kLocalCloud ? seed : mix(seed, text(target.cloud));
}

// The table mixes the whole hash again before it takes its bits, so the shard may have any of them.
std::size_t PolicyIndex::shard_of(const TargetView& target) {
  return Hash{}(target) >> 24U & (kShards - 1);
}

// Called with the shard locked; what was replaced is destroyed by the caller, without the lock.
PolicyIndex::Compiled PolicyIndex::replace(Shard& shard, Compiled set) {
  const PolicyLevel level = set->set().level;
  const TargetView target = set->set().target;
  if (const auto found = shard.entries.find(target); found != shard.entries.end()) {
    std::swap((*found)->at(level), set);
    return set;
  }
  auto entry = std::make_unique<Entry>();
  entry->at(level) = std::move(set);
  shard.entries.insert(std::move(entry));
  return nullptr;
}

void PolicyIndex::put(PolicySet set) {
  auto compiled = std::make_unique<CompiledPolicySet>(std::move(set));
  Shard& place = shard(compiled->set().target);
  Compiled replaced;
  const std::unique_lock lock(place.mutex);
  replaced = replace(place, std::move(compiled));
}

void PolicyIndex::reserve(std::size_t targets) {
  for (Shard& place : shards_) {
    const std::unique_lock lock(place.mutex);
    place.entries.reserve(targets / kShards);
  }
}

void PolicyIndex::load(std::vector<PolicySet> sets) {
  std::array<std::vector<Compiled>, kShards> parts;
  for (PolicySet& set : sets) {
    auto compiled = std::make_unique<CompiledPolicySet>(std::move(set));
    const std::size_t at = shard_of(compiled->set().target);
    parts[at].push_back(std::move(compiled));
  }
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::unique_lock lock(shards_[i].mutex);
    for (Compiled& compiled : parts[i]) compiled = replace(shards_[i], std::move(compiled));
  }
}

bool PolicyIndex::describe(const TargetView& target, PolicyLevel level, std::string_view description) {
  Shard& place = shard(target);
  const std::unique_lock lock(place.mutex);
  const auto found = place.entries.find(target);
  if (found == place.entries.end() || !(*found)->at(level)) return false;
  (*found)->at(level)->describe(description);
  return true;
}

bool PolicyIndex::remove(PolicyLevel level, const TargetView& target) {
  Shard& place = shard(target);
  const std::unique_lock lock(place.mutex);
  const auto found = place.entries.find(target);
  if (found == place.entries.end() || !(*found)->at(level)) return false;
  Entry& entry = **found;
  if (entry.management && entry.provider) {
    entry.at(level).reset();
  } else {
    place.entries.erase(found);
  }
  return true;
}

Result<Decision> PolicyIndex::decide(const TargetView& target, std::string_view consumer, std::string_view scope,
                                     KnownMetadata metadata) const {
  const Shard& place = shard(target);
  const std::shared_lock lock(place.mutex);
  const auto found = place.entries.find(target);
  if (found == place.entries.end()) return Decision{};
  return authorization::decide((*found)->management.get(), (*found)->provider.get(), consumer, scope, metadata);
}

std::optional<PolicySet> PolicyIndex::find(PolicyLevel level, const TargetView& target) const {
  const Shard& place = shard(target);
  const std::shared_lock lock(place.mutex);
  const auto found = place.entries.find(target);
  if (found == place.entries.end() || !(*found)->at(level)) return std::nullopt;
  return (*found)->at(level)->set();
}

std::size_t PolicyIndex::size() const {
  std::size_t total = 0;
  for (const Shard& place : shards_) {
    const std::shared_lock lock(place.mutex);
    for (const Stored& entry : place.entries) total += (entry->management ? 1U : 0U) + (entry->provider ? 1U : 0U);
  }
  return total;
}

}  // namespace jeton::authorization
