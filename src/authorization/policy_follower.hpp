// Keeps the policies in memory equal to the policies in the store, by following the event log (DESIGN 1).
#pragma once
#include <span>

#include "authorization/policy_index.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

class PolicyFollower final : public store::Follower {
 public:
  explicit PolicyFollower(PolicyIndex& index) : index_(index) {}

  /// All rows of the table into the empty index, before the store is started.
  base::Status load(const store::Snapshot& snapshot);

  /// Events about policies that are not there are passed over: they were part of what load() read.
  void apply(std::span<const model::Event> events) noexcept override;

 private:
  PolicyIndex& index_;
};

}  // namespace jeton::authorization
