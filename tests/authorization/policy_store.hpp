// A real store in memory with the policy index behind it, and use-cases that wait for their outcome.
#pragma once
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "authorization/grant_policies.hpp"
#include "authorization/grant_policy.hpp"
#include "authorization/policy_follower.hpp"
#include "authorization/policy_index.hpp"
#include "authorization/revoke_policies.hpp"
#include "authorization/revoke_policy.hpp"
#include "base/clock.hpp"
#include "crypto/aead.hpp"
#include "store/open_store.hpp"

namespace jeton::authorization::testing {

inline store::StillWanted always() {
  return [] { return base::Status{}; };
}
inline store::StillWanted too_late() {
  return [] { return base::Status(base::failure(base::unavailable("too late"))); };
}

/// Starts `work(done)` and waits until done was called.
template <class T, class Work>
base::Result<T> outcome_of(Work&& work) {
  std::promise<base::Result<T>> promise;
  work([&](base::Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

class PolicyStore {
 public:
  PolicyStore() : sealer_(*crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1)) {
    auto opened = store::open_store({.url = "sqlite::memory:", .data_folder = {}}, sealer_, clock);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    store_->follow(follower);
    store_->start();
  }
  ~PolicyStore() { store_->stop(); }
  PolicyStore(const PolicyStore&) = delete;
  PolicyStore& operator=(const PolicyStore&) = delete;

  store::Store& store() { return *store_; }

  base::Result<GrantedPolicy> grant(model::PolicySet set, store::StillWanted wanted = always()) {
    if (set.created_by.empty()) set.created_by = set.target.provider;
    return outcome_of<GrantedPolicy>([&](GrantPolicy::Done done) {
      const GrantPolicy work(*store_);
      work(std::move(set), clock.wall(), std::move(wanted), std::move(done));
    });
  }
  base::Result<std::vector<model::PolicySet>> grant_all(std::vector<model::PolicySet> sets,
                                                        store::StillWanted wanted = always()) {
    return outcome_of<std::vector<model::PolicySet>>([&](GrantPolicies::Done done) {
      const GrantPolicies work(*store_);
      work(std::move(sets), clock.wall(), std::move(wanted), std::move(done));
    });
  }
  base::Result<bool> revoke(InstanceId id, std::string caller, store::StillWanted wanted = always()) {
    return outcome_of<bool>([&](RevokePolicy::Done done) {
      const RevokePolicy work(*store_);
      work({std::move(id), std::move(caller)}, clock.wall(), std::move(wanted), std::move(done));
    });
  }
  base::Result<std::size_t> revoke_all(std::vector<InstanceId> ids, store::StillWanted wanted = always()) {
    return outcome_of<std::size_t>([&](RevokePolicies::Done done) {
      const RevokePolicies work(*store_);
      work(std::move(ids), "Sysop", clock.wall(), std::move(wanted), std::move(done));
    });
  }

  std::vector<model::PolicySet> stored() {
    std::vector<model::PolicySet> sets;
    const auto status = store_->read([&](const store::Snapshot& snapshot) {
      return snapshot.policies().scan([&](store::StoredPolicy&& stored) { sets.push_back(*std::move(stored).read()); });
    });
    if (!status) throw std::runtime_error(status.error().message);
    return sets;
  }
  std::vector<model::Event> events() {
    std::vector<model::Event> found;
    const auto status = store_->read([&](const store::Snapshot& snapshot) -> base::Status {
      auto read = snapshot.events().after({}, base::limits::kEventsPerReadMax);
      if (!read) return base::failure(read.error());
      found = std::move(*read);
      return {};
    });
    if (!status) throw std::runtime_error(status.error().message);
    return found;
  }

  base::ManualClock clock;
  PolicyIndex index;
  PolicyFollower follower{index};

 private:
  crypto::Sealer sealer_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace jeton::authorization::testing
