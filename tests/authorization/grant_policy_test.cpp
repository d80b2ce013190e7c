// Granting one policy set (arrowhead-authorization 5.1, 14, 15.1 rows 9 to 11, quirk Q1).
#include "authorization/grant_policy.hpp"

#include <atomic>
#include <thread>

#include "policy_samples.hpp"
#include "policy_store.hpp"

namespace jeton::authorization::testing {
namespace {

using base::ErrorCode;
using model::PolicyLevel;
using model::PolicySet;
using samples::blacklist;
using samples::everyone;
using samples::metadata;
using samples::whitelist;

// As a checker hands it over: without id and time.
PolicySet wanted(model::Policy default_policy, std::vector<model::ScopedPolicy> scoped = {},
                 std::string description = {}) {
  PolicySet set = samples::set(PolicyLevel::kProvider, std::move(default_policy), std::move(scoped));
  set.id = {};
  set.description = std::move(description);
  set.created_by = set.target.provider;
  return set;
}

TEST(GrantPolicy, CreatesWhatIsAnsweredStoredIndexedAndToldOf) {
  PolicyStore policies;
  policies.clock.advance(base::Duration{123'456'789});
  const auto granted =
      policies.grant(wanted(whitelist({"FlowReader"}), {{"set-speed", blacklist({"OldGateway"})}}, "who may"));
  ASSERT_TRUE(granted) << granted.error().message;
  EXPECT_EQ(granted->outcome, GrantOutcome::kCreated);
  EXPECT_EQ(granted->policy.created_at, policies.clock.wall());
  EXPECT_EQ(granted->policy.created_by, "PumpStation");

  const auto events = policies.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].id.value, granted->policy.id.value);
  EXPECT_EQ(std::get<model::PolicyGranted>(events[0].body).policy, granted->policy);
  EXPECT_EQ(policies.stored(), std::vector{granted->policy}) << "the answer has the nanoseconds of the row";
  EXPECT_EQ(policies.index.find(PolicyLevel::kProvider, samples::target()), granted->policy);
}

TEST(GrantPolicy, Row09_OtherDetailsAreRefusedAndChangeNothing) {
  const auto stored = wanted(whitelist({"A", "B"}), {{"read", everyone()}});
  const std::vector<std::pair<std::string, PolicySet>> kOther = {
      {"one scope less", wanted(whitelist({"A", "B"}))},
      {"one scope more", wanted(whitelist({"A", "B"}), {{"read", everyone()}, {"write", everyone()}})},
      {"another scope", wanted(whitelist({"A", "B"}), {{"write", everyone()}})},
      {"another list", wanted(whitelist({"A", "C"}), {{"read", everyone()}})},
      {"another type", wanted(blacklist({"A", "B"}), {{"read", everyone()}})},
      {"another scoped type", wanted(whitelist({"A", "B"}), {{"read", whitelist({"A"})}})},
  };
  for (const auto& [name, other] : kOther) {
    PolicyStore policies;
    const auto first = policies.grant(stored);
    ASSERT_TRUE(first);
    const auto again = policies.grant(other);
    ASSERT_FALSE(again) << name;
    EXPECT_EQ(again.error().code, ErrorCode::kConflict) << name;
    EXPECT_EQ(policies.stored(), std::vector{first->policy}) << name;
    EXPECT_EQ(policies.events().size(), 1U) << name;
  }
}

TEST(GrantPolicy, Row10_IdenticalDetailsUpdateTheDescriptionOnly) {
  struct Row {
    std::string stored;
    std::string given;
    GrantOutcome outcome;
  };
  // The first is Q1: no description, granted again.
  const std::vector<Row> kRows = {{"", "", GrantOutcome::kUnchanged},
                                  {"a", "a", GrantOutcome::kUnchanged},
                                  {"a", "b", GrantOutcome::kDescribed},
                                  {"a", "", GrantOutcome::kDescribed},
                                  {"", "b", GrantOutcome::kDescribed}};
  for (const Row& row : kRows) {
    PolicyStore policies;
    const auto first = policies.grant(wanted(everyone(), {}, row.stored));
    ASSERT_TRUE(first);
    policies.clock.advance(std::chrono::seconds{5});
    const auto again = policies.grant(wanted(everyone(), {}, row.given));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->outcome, row.outcome) << row.stored << " " << row.given;
    PolicySet expected = first->policy;
    expected.description = row.given;
    EXPECT_EQ(again->policy, expected) << "id and time stay";
    EXPECT_EQ(policies.stored(), std::vector{expected});
    EXPECT_EQ(policies.index.find(PolicyLevel::kProvider, samples::target()), expected);
    EXPECT_EQ(policies.events().size(), row.outcome == GrantOutcome::kUnchanged ? 1U : 2U)
        << "nothing written, nothing told";
  }
}

TEST(GrantPolicy, Row11_ListsAreComparedWithoutOrderButWithSize) {
  PolicyStore policies;
  ASSERT_TRUE(policies.grant(wanted(whitelist({"A", "B"}))));
  EXPECT_TRUE(policies.grant(wanted(whitelist({"B", "A"}))));
  EXPECT_FALSE(policies.grant(wanted(whitelist({"A"}))));
  EXPECT_FALSE(policies.grant(wanted(whitelist({"A", "B", "C"}))));
}

TEST(GrantPolicy, RequirementsAreComparedDeeplyAndByType) {
  PolicyStore policies;
  const std::string requirement = R"({"a":{"op":"EQUALS","value":5},"b":1})";
  ASSERT_TRUE(policies.grant(wanted(metadata(requirement))));
  const auto reordered = policies.grant(wanted(metadata(R"({"b":1,"a":{"value":5,"op":"EQUALS"}})")));
  ASSERT_TRUE(reordered);
  EXPECT_EQ(reordered->policy.default_policy.requirement, requirement) << "what was granted first stays";
  EXPECT_FALSE(policies.grant(wanted(metadata(R"({"a":{"op":"EQUALS","value":5.0},"b":1})"))));
}

TEST(GrantPolicy, LevelsAndTargetsDoNotMeet) {
  PolicyStore policies;
  ASSERT_TRUE(policies.grant(wanted(everyone())));
  for (auto change : std::vector<std::function<void(PolicySet&)>>{
           [](PolicySet& set) { set.level = PolicyLevel::kManagement; },
           [](PolicySet& set) { set.target.cloud = "North|Acme"; },
           [](PolicySet& set) { set.target.provider = "Other"; },
           [](PolicySet& set) { set.target.target_type = model::TargetType::kEventType; },
           [](PolicySet& set) { set.target.target = "other"; }}) {
    PolicySet other = wanted(blacklist({"A"}));
    change(other);
    const auto granted = policies.grant(other);
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->outcome, GrantOutcome::kCreated);
  }
  EXPECT_EQ(policies.index.size(), 6U);
}

TEST(GrantPolicy, NobodyWaitingNothingWritten) {
  PolicyStore policies;
  const auto late = policies.grant(wanted(everyone()), too_late());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(policies.stored().empty());
  EXPECT_TRUE(policies.events().empty());
}

TEST(GrantPolicy, AStoppedStoreIsToldAtOnce) {
  PolicyStore policies;
  policies.store().stop();
  const auto granted = policies.grant(wanted(everyone()));
  ASSERT_FALSE(granted);
  EXPECT_EQ(granted.error().code, ErrorCode::kUnavailable);
}

// `set_of(i)` for thread i; all begin at the same moment.
std::vector<base::Result<GrantedPolicy>> grant_in_parallel(PolicyStore& policies,
                                                           const std::function<PolicySet(std::size_t)>& set_of) {
  constexpr std::size_t kThreads = 16;
  std::vector<base::Result<GrantedPolicy>> outcomes(kThreads);
  std::atomic<std::size_t> ready = 0;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      PolicySet set = set_of(i);
      ++ready;
      while (ready < kThreads) std::this_thread::yield();
      outcomes[i] = policies.grant(std::move(set));
    });
  }
  threads.clear();
  return outcomes;
}

std::size_t created(const std::vector<base::Result<GrantedPolicy>>& outcomes) {
  return static_cast<std::size_t>(
      std::ranges::count_if(outcomes, [](const auto& o) { return o && o->outcome == GrantOutcome::kCreated; }));
}

TEST(GrantPolicy, OfIdenticalGrantsAtTheSameMomentOneCreates) {
  PolicyStore policies;
  for (int round = 0; round < 5; ++round) {
    const std::string target = "flow" + std::to_string(round);
    const auto outcomes = grant_in_parallel(policies, [&](std::size_t) {
      PolicySet set = wanted(whitelist({"A"}));
      set.target.target = target;
      return set;
    });
    EXPECT_EQ(created(outcomes), 1U);
    for (const auto& outcome : outcomes) {
      ASSERT_TRUE(outcome) << outcome.error().message;
      EXPECT_EQ(outcome->policy, outcomes.front()->policy) << "all are answered the one that was created";
    }
  }
  EXPECT_EQ(policies.events().size(), 5U);
}

TEST(GrantPolicy, OfDifferentGrantsAtTheSameMomentOneStands) {
  PolicyStore policies;
  const auto outcomes =
      grant_in_parallel(policies, [](std::size_t i) { return wanted(whitelist({"S" + std::to_string(i)})); });
  EXPECT_EQ(created(outcomes), 1U);
  EXPECT_EQ(std::ranges::count_if(outcomes, [](const auto& o) { return !o && o.error().code == ErrorCode::kConflict; }),
            15);
  EXPECT_EQ(policies.stored().size(), 1U);
}

}  // namespace
}  // namespace jeton::authorization::testing
