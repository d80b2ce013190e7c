// All policy sets in memory, so that a decision costs a look-up and no disk (DESIGN 1). Thread-safe: any number of
// readers, writers are rare. Filled from the store at start-up, then kept up by the event log.
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "authorization/policy_rules.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"

namespace jeton::authorization {

/// A PolicyTarget that owns nothing. All names are normalized.
struct TargetView {
  std::string_view cloud;
  std::string_view provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string_view target;

  TargetView() = default;
  TargetView(std::string_view cloud_name, std::string_view provider_name, model::TargetType type,
             std::string_view target_name)
      : cloud(cloud_name), provider(provider_name), target_type(type), target(target_name) {}
  explicit(false) TargetView(const model::PolicyTarget& from)  // implicit, as a string is a string_view
      : cloud(from.cloud), provider(from.provider), target_type(from.target_type), target(from.target) {}

  bool operator==(const TargetView&) const = default;
};

class PolicyIndex {
 public:
  /// Adds a set, or replaces the one with the same level and target.
  void put(model::PolicySet set);
  /// Makes room for so many targets.
  void reserve(std::size_t targets);
  /// Adds many, each as by put(), in an order that is kind to the processor's caches.
  void load(std::vector<model::PolicySet> sets);
  /// Replaces the description. False when there is no such set.
  bool describe(const TargetView& target, model::PolicyLevel level, std::string_view description);
  /// False when there is no such set.
  bool remove(model::PolicyLevel level, const TargetView& target);

  /// The pure decide() on what is stored for the target, both levels seen at one instant. Allocates nothing unless a
  /// scope's name is long or metadata is matched.
  base::Result<Decision> decide(const TargetView& target, std::string_view consumer, std::string_view scope,
                                KnownMetadata metadata = kMetadataNotFetched) const;
  /// A copy.
  std::optional<model::PolicySet> find(model::PolicyLevel level, const TargetView& target) const;
  /// Policy sets of both levels. While others write, a number between before and after.
  std::size_t size() const;

 private:
  using Compiled = std::unique_ptr<CompiledPolicySet>;

  // What is stored for one target; at least one level is there.
  struct Entry {
    Compiled management;
    Compiled provider;

    Compiled& at(model::PolicyLevel level) { return level == model::PolicyLevel::kManagement ? management : provider; }
    TargetView target() const { return (management ? management : provider)->set().target; }
  };
  using Stored = std::unique_ptr<Entry>;  // the key lies in the value: names are kept once

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const TargetView& target) const noexcept;
    std::size_t operator()(const Stored& entry) const noexcept { return (*this)(entry->target()); }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const TargetView& a, const Stored& b) const { return a == b->target(); }
    bool operator()(const Stored& a, const TargetView& b) const { return a->target() == b; }
    bool operator()(const Stored& a, const Stored& b) const { return a->target() == b->target(); }
  };
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    boost::unordered_flat_set<Stored, Hash, Same> entries;
  };
  static constexpr std::size_t kShards = 256;

  static std::size_t shard_of(const TargetView& target);
  Shard& shard(const TargetView& target) { return shards_[shard_of(target)]; }
  const Shard& shard(const TargetView& target) const { return shards_[shard_of(target)]; }
  static Compiled replace(Shard& shard, Compiled set);

  std::array<Shard, kShards> shards_;
};

}  // namespace jeton::authorization
