// The index stays equal to the store, whatever happens to policies.
#include "authorization/policy_follower.hpp"

#include <random>

#include "policy_samples.hpp"
#include "policy_store.hpp"

namespace jeton::authorization::testing {
namespace {

using model::PolicyLevel;
using model::PolicySet;

constexpr std::uint32_t kSeed = 20'261'121;

class RandomPolicies {
 public:
  explicit RandomPolicies(PolicyStore& policies) : policies_(policies) {}

  void step() {
    const auto choice = pick(10);
    if (choice < 5) {
      (void)policies_.grant(random_set(PolicyLevel::kProvider));
    } else if (choice < 7) {
      (void)policies_.grant_all({random_set(PolicyLevel::kManagement), random_set(PolicyLevel::kManagement)});
    } else if (choice < 9) {
      const model::PolicyTarget target = random_target();
      (void)policies_.revoke({PolicyLevel::kProvider, target}, target.provider);
    } else {
      (void)policies_.revoke_all(
          {{PolicyLevel::kManagement, random_target()}, {PolicyLevel::kProvider, random_target()}});
    }
  }

 private:
  std::size_t pick(std::size_t below) { return engine_() % below; }
  model::PolicyTarget random_target() {
    return {.cloud = pick(4) == 0 ? "North|Acme" : "LOCAL",
            .provider = "P" + std::to_string(pick(3)),
            .target_type = pick(3) == 0 ? model::TargetType::kEventType : model::TargetType::kServiceDefinition,
            .target = "t" + std::to_string(pick(4))};
  }
  PolicySet random_set(PolicyLevel level) {
    PolicySet set;
    set.level = level;
    set.target = random_target();
    set.description = pick(2) == 0 ? "" : "d" + std::to_string(pick(3));
    set.default_policy = pick(2) == 0 ? samples::everyone() : samples::metadata(R"({"floor":2})");
    if (pick(2) == 0) set.scoped = {{"read", samples::whitelist({"A", "B"})}};
    set.created_by = set.target.provider;
    return set;
  }

  PolicyStore& policies_;
  std::mt19937 engine_{kSeed};
};

TEST(PolicyFollower, EqualsAFreshLoadAfterRandomOperations) {
  PolicyStore policies;
  RandomPolicies random(policies);
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 50; ++i) random.step();
    const auto stored = policies.stored();
    ASSERT_FALSE(stored.empty());
    PolicyIndex fresh;
    PolicyFollower follower(fresh);
    const auto loaded = policies.store().read([&](const store::Snapshot& snapshot) { return follower.load(snapshot); });
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(fresh.size(), stored.size());
    EXPECT_EQ(policies.index.size(), fresh.size());
    for (const PolicySet& set : stored) {
      EXPECT_EQ(policies.index.find(set.level, set.target), set);
      EXPECT_EQ(fresh.find(set.level, set.target), set);
    }
  }
  EXPECT_GT(policies.events().size(), 100U) << "the seed must make things happen";
}

TEST(PolicyFollower, ReplayedEventsDoNoHarm) {
  PolicyStore policies;
  const PolicySet set = samples::set(PolicyLevel::kProvider, samples::everyone());
  ASSERT_TRUE(policies.grant(set));
  ASSERT_TRUE(policies.revoke({set.level, set.target}, set.target.provider));
  policies.follower.apply(policies.events());
  EXPECT_EQ(policies.index.size(), 0U);
}

}  // namespace
}  // namespace jeton::authorization::testing
