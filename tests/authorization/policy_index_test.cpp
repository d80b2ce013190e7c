#include "authorization/policy_index.hpp"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <tuple>

#include "authorization/policy_samples.hpp"

namespace jeton::authorization {
namespace {

using base::json::parse;
using base::json::Value;
using model::Policy;
using model::PolicyLevel;
using model::PolicySet;
using model::PolicyTarget;
using model::TargetType;
using samples::blacklist;
using samples::everyone;
using samples::metadata;
using samples::set;
using samples::target;
using samples::whitelist;

constexpr PolicyLevel kLevels[] = {PolicyLevel::kManagement, PolicyLevel::kProvider};

TEST(PolicyIndex, KeepsBothLevelsOfATarget) {
  PolicyIndex index;
  EXPECT_EQ(index.decide(target(), "FlowReader", "").value().reason, Reason::kNoPolicy);
  index.put(set(PolicyLevel::kProvider, everyone()));
  EXPECT_TRUE(index.decide(target(), "FlowReader", "").value().granted);
  index.put(set(PolicyLevel::kManagement, whitelist({"Dispatcher"})));
  EXPECT_FALSE(index.decide(target(), "FlowReader", "").value().granted);
  EXPECT_EQ(index.size(), 2U);

  EXPECT_TRUE(index.remove(PolicyLevel::kManagement, target()));
  EXPECT_FALSE(index.remove(PolicyLevel::kManagement, target()));
  EXPECT_TRUE(index.decide(target(), "FlowReader", "").value().granted);
  EXPECT_TRUE(index.remove(PolicyLevel::kProvider, target()));
  EXPECT_FALSE(index.remove(PolicyLevel::kProvider, target()));
  EXPECT_EQ(index.decide(target(), "FlowReader", "").value().reason, Reason::kNoPolicy);
  EXPECT_EQ(index.size(), 0U);
}

TEST(PolicyIndex, EveryPartOfTheTargetCounts) {
  PolicyIndex index;
  index.put(set(PolicyLevel::kProvider, everyone()));
  const TargetView others[] = {{"A|B", "PumpStation", TargetType::kServiceDefinition, "flowRate"},
                               {"LOCAL", "Other", TargetType::kServiceDefinition, "flowRate"},
                               {"LOCAL", "PumpStation", TargetType::kEventType, "flowRate"},
                               {"LOCAL", "PumpStation", TargetType::kServiceDefinition, "other"}};
  for (const TargetView& other : others) {
    EXPECT_FALSE(index.decide(other, "FlowReader", "").value().granted);
    EXPECT_EQ(index.find(PolicyLevel::kProvider, other), std::nullopt);
    EXPECT_FALSE(index.describe(other, PolicyLevel::kProvider, "x"));
  }
}

TEST(PolicyIndex, PutReplacesAndDescribeChangesTheDescriptionAlone) {
  PolicyIndex index;
  index.put(set(PolicyLevel::kProvider, everyone()));
  PolicySet second = set(PolicyLevel::kProvider, whitelist({"A"}), {{"read", everyone()}});
  index.put(second);
  EXPECT_EQ(index.find(PolicyLevel::kProvider, target()), second);
  EXPECT_TRUE(index.describe(target(), PolicyLevel::kProvider, "new words"));
  EXPECT_FALSE(index.describe(target(), PolicyLevel::kManagement, "new words"));
  second.description = "new words";
  EXPECT_EQ(index.find(PolicyLevel::kProvider, target()), second);
  EXPECT_EQ(index.find(PolicyLevel::kManagement, target()), std::nullopt);
  EXPECT_EQ(index.size(), 1U);
}

TEST(PolicyIndex, LoadTakesManyOfBothLevels) {
  std::vector<PolicySet> sets;
  for (int i = 0; i < 2'000; ++i) {
    for (const PolicyLevel level : kLevels) {
      sets.push_back(set(level, whitelist({"System" + std::to_string(i)})));
      sets.back().target.target = "service" + std::to_string(i);
    }
  }
  PolicyIndex index;
  index.reserve(sets.size());
  index.load(sets);
  index.load({});
  EXPECT_EQ(index.size(), sets.size());
  for (const PolicySet& one : sets) EXPECT_EQ(index.find(one.level, one.target), one);
  EXPECT_TRUE(index.decide(target("service7"), "System7", "").value().granted);
  EXPECT_FALSE(index.decide(target("service7"), "System8", "").value().granted);
}

class RandomPolicies {
 public:
  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(engine_); }
  PolicyTarget some_target() {
    return {.cloud = below(2) == 0 ? "LOCAL" : "NorthGrid|AcmeWater",
            .provider = "P" + std::to_string(below(4)),
            .target_type = below(2) == 0 ? TargetType::kServiceDefinition : TargetType::kEventType,
            .target = "t" + std::to_string(below(4))};
  }
  std::string system() { return "S" + std::to_string(below(12)); }
  Policy policy() {
    std::vector<std::string> systems;
    for (int left = below(6); left > 0; --left) systems.push_back(system());
    switch (below(4)) {
      case 0:
        return everyone();
      case 1:
        return whitelist(std::move(systems));
      case 2:
        return blacklist(std::move(systems));
      default:
        return metadata(below(8) == 0 ? R"({"n":{"op":"NONSENSE","value":1}})"
                                      : R"({"n":{"op":"LESS_THAN","value":2}})");
    }
  }
  PolicySet policies(PolicyLevel level) {
    PolicySet out = set(level, policy());
    out.target = some_target();
    for (int i = below(3); i > 0; --i) out.scoped.push_back({"scope" + std::to_string(i), policy()});
    return out;
  }

 private:
  std::mt19937 engine_{20'260'117};
};

// Whatever happened before, the index answers as the pure rules do on what is stored.
TEST(PolicyIndex, DecidesAsThePureRules) {
  using Key = std::tuple<PolicyLevel, std::string, std::string, TargetType, std::string>;
  const auto key = [](PolicyLevel level, const PolicyTarget& t) {
    return Key(level, t.cloud, t.provider, t.target_type, t.target);
  };
  const Value known[] = {parse(R"({"n":1})").value(), parse(R"({"n":3})").value()};
  std::map<Key, PolicySet> stored;
  PolicyIndex index;
  RandomPolicies random;
  for (int step = 0; step < 20'000; ++step) {
    const PolicyLevel level = kLevels[random.below(2)];
    const PolicyTarget where = random.some_target();
    if (const int action = random.below(10); action < 2) {
      const PolicySet policies = random.policies(level);
      index.put(policies);
      stored[key(level, policies.target)] = policies;
    } else if (action == 2) {
      ASSERT_EQ(index.remove(level, where), stored.erase(key(level, where)) == 1);
    } else {
      const auto at = [&](PolicyLevel wanted) -> std::optional<CompiledPolicySet> {
        const auto found = stored.find(key(wanted, where));
        if (found == stored.end()) return std::nullopt;
        return CompiledPolicySet(found->second);
      };
      const auto management = at(PolicyLevel::kManagement);
      const auto provider = at(PolicyLevel::kProvider);
      const std::string consumer = random.system();
      const std::string scope = std::array{"", "*", "scope1", "scope9"}[static_cast<std::size_t>(random.below(4))];
      const int state = random.below(4);
      const KnownMetadata about = state == 0   ? kMetadataNotFetched
                                  : state == 1 ? known_metadata(nullptr)
                                               : known_metadata(&known[state - 2]);
      ASSERT_EQ(index.decide(where, consumer, scope, about),
                decide(management ? &*management : nullptr, provider ? &*provider : nullptr, consumer, scope, about));
    }
    ASSERT_EQ(index.size(), stored.size());
  }
}

// Readers see one set or the other, never a mixture and never none.
TEST(PolicyIndex, ReadersAndWritersAtOnce) {
  PolicyIndex index;
  const PolicySet open = set(PolicyLevel::kProvider, everyone(), {{"read", everyone()}});
  const PolicySet closed = set(PolicyLevel::kProvider, whitelist({}), {{"read", whitelist({})}});
  index.put(open);
  std::atomic<bool> wrong = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int asked = 0; asked < 5'000; ++asked) {
        const Decision decision = index.decide(target(), "FlowReader", "").value();
        const bool fits =
            decision.granted ? decision.reason == Reason::kEveryone : decision.reason == Reason::kNotListed;
        const auto copy = index.find(PolicyLevel::kProvider, target());
        if (!fits || !copy || (*copy != open && *copy != closed)) wrong = true;
      }
    });
  }
  for (int i = 0; i < 2'000; ++i) {
    index.put(i % 2 == 0 ? closed : open);
    PolicySet other = open;
    other.target.target = "other" + std::to_string(i);
    index.put(other);
    if (i % 3 != 0) index.remove(PolicyLevel::kProvider, other.target);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(wrong);
  EXPECT_EQ(index.size(), 1U + 667U);
}

}  // namespace
}  // namespace jeton::authorization
