// Grants from payload to command (arrowhead-authorization 5.1, 5.10, 15.1 rows 1 to 8, 15.2 rows 17 and 18).
#include "api/arrowhead/grant_requests.hpp"

#include <fmt/format.h>

#include "base/json/reader.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::ErrorCode;
using model::PolicyType;

const model::Normalizer kNames(model::NormalizationMode::kExtended);

base::Result<model::PolicySet> grant(std::string_view json, std::string_view caller = "PumpStation") {
  const auto request = base::json::read_unpadded<GrantRequest>(json);
  if (!request) return base::failure(request.error());
  return check_grant(*request, caller, kNames);
}

base::Result<std::vector<model::PolicySet>> grants(std::string_view json, std::string_view caller = "Sysop") {
  const auto request = base::json::read_unpadded<ManagementGrantListRequest>(json);
  if (!request) return base::failure(request.error());
  return check_grants(*request, caller, kNames);
}

/// A grant whose default policy is `policy`.
std::string with_default(std::string_view policy) {
  return fmt::format(R"({{"targetType":"SERVICE_DEF","target":"flowRate","defaultPolicy":{}}})", policy);
}
/// A grant that allows all, and has these scoped policies.
std::string with_scopes(std::string_view scopes) {
  return fmt::format(
      R"({{"targetType":"SERVICE_DEF","target":"flowRate","defaultPolicy":{{"policyType":"ALL"}},"scopedPolicies":{}}})",
      scopes);
}

using Refusals = std::vector<std::pair<std::string, std::string>>;

void expect_refused(const Refusals& rows) {
  for (const auto& [json, where] : rows) {
    const auto result = grant(json);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << json;
    EXPECT_EQ(result.error().where, where) << json << "\n" << result.error().message;
  }
}

TEST(GrantRequests, Row01_MissingMembersInThisOrder) {
  expect_refused({
      {"{}", "targetType"},
      {R"({"targetType":" "})", "targetType"},
      {R"({"targetType":"SERVICE"})", "targetType"},
      {R"({"targetType":"SERVICE_DEF"})", "target"},
      {R"({"targetType":"SERVICE_DEF","target":"\t"})", "target"},
      {R"({"targetType":"SERVICE_DEF","target":"flowRate"})", "defaultPolicy"},
      {R"({"targetType":"SERVICE_DEF","target":"flowRate","defaultPolicy":null})", "defaultPolicy"},
  });
  EXPECT_EQ(grant("{}", " ").error().where, "requester") << "the caller comes first";
  EXPECT_EQ(grant("{}", "9lives").error().where, "requester");
}

TEST(GrantRequests, Row02_TargetTypeInLowerCase) {
  const auto set =
      grant(R"({"targetType":" event_type ","target":"pressureAlarm","defaultPolicy":{"policyType":" all "}})");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->target.target_type, model::TargetType::kEventType);
}

TEST(GrantRequests, Row03_SurplusMembersAreDropped) {
  const auto list =
      grant(with_default(R"({"policyType":"WHITELIST","policyList":["A"],"policyMetadataRequirement":{"a":1}})"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->default_policy, (model::Policy{.type = PolicyType::kWhitelist, .systems = {"A"}}));
  const auto metadata = grant(
      with_default(R"({"policyType":"SYS_METADATA","policyList":["A"," "],"policyMetadataRequirement":{"a":1}})"));
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->default_policy,
            (model::Policy{.type = PolicyType::kSystemMetadata, .requirement = R"({"a":1})"}));
  EXPECT_EQ(grant(with_default(R"({"policyType":"ALL","policyList":["A"],"policyMetadataRequirement":{"a":1}})"))
                ->default_policy,
            model::Policy{});
}

TEST(GrantRequests, Row04_SpellingsOfOneSystemAreOneEntry) {
  const auto set = grant(with_default(
      R"({"policyType":"WHITELIST","policyList":["flow-reader","Dispatcher"," FlowReader ","flow_reader"]})"));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->default_policy.systems, (std::vector<std::string>{"Dispatcher", "FlowReader"}));
}

TEST(GrantRequests, Row05_PoliciesThatSayNothing) {
  const std::string in = "defaultPolicy.";
  expect_refused({
      {with_default("{}"), in + "policyType"},
      {with_default(R"({"policyType":""})"), in + "policyType"},
      {with_default(R"({"policyType":"SOME"})"), in + "policyType"},
      {with_default(R"({"policyType":"WHITELIST"})"), in + "policyList"},
      {with_default(R"({"policyType":"BLACKLIST","policyList":[]})"), in + "policyList"},
      {with_default(R"({"policyType":"BLACKLIST","policyList":["A"," "]})"), in + "policyList[1]"},
      {with_default(R"({"policyType":"BLACKLIST","policyList":[null]})"), in + "policyList[0]"},
      {with_default(R"({"policyType":"SYS_METADATA"})"), in + "policyMetadataRequirement"},
      {with_default(R"({"policyType":"SYS_METADATA","policyMetadataRequirement":{}})"),
       in + "policyMetadataRequirement"},
  });
  EXPECT_TRUE(grant(with_default(R"({"policyType":"ALL"})")));
}

TEST(GrantRequests, Row06_ScopedPoliciesMustBeThere) {
  expect_refused({
      {with_scopes(R"({"read":null})"), "scopedPolicies"},
      {with_scopes(R"({"read":{}})"), "scopedPolicies.read.policyType"},
      {with_scopes(R"({"read":{"policyType":"ALL"},"write":{"policyType":"WHITELIST"}})"),
       "scopedPolicies.write.policyList"},
  });
  EXPECT_TRUE(grant(with_scopes("null")));
  EXPECT_TRUE(grant(with_scopes("{}"))->scoped.empty());
}

TEST(GrantRequests, Row07_WithoutCloudItIsLocal) {
  for (const std::string cloud : {"", R"("cloud":" ",)", R"("cloud":"local",)"}) {
    const auto set =
        grant("{" + cloud + R"("targetType":"SERVICE_DEF","target":"flow-rate","defaultPolicy":{"policyType":"ALL"}})");
    ASSERT_TRUE(set) << cloud;
    EXPECT_EQ(model::instance_id(*set), "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate");
    EXPECT_EQ(set->created_by, "PumpStation");
    EXPECT_FALSE(set->id);
  }
  const auto foreign = grant(
      R"({"cloud":"north grid|acme-water","targetType":"SERVICE_DEF","target":"flow-rate","defaultPolicy":{"policyType":"ALL"}})");
  ASSERT_TRUE(foreign) << foreign.error().message;
  EXPECT_EQ(foreign->target.cloud, "NorthGrid|AcmeWater");
}

TEST(GrantRequests, Row08_NamesAreCheckedAfterTheWholePayload) {
  const std::string all = R"("defaultPolicy":{"policyType":"ALL"})";
  expect_refused({
      {R"({"cloud":"A|B|C","targetType":"SERVICE_DEF","target":"f.r",)" + all + "}", "cloud"},
      {R"({"targetType":"SERVICE_DEF","target":"f.r",)" + all + "}", "target"},
      {R"({"targetType":"EVENT_TYPE","target":"f.r",)" + all + "}", "target"},
      {R"({"targetType":"SERVICE_DEF","target":"f.r","defaultPolicy":{"policyType":"SOME"}})",
       "defaultPolicy.policyType"},
      {with_default(R"({"policyType":"WHITELIST","policyList":["ok","not.ok"]})"), "defaultPolicy.policyList"},
      {with_scopes(R"({"9th":{"policyType":"ALL"}})"), "scopedPolicies.9th"},
      {with_scopes(R"({"read":{"policyType":"WHITELIST","policyList":["not.ok"]}})"), "scopedPolicies.read.policyList"},
  });
}

TEST(GrantRequests, TheDefaultPolicyTakesThePlaceOfScopesThatMeanIt) {
  const auto set = grant(with_scopes(R"({"*":{"policyType":"WHITELIST","policyList":["not.ok"]},
      " ":{"policyType":"WHITELIST","policyList":["A"]},"read":{"policyType":"ALL"}})"));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->default_policy.type, PolicyType::kAll);
  ASSERT_EQ(set->scoped.size(), 1U);
  EXPECT_EQ(set->scoped[0].scope, "read");
}

TEST(GrantRequests, OfScopesThatAreTheSameTheLastCounts) {
  const auto set =
      grant(with_scopes(R"({"write":{"policyType":"ALL"},"Set_Speed":{"policyType":"WHITELIST","policyList":["A"]},
      "set-speed":{"policyType":"BLACKLIST","policyList":["B"]}})"));
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->scoped.size(), 2U);
  EXPECT_EQ(set->scoped[0].scope, "set-speed") << "sorted";
  EXPECT_EQ(set->scoped[0].policy.type, PolicyType::kBlacklist);
}

TEST(GrantRequests, TheRequirementIsKeptAsGranted) {
  const auto set = grant(with_default(R"({"policyType":"sys_metadata","policyMetadataRequirement":
      { "site.level" : {"op":"LESS_THAN", "value": 3.50}, "b": [1, "x\u0041", null] }})"));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->default_policy.requirement,
            R"({"site.level":{"op":"LESS_THAN","value":3.50},"b":[1,"x\u0041",null]})");
}

TEST(GrantRequests, DescriptionsUpToTheirBound) {
  const auto described = [](const std::string& text) {
    return grant(fmt::format(
        R"({{"targetType":"SERVICE_DEF","target":"a","description":"{}","defaultPolicy":{{"policyType":"ALL"}}}})",
        text));
  };
  std::string longest;
  for (int i = 0; i < 1024; ++i) longest += "ä";  // counted in characters, not in bytes
  ASSERT_TRUE(described(longest));
  EXPECT_EQ(described(longest)->description, longest);
  const auto too_long = described(longest + "x");
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().where, "description");
  EXPECT_EQ(described(" as it is ")->description, " as it is ");
  EXPECT_EQ(described("  ")->description, "") << "blank is none";
}

TEST(GrantRequests, Row17_ManagementListsThatSayNothing) {
  const Refusals kRows = {{"{}", "list"},
                          {R"({"list":null})", "list"},
                          {R"({"list":[]})", "list"},
                          {R"({"list":[{"provider":"A"},null]})", "list[1]"},
                          {R"({"list":[{"targetType":"X"}]})", "list[0].provider"},
                          {R"({"list":[{"provider":"A"}]})", "list[0].targetType"}};
  for (const auto& [json, where] : kRows) {
    const auto result = grants(json);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().where, where) << json;
  }
}

TEST(GrantRequests, Row18_ManagementScopesMustBeNamed) {
  const auto with = [](std::string_view scope) {
    return grants(fmt::format(
        R"({{"list":[{{"provider":"A","targetType":"SERVICE_DEF","target":"a","defaultPolicy":{{"policyType":"ALL"}},
        "scopedPolicies":{{"{}":{{"policyType":"ALL"}}}}}}]}})",
        scope));
  };
  ASSERT_FALSE(with(" "));
  EXPECT_EQ(with(" ").error().where, "list[0].scopedPolicies");
  ASSERT_TRUE(with("*"));
  EXPECT_TRUE(with("*")->front().scoped.empty()) << "still the default's place";
}

TEST(GrantRequests, ARawErrorInTheLastElementIsFoundBeforeANameInTheFirst) {
  const std::string bad_name =
      R"({"provider":"not.ok","targetType":"SERVICE_DEF","target":"a","defaultPolicy":{"policyType":"ALL"}})";
  const std::string raw_error = R"({"provider":"A","targetType":"SERVICE_DEF","target":"a"})";
  EXPECT_EQ(grants(R"({"list":[)" + bad_name + "," + raw_error + "]}").error().where, "list[1].defaultPolicy");
  EXPECT_EQ(grants(R"({"list":[)" + bad_name + "]}").error().where, "list[0].provider");
}

TEST(GrantRequests, ManagementSetsBelongToTheirProviderAndAreMadeByTheCaller) {
  const auto sets = grants(R"({"list":[{"provider":"pump-station","targetType":"EVENT_TYPE","target":"pressureAlarm",
      "cloud":"NorthGrid|AcmeWater","defaultPolicy":{"policyType":"ALL"}}]})",
                           "sys-op");
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_EQ(model::instance_id(sets->front()), "MGMT|NorthGrid|AcmeWater|PumpStation|EVENT_TYPE|pressureAlarm");
  EXPECT_EQ(sets->front().created_by, "SysOp");
}

TEST(GrantRequests, JsonOfTheWrongShape) {
  for (const std::string json : {R"({"target":{}})", R"({"defaultPolicy":"ALL"})", R"({"scopedPolicies":[]})",
                                 R"({"defaultPolicy":{"policyList":"A"}})",
                                 R"({"defaultPolicy":{"policyMetadataRequirement":[1]}})", "null", "[]", ""}) {
    EXPECT_FALSE(grant(json)) << json;
  }
}

}  // namespace
}  // namespace jeton::api::arrowhead
