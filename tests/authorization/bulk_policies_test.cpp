// Operators' bulk operations and revocation (arrowhead-authorization 5.2, 5.10, 5.11, 15.1 row 12, 15.2 rows 19 and
// 20).
#include "authorization/audit_text.hpp"
#include "authorization/query_policies.hpp"
#include "base/limits.hpp"
#include "policy_samples.hpp"
#include "policy_store.hpp"
#include "store/filter.hpp"

namespace jeton::authorization::testing {
namespace {

using base::ErrorCode;
using model::PolicyLevel;
using model::PolicySet;
using samples::everyone;

PolicySet managed(std::string target) {
  PolicySet set = samples::set(PolicyLevel::kManagement, everyone());
  set.id = {};
  set.target.target = std::move(target);
  set.created_by = "Sysop";
  return set;
}

InstanceId id_of(const PolicySet& set) {
  return {set.level, set.target};
}

TEST(GrantPolicies, KeepsTheOrderOfTheRequest) {
  PolicyStore policies;
  const auto granted = policies.grant_all({managed("c"), managed("a"), managed("b")});
  ASSERT_TRUE(granted) << granted.error().message;
  ASSERT_EQ(granted->size(), 3U);
  EXPECT_EQ((*granted)[0].target.target, "c");
  EXPECT_EQ((*granted)[2].target.target, "b");
  EXPECT_EQ(policies.stored(), *granted);
  EXPECT_EQ(policies.index.size(), 3U);
  EXPECT_EQ(policies.events().size(), 3U);
}

TEST(GrantPolicies, Row19_AnExistingSetRefusesAllAndLeavesNoEvent) {
  PolicyStore policies;
  ASSERT_TRUE(policies.grant_all({managed("here")}));
  const std::vector<std::pair<std::string, std::vector<PolicySet>>> kRows = {
      {"identical to a stored one", {managed("new"), managed("here")}},
      {"twice in the request", {managed("new"), managed("newer"), managed("new")}},
  };
  for (const auto& [name, sets] : kRows) {
    const auto granted = policies.grant_all(sets);
    ASSERT_FALSE(granted) << name;
    EXPECT_EQ(granted.error().code, ErrorCode::kConflict) << name;
    EXPECT_EQ(granted.error().where, "list[" + std::to_string(sets.size() - 1) + "]") << name;
    EXPECT_EQ(policies.stored().size(), 1U) << name;
    EXPECT_EQ(policies.events().size(), 1U) << name;
    EXPECT_EQ(policies.index.size(), 1U) << name;
  }
  const auto after = policies.grant_all({managed("new")});
  EXPECT_TRUE(after) << "what was rolled back is free";
}

TEST(GrantPolicies, NobodyWaitingNothingWritten) {
  PolicyStore policies;
  EXPECT_FALSE(policies.grant_all({managed("a")}, too_late()));
  EXPECT_TRUE(policies.stored().empty());
}

TEST(RevokePolicy, Row12_OwnOnlyAndOnce) {
  PolicyStore policies;
  const PolicySet set = samples::set(PolicyLevel::kProvider, everyone());
  ASSERT_TRUE(policies.grant(set));
  const auto foreign = policies.revoke(id_of(set), "FlowReader");
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::kForbidden);
  EXPECT_EQ(policies.revoke(id_of(set), "PumpStation"), base::Result<bool>(true));
  EXPECT_EQ(policies.revoke(id_of(set), "PumpStation"), base::Result<bool>(false));
  EXPECT_TRUE(policies.stored().empty());
  EXPECT_EQ(policies.index.size(), 0U);
  const auto events = policies.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<model::PolicyRevoked>(events[1].body).target, set.target);
  EXPECT_EQ(events[1].actor, "PumpStation");
}

TEST(RevokePolicy, ManagementSetsAreNotFound) {
  PolicyStore policies;
  const PolicySet set = managed("flowRate");
  ASSERT_TRUE(policies.grant_all({set}));
  EXPECT_EQ(policies.revoke(id_of(set), "PumpStation"), base::Result<bool>(false));
  EXPECT_EQ(policies.stored().size(), 1U);
}

TEST(RevokePolicy, NobodyWaitingNothingWritten) {
  PolicyStore policies;
  const PolicySet set = samples::set(PolicyLevel::kProvider, everyone());
  ASSERT_TRUE(policies.grant(set));
  EXPECT_FALSE(policies.revoke(id_of(set), "PumpStation", too_late()));
  EXPECT_EQ(policies.stored().size(), 1U);
}

TEST(RevokePolicies, Row20_BothLevelsInOneCall) {
  PolicyStore policies;
  const PolicySet own = samples::set(PolicyLevel::kProvider, everyone());
  ASSERT_TRUE(policies.grant(own));
  ASSERT_TRUE(policies.grant_all({managed("flowRate"), managed("stays")}));
  const std::vector<InstanceId> ids = {id_of(own), id_of(managed("flowRate")), id_of(managed("unknown")), id_of(own)};
  EXPECT_EQ(policies.revoke_all(ids), base::Result<std::size_t>(2U));
  ASSERT_EQ(policies.stored().size(), 1U);
  EXPECT_EQ(policies.stored()[0].target.target, "stays");
  EXPECT_EQ(policies.events().size(), 5U);
  EXPECT_EQ(policies.revoke_all(ids), base::Result<std::size_t>(0U)) << "unknown ids are passed over";
}

TEST(RevokePolicies, NobodyWaitingNothingWritten) {
  PolicyStore policies;
  ASSERT_TRUE(policies.grant_all({managed("a")}));
  EXPECT_FALSE(policies.revoke_all({id_of(managed("a"))}, too_late()));
  EXPECT_EQ(policies.stored().size(), 1U);
}

TEST(RevokePolicies, AsManyAsARequestCanName) {
  PolicyStore policies;
  constexpr std::size_t kMany = 2'000;
  std::vector<PolicySet> sets;
  std::vector<InstanceId> ids;
  for (std::size_t i = 0; i < kMany; ++i) {
    sets.push_back(managed("t" + std::to_string(i)));
    ids.push_back(id_of(sets.back()));
  }
  ASSERT_TRUE(policies.grant_all(sets));
  EXPECT_EQ(policies.revoke_all(ids), base::Result<std::size_t>(kMany));
  EXPECT_EQ(policies.index.size(), 0U);
  EXPECT_EQ(policies.store().figures().commits, 2U) << "each of the two is one write";
}

TEST(QueryPolicies, FindsWhatWasJustGranted) {
  PolicyStore policies;
  const QueryPolicies find(policies.store());
  ASSERT_TRUE(policies.grant_all({managed("b"), managed("a"), managed("c")}));
  store::PolicyQuery query{.level = PolicyLevel::kManagement, .targets = {"a", "b"}};
  query.slice.limit = 1;
  const auto page = find(query);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->rows.size(), 1U);
  EXPECT_EQ(page->rows[0].target.target, "a");
  EXPECT_EQ(page->total, 2);
}

TEST(QueryPolicies, RefusesMoreValuesThanADatabaseBinds) {
  PolicyStore policies;
  store::PolicyQuery query;
  query.targets.resize(base::limits::kFilterValuesMax + 1, "a");
  const auto page = QueryPolicies(policies.store())(query);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kInvalid);
}

TEST(AuditText, NamesTheFirst) {
  std::vector<std::string> names(kAuditNamesMax, "x");
  EXPECT_EQ(audit_text(std::vector<std::string>{"a", "b"}), "a, b");
  EXPECT_EQ(audit_text(names).find("more"), std::string::npos);
  names.resize(kAuditNamesMax + 5, "x");
  EXPECT_TRUE(audit_text(names).ends_with("x and 5 more"));
}

}  // namespace
}  // namespace jeton::authorization::testing
