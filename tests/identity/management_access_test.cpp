#include "identity/management_access.hpp"

namespace jeton::identity {
namespace {

using authorization::Authorizer;
using authorization::NoConsumerMetadata;
using authorization::PolicyIndex;

// arrowhead-authorization 9.6 and 15.9 (61)
class Row61 : public testing::Test {
 protected:
  Row61() {
    model::PolicySet set;
    set.level = model::PolicyLevel::kManagement;
    set.target = {"LOCAL", "ConsumerAuthorization", model::TargetType::kServiceDefinition, "authorizationManagement"};
    set.default_policy = {.type = model::PolicyType::kWhitelist, .systems = {"Nobody"}};
    set.scoped = {{"check-policies", {.type = model::PolicyType::kWhitelist, .systems = {"Delegate"}}}};
    policies.put(set);
  }

  bool admitted(ManagementPolicy policy, const std::string& name, bool sysop = false,
                std::string_view operation = "check-policies", bool filter = true) {
    const ManagementAccess access({.filter = filter, .policy = policy, .whitelist = {"dynamic-orchestration"}},
                                  "ConsumerAuthorization", names, authorizer);
    return access.admit({.name = name, .sysop = sysop}, "authorizationManagement", operation).has_value();
  }

  const model::Normalizer names{model::NormalizationMode::kExtended};
  PolicyIndex policies;
  NoConsumerMetadata metadata;
  const Authorizer authorizer{policies, metadata};
};

TEST_F(Row61, AnOperatorPassesInAllModes) {
  for (const auto policy :
       {ManagementPolicy::kSysopOnly, ManagementPolicy::kWhitelist, ManagementPolicy::kAuthorization}) {
    EXPECT_TRUE(admitted(policy, "Sysop", true));
    EXPECT_FALSE(admitted(policy, "Stranger"));
  }
}

TEST_F(Row61, TheWhitelistPassesInTwoModes) {
  EXPECT_FALSE(admitted(ManagementPolicy::kSysopOnly, "DynamicOrchestration"));
  EXPECT_TRUE(admitted(ManagementPolicy::kWhitelist, "DynamicOrchestration"));
  EXPECT_TRUE(admitted(ManagementPolicy::kAuthorization, "DynamicOrchestration"));
}

TEST_F(Row61, PoliciesPassOneOperationInOneMode) {
  EXPECT_TRUE(admitted(ManagementPolicy::kAuthorization, "Delegate"));
  EXPECT_FALSE(admitted(ManagementPolicy::kAuthorization, "Delegate", false, "query-policies"));
  EXPECT_FALSE(admitted(ManagementPolicy::kAuthorization, "Delegate", false, ""));
  EXPECT_FALSE(admitted(ManagementPolicy::kWhitelist, "Delegate"));
}

TEST_F(Row61, WithoutTheFilterEverybodyPasses) {
  EXPECT_TRUE(admitted(ManagementPolicy::kSysopOnly, "Stranger", false, "query-policies", false));
}

TEST_F(Row61, AnUndecidablePolicyRefuses) {
  model::PolicySet set;
  set.level = model::PolicyLevel::kManagement;
  set.target = {"LOCAL", "ConsumerAuthorization", model::TargetType::kServiceDefinition, "authorizationManagement"};
  set.default_policy = {.type = model::PolicyType::kSystemMetadata, .requirement = R"({"a":1})"};
  policies.put(set);
  EXPECT_FALSE(admitted(ManagementPolicy::kAuthorization, "Delegate"));
}

}  // namespace
}  // namespace jeton::identity
