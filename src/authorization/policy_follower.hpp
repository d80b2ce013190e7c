// Keeps the policies in memory equal to the policies in the store, by following the event log (DESIGN 1).
#pragma once
#include <cstddef>
#include <span>

#include "authorization/policy_index.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

class PolicyFollower final : public store::Follower {
 public:
  explicit PolicyFollower(PolicyIndex& index) : index_(index) {}

  /// Fills the empty index with all that is stored. Before Store::follow() and start(). The number of policy sets;
  /// fails when the database cannot be read.
  base::Result<std::size_t> load(store::Store& store);

  /// Events about policies that are not there are passed over: they were part of what load() read.
  void apply(std::span<const model::Event> events) noexcept override;

 private:
  PolicyIndex& index_;
};

}  // namespace jeton::authorization
