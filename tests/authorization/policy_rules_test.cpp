#include "authorization/policy_rules.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

#include "authorization/policy_samples.hpp"

namespace jeton::authorization {
namespace {

using base::json::parse;
using base::json::Value;
using model::Policy;
using model::PolicyLevel;
using model::PolicySet;
using model::PolicyType;
using samples::blacklist;
using samples::everyone;
using samples::metadata;
using samples::set;
using samples::whitelist;

constexpr std::string_view kRequirement = R"({"site.level":2})";
const Value kFittingMetadata = parse(R"({"site":{"level":2}})").value();
const Value kOtherMetadata = parse(R"({"site":{"level":3}})").value();

Decision decided(const PolicySet& provider, std::string_view consumer, std::string_view scope,
                 KnownMetadata known = kMetadataNotFetched) {
  const CompiledPolicySet compiled(provider);
  return decide(nullptr, &compiled, consumer, scope, known).value();
}

// --- a small model of 6.4 and 6.5, written from the text and apart from the code ---

enum class Known { kNotFetched, kNone, kFitting, kOther };
constexpr Known kKnown[] = {Known::kNotFetched, Known::kNone, Known::kFitting, Known::kOther};

KnownMetadata as_known(Known known) {
  switch (known) {
    case Known::kNotFetched:
      return kMetadataNotFetched;
    case Known::kNone:
      return known_metadata(nullptr);
    case Known::kFitting:
      return known_metadata(&kFittingMetadata);
    case Known::kOther:
      return known_metadata(&kOtherMetadata);
  }
  return {};
}

bool model_admits(const Policy& policy, const std::string& consumer, Known known) {
  bool listed = false;
  for (const std::string& system : policy.systems) listed = listed || system == consumer;
  switch (policy.type) {
    case PolicyType::kAll:
      return true;
    case PolicyType::kWhitelist:
      return listed;
    case PolicyType::kBlacklist:
      return !listed;
    case PolicyType::kSystemMetadata:
      return known == Known::kFitting;
  }
  return false;
}

enum class Answer { kGranted, kDenied, kNeedsMetadata };

Answer model_answer(const PolicySet* management, const PolicySet* provider, const std::string& consumer,
                    const std::string& scope, Known known) {
  const PolicySet* header = management != nullptr ? management : provider;
  if (header == nullptr) return Answer::kDenied;
  std::map<std::string, Policy> by_scope{{"*", header->default_policy}};
  for (const auto& [name, policy] : header->scoped) by_scope[name] = policy;
  std::vector<Policy> relevant;
  if (scope.empty()) {
    for (const auto& [name, policy] : by_scope) relevant.push_back(policy);
  } else {
    relevant.push_back(by_scope.contains(scope) ? by_scope[scope] : by_scope["*"]);
  }
  bool all = true;
  for (const Policy& policy : relevant) {
    if (policy.type == PolicyType::kSystemMetadata && known == Known::kNotFetched) return Answer::kNeedsMetadata;
    all = all && model_admits(policy, consumer, known);
  }
  return all ? Answer::kGranted : Answer::kDenied;
}

Answer answer_of(const Decision& decision) {
  if (decision.needs_metadata()) return Answer::kNeedsMetadata;
  return decision.granted ? Answer::kGranted : Answer::kDenied;
}

// 6.4 and 6.5, checklist row 6: {management, provider, both, none} x {no scope, *, known, unknown} x four types,
// default and scoped
TEST(PolicyRules, DecidesAsTheContractForAllCombinations) {
  const Policy policies[] = {everyone(), whitelist({"FlowReader"}), blacklist({"FlowReader"}),
                             metadata(std::string(kRequirement))};
  std::vector<PolicySet> of_level[2];
  for (const PolicyLevel level : {PolicyLevel::kManagement, PolicyLevel::kProvider}) {
    for (const Policy& default_policy : policies) {
      for (const Policy& scoped : policies) {
        of_level[level == PolicyLevel::kProvider].push_back(set(level, default_policy, {{"read-now", scoped}}));
      }
    }
  }
  std::vector<CompiledPolicySet> compiled[2];
  for (const int i : {0, 1}) {
    for (const PolicySet& one : of_level[i]) compiled[i].emplace_back(one);
  }
  std::size_t asked = 0;
  const auto check = [&](int presence, std::size_t m, std::size_t p) {
    for (const std::string scope : {"", "*", "read-now", "write"}) {
      for (const std::string consumer : {"FlowReader", "Dispatcher"}) {
        for (const Known known : kKnown) {
          const bool management = (presence & 1) != 0;
          const bool provider = (presence & 2) != 0;
          const auto decision = decide(management ? &compiled[0][m] : nullptr, provider ? &compiled[1][p] : nullptr,
                                       consumer, scope, as_known(known));
          const Answer expected = model_answer(management ? &of_level[0][m] : nullptr,
                                               provider ? &of_level[1][p] : nullptr, consumer, scope, known);
          ASSERT_EQ(answer_of(decision.value()), expected)
              << fmt::format("presence {} sets {} {} scope '{}' consumer {} metadata {}", presence, m, p, scope,
                             consumer, static_cast<int>(known));
          ++asked;
        }
      }
    }
  };
  for (const int presence : {0, 1, 2, 3}) {
    for (std::size_t m = 0; m < 16; ++m) {
      for (std::size_t p = 0; p < 16; ++p) check(presence, m, p);
    }
  }
  EXPECT_EQ(asked, 4U * 256 * 4 * 2 * 4);
}

// 15.3, 25
TEST(PolicyRules, NoPolicyIsDenied) {
  EXPECT_EQ(decide(nullptr, nullptr, "FlowReader", "", kMetadataNotFetched).value(), Decision{});
  EXPECT_EQ(Decision{}.reason, Reason::kNoPolicy);
}

// 15.3, 26; Q19
TEST(PolicyRules, AManagementSetHidesTheProviders) {
  const CompiledPolicySet closed(set(PolicyLevel::kManagement, whitelist({"Dispatcher"})));
  const CompiledPolicySet open(set(PolicyLevel::kProvider, everyone()));
  const Decision decision = decide(&closed, &open, "FlowReader", "", kMetadataNotFetched).value();
  EXPECT_FALSE(decision.granted);
  EXPECT_EQ(decision.level, PolicyLevel::kManagement);
  EXPECT_EQ(decision.policy.value, 1);
  // The hidden set is not even read: its need of metadata does not count.
  const CompiledPolicySet unread(set(PolicyLevel::kProvider, metadata("{damaged")));
  EXPECT_TRUE(decide(&closed, &unread, "Dispatcher", "", kMetadataNotFetched).value().granted);
}

// 15.3, 27
TEST(PolicyRules, Lists) {
  const PolicySet white = set(PolicyLevel::kProvider, whitelist({"Alpha", "FlowReader", "Zulu"}));
  const PolicySet black = set(PolicyLevel::kProvider, blacklist({"Zulu", "FlowReader"}));
  const auto expect = [](const Decision& decision, bool granted, Reason reason) {
    EXPECT_EQ(decision.granted, granted);
    EXPECT_EQ(decision.reason, reason);
    EXPECT_EQ(decision.scope, "*");
  };
  expect(decided(white, "FlowReader", ""), true, Reason::kListed);
  expect(decided(white, "flowReader", ""), false, Reason::kNotListed);  // exact (6.3)
  expect(decided(white, "Flow", ""), false, Reason::kNotListed);
  expect(decided(black, "FlowReader", ""), false, Reason::kListed);
  expect(decided(black, "Zulu", ""), false, Reason::kListed);
  expect(decided(black, "Alpha", ""), true, Reason::kNotListed);
  expect(decided(set(PolicyLevel::kProvider, everyone()), "Alpha", "any"), true, Reason::kEveryone);
}

// 15.3, 28
TEST(PolicyRules, MetadataPolicies) {
  const PolicySet required = set(PolicyLevel::kProvider, metadata(std::string(kRequirement)));
  const Value empty = parse("{}").value();
  EXPECT_EQ(decided(required, "FlowReader", "").reason, Reason::kNeedsMetadata);
  EXPECT_EQ(decided(required, "FlowReader", "", known_metadata(nullptr)).reason, Reason::kMetadataMissing);
  EXPECT_EQ(decided(required, "FlowReader", "", known_metadata(&empty)).reason, Reason::kMetadataMissing);
  EXPECT_EQ(decided(required, "FlowReader", "", known_metadata(&kOtherMetadata)).reason, Reason::kMetadataMismatched);
  EXPECT_EQ(decided(required, "FlowReader", "", known_metadata(&kFittingMetadata)).reason, Reason::kMetadataMatched);
  EXPECT_TRUE(decided(required, "FlowReader", "", known_metadata(&kFittingMetadata)).granted);
}

// 15.3, 29
TEST(PolicyRules, Scopes) {
  const PolicySet policies =
      set(PolicyLevel::kProvider, blacklist({"OldGateway"}),
          {{"read-now", whitelist({"FlowReader", "OldGateway"})}, {"set-speed", whitelist({"Dispatcher"})}});
  EXPECT_TRUE(decided(policies, "OldGateway", "read-now").granted);  // the default is not consulted
  EXPECT_EQ(decided(policies, "OldGateway", "read-now").scope, "read-now");
  EXPECT_FALSE(decided(policies, "OldGateway", "write").granted);
  EXPECT_EQ(decided(policies, "OldGateway", "write").scope, "*");
  EXPECT_TRUE(decided(policies, "FlowReader", "*").granted);
  EXPECT_FALSE(decided(policies, "FlowReader", "").granted);
  EXPECT_EQ(decided(policies, "FlowReader", "").scope, "set-speed");  // the one that denied
}

// 6.5, side effect
TEST(PolicyRules, MetadataIsAskedForBeforeAnyPolicyIsLookedAt) {
  const PolicySet policies =
      set(PolicyLevel::kProvider, whitelist({}), {{"read-now", metadata(std::string(kRequirement))}});
  EXPECT_TRUE(decided(policies, "FlowReader", "").needs_metadata());
  EXPECT_FALSE(decided(policies, "FlowReader", "").granted);
  EXPECT_EQ(decided(policies, "FlowReader", "*").reason, Reason::kNotListed);
  EXPECT_TRUE(decided(policies, "FlowReader", "read-now").needs_metadata());
}

TEST(PolicyRules, ARequirementThatCannotBeEvaluatedFailsTheQuestionThatNeedsIt) {
  for (const std::string requirement : {R"({"a":{"op":"NONSENSE","value":1}})", "{damaged", ""}) {
    const CompiledPolicySet policies(set(PolicyLevel::kProvider, everyone(), {{"read-now", metadata(requirement)}}));
    const auto ask = [&](std::string_view scope) {
      return decide(nullptr, &policies, "FlowReader", scope, known_metadata(&kFittingMetadata));
    };
    ASSERT_FALSE(ask("read-now")) << requirement;
    EXPECT_EQ(ask("read-now").error().code, base::ErrorCode::kInvalid);
    EXPECT_FALSE(ask(""));
    EXPECT_TRUE(ask("*").value().granted);
  }
}

struct SameRow {
  Policy a, b;
  bool same;
};

// 5.1; 15.1, 9 to 11
TEST(PolicyRules, SameDetails) {
  const SameRow rows[] = {
      {everyone(), everyone(), true},
      {everyone(), whitelist({}), false},
      {whitelist({"A", "B"}), whitelist({"B", "A"}), true},
      {whitelist({"A", "B"}), whitelist({"A"}), false},
      {whitelist({"A"}), whitelist({"A", "A"}), true},
      {whitelist({"A"}), blacklist({"A"}), false},
      {metadata(R"({"a":1,"b":{"c":[1,2]}})"), metadata(R"({ "b":{"c":[1,2]}, "a":1 })"), true},
      {metadata(R"({"a":1})"), metadata(R"({"a":1.0})"), false},
      {metadata(R"({"a":[1,2]})"), metadata(R"({"a":[2,1]})"), false},
      {metadata("{damaged"), metadata("{damaged"), true},
      {metadata("{damaged"), metadata("{}"), false},
  };
  for (const SameRow& row : rows) {
    const auto same = [&](std::vector<model::ScopedPolicy> a, std::vector<model::ScopedPolicy> b) {
      return same_details(set(PolicyLevel::kProvider, everyone(), std::move(a)),
                          set(PolicyLevel::kProvider, everyone(), std::move(b)));
    };
    EXPECT_EQ(same_details(row.a, row.b), row.same) << row.a.requirement;
    EXPECT_EQ(same_details(row.b, row.a), row.same) << row.a.requirement;
    EXPECT_EQ(same({{"read", row.a}}, {{"read", row.b}}), row.same);
    EXPECT_FALSE(same({{"read", row.a}}, {{"write", row.a}}));
    EXPECT_FALSE(same({{"read", row.a}}, {}));
    EXPECT_TRUE(same({{"read", row.a}, {"write", row.b}}, {{"write", row.b}, {"read", row.a}}));
  }
  PolicySet described = set(PolicyLevel::kProvider, everyone());
  described.description = "another";
  EXPECT_TRUE(same_details(described, set(PolicyLevel::kProvider, everyone())));
}

}  // namespace
}  // namespace jeton::authorization
