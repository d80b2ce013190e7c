// Requests about policies that exist (arrowhead-authorization 15.1 rows 12 to 16, 15.2 rows 20 to 24).
#include "api/arrowhead/policy_requests.hpp"

#include <fmt/format.h>

#include "base/json/reader.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::ErrorCode;
using model::PolicyLevel;
using model::TargetType;

const model::Normalizer kNames(model::NormalizationMode::kExtended);
constexpr std::int64_t kSizeMax = 100;

base::Result<store::PolicyQuery> lookup(std::string_view json, std::string_view caller = "PumpStation") {
  const auto request = base::json::read_unpadded<LookupRequest>(json);
  if (!request) return base::failure(request.error());
  return check_lookup(*request, caller, kNames);
}
base::Result<store::PolicyQuery> query(std::string_view json) {
  const auto request = base::json::read_unpadded<QueryRequest>(json);
  if (!request) return base::failure(request.error());
  return check_query(*request, kSizeMax, kNames);
}
/// The views of the answer must not be looked at: only whether, and what it is about.
base::Result<authorization::AccessQuestion> verify(std::string_view json, std::string_view caller = "PumpStation") {
  std::string padded(json);
  padded.reserve(json.size() + base::limits::kJsonPaddingBytes);
  const auto request = base::json::read<VerifyRequest>(padded);
  if (!request) return base::failure(request.error());
  NameBuffers buffers;
  const auto access = check_verify(*request, caller, kNames, buffers);
  if (!access) return base::failure(access.error());
  return authorization::AccessQuestion{std::string(access->cloud),    std::string(access->provider),
                                       access->target_type,           std::string(access->target),
                                       std::string(access->consumer), std::string(access->scope)};
}
base::Result<std::vector<authorization::AccessQuestion>> questions(std::string_view json) {
  std::string padded(json);
  padded.reserve(json.size() + base::limits::kJsonPaddingBytes);
  const auto request = base::json::read<VerifyListRequest>(padded);
  if (!request) return base::failure(request.error());
  return check_questions(*request, kNames);
}

using Refusals = std::vector<std::pair<std::string, std::string>>;

template <class Check>
void expect_refused(Check check, const Refusals& rows) {
  for (const auto& [json, where] : rows) {
    const auto result = check(json);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << json;
    EXPECT_EQ(result.error().where, where) << json << "\n" << result.error().message;
  }
}

TEST(PolicyRequests, Row12_RevocationsOfMalformedIds) {
  for (const std::string id :
       {"", " ", "PR", "PR|LOCAL|PumpStation|SERVICE_DEF", "PROVIDER|LOCAL|PumpStation|SERVICE_DEF|flowRate"}) {
    const auto result = check_revoke(id, "PumpStation", kNames);
    ASSERT_FALSE(result) << id;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << id;  // too few parts are Q2
  }
  EXPECT_EQ(check_revoke("", " ", kNames).error().where, "requester");
  const auto right = check_revoke("pr|local|pump-station|service_def|flow-rate", "pump-station", kNames);
  ASSERT_TRUE(right) << right.error().message;
  EXPECT_EQ(model::instance_id(right->id.level, right->id.target), "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate");
  EXPECT_EQ(right->caller, "PumpStation");
}

TEST(PolicyRequests, Row13_Lookup) {
  expect_refused([](const std::string& json) { return lookup(json); },
                 {{"{}", ""},
                  {R"({"instanceIds":[],"targetNames":[],"cloudIdentifiers":null,"targetType":"SERVICE_DEF"})", ""},
                  {R"({"instanceIds":["PR|LOCAL|A|SERVICE_DEF|a"," "]})", "instanceIds[1]"},
                  {R"({"targetNames":[""],"targetType":"SERVICE_DEF"})", "targetNames[0]"},
                  {R"({"targetNames":["flowRate"]})", "targetType"},
                  {R"({"targetNames":["flowRate"],"targetType":" "})", "targetType"},
                  {R"({"cloudIdentifiers":["LOCAL",null]})", "cloudIdentifiers[1]"},
                  {R"({"cloudIdentifiers":["LOCAL"],"targetType":"SERVICE"})", "targetType"},
                  {R"({"instanceIds":["nonsense"]})", "instanceIds"},
                  {R"({"cloudIdentifiers":["A|B|C"]})", "cloudIdentifiers"},
                  {R"({"targetNames":["a.b"],"targetType":"EVENT_TYPE"})", "targetNames"},
                  // Raw checks of all come before names of any.
                  {R"({"instanceIds":["nonsense"],"targetType":"SERVICE"})", "targetType"}});
  EXPECT_EQ(lookup("{}", "").error().where, "requester");
}

TEST(PolicyRequests, Row14_LookupAsksForTheCallersOwn) {
  const auto result =
      lookup(R"({"cloudIdentifiers":["local","north grid|acme"],"targetType":"service_def","targetNames":["flow-rate"],
                                 "instanceIds":["MGMT|LOCAL|Other|SERVICE_DEF|flowRate"]})",
             "pump-station");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->level, PolicyLevel::kProvider);
  EXPECT_EQ(result->providers, std::vector<std::string>{"PumpStation"});
  EXPECT_EQ(result->clouds, (std::vector<std::string>{"LOCAL", "NorthGrid|Acme"}));
  EXPECT_EQ(result->target_type, TargetType::kServiceDefinition);
  EXPECT_EQ(result->targets, std::vector<std::string>{"flowRate"});
  ASSERT_EQ(result->keys.size(), 1U);
  EXPECT_EQ(result->keys[0].target.provider, "Other");
  EXPECT_EQ(result->slice.sort, store::PolicySort::kInstanceId);
  EXPECT_FALSE(result->slice.descending);
}

TEST(PolicyRequests, Row15_VerifyFillsInTheCaller) {
  const std::string rest = R"("targetType":"service_def","target":"flow-rate"})";
  const auto by_provider = verify(R"({"consumer":"flow-reader",)" + rest);
  ASSERT_TRUE(by_provider) << by_provider.error().message;
  EXPECT_EQ(*by_provider, (authorization::AccessQuestion{"LOCAL", "PumpStation", TargetType::kServiceDefinition,
                                                         "flowRate", "FlowReader", ""}));
  const auto by_consumer =
      verify(R"({"provider":"pump-station","cloud":"north|acme","scope":"Read_Now",)" + rest, "flow-reader");
  ASSERT_TRUE(by_consumer) << by_consumer.error().message;
  EXPECT_EQ(*by_consumer, (authorization::AccessQuestion{"North|Acme", "PumpStation", TargetType::kServiceDefinition,
                                                         "flowRate", "FlowReader", "read-now"}));
  EXPECT_TRUE(verify(R"({"provider":"PumpStation","consumer":"FlowReader","scope":" ",)" + rest, "FlowReader"));
  const auto unrelated = verify(R"({"provider":"A","consumer":"B",)" + rest);
  ASSERT_FALSE(unrelated);
  EXPECT_EQ(unrelated.error().code, ErrorCode::kForbidden);
}

TEST(PolicyRequests, Row15_VerifyRefusesInThisOrder) {
  expect_refused([](const std::string& json) { return verify(json); },
                 {{"{}", "provider"},
                  {R"({"provider":" ","consumer":""})", "provider"},
                  {R"({"consumer":"A"})", "targetType"},
                  {R"({"consumer":"A","targetType":"X"})", "targetType"},
                  {R"({"consumer":"A","targetType":"SERVICE_DEF"})", "target"},
                  {R"({"consumer":"a.b","targetType":"SERVICE_DEF","target":"t.t"})", "consumer"},
                  {R"({"consumer":"A","cloud":"X","targetType":"SERVICE_DEF","target":"t.t"})", "cloud"},
                  {R"({"consumer":"A","targetType":"SERVICE_DEF","target":"t.t","scope":"9"})", "target"},
                  {R"({"consumer":"A","targetType":"SERVICE_DEF","target":"t","scope":"9"})", "scope"}});
  const auto forbidden = verify(R"({"provider":"a.b","consumer":"C","targetType":"SERVICE_DEF","target":"t.t"})");
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().code, ErrorCode::kForbidden) << "who asks is looked at before the names";
  EXPECT_EQ(verify("{}", "").error().where, "requester");
}

TEST(PolicyRequests, VerifyTakesNormalizedNamesAsTheyLie) {
  std::string json =
      R"({"provider":"PumpStation","consumer":"FlowReader","cloud":"LOCAL","targetType":"SERVICE_DEF","target":"flowRate","scope":"read"})";
  json.reserve(json.size() + base::limits::kJsonPaddingBytes);
  const auto request = base::json::read<VerifyRequest>(json);
  ASSERT_TRUE(request);
  NameBuffers buffers;
  const auto access = check_verify(*request, "FlowReader", kNames, buffers);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->provider.data(), request->provider->data()) << "no copy";
  EXPECT_EQ(access->target.data(), request->target->data());
  for (const std::string* buffer :
       {&buffers.requester, &buffers.cloud, &buffers.provider, &buffers.target, &buffers.consumer, &buffers.scope}) {
    EXPECT_TRUE(buffer->empty());
  }
}

TEST(PolicyRequests, Row20_RevocationLists) {
  EXPECT_EQ(check_revocations({}, kNames).error().where, "instanceIds");
  EXPECT_EQ(check_revocations({"PR|LOCAL|A|SERVICE_DEF|a", " "}, kNames).error().where, "instanceIds[1]");
  EXPECT_EQ(check_revocations({"PR|LOCAL|A|SERVICE_DEF|a", "PR|LOCAL"}, kNames).error().code, ErrorCode::kInvalid);
  const auto both = check_revocations({"PR|LOCAL|A|SERVICE_DEF|a", "mgmt|X|Y|B|EVENT_TYPE|b"}, kNames);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ((*both)[1].level, PolicyLevel::kManagement);
  EXPECT_EQ((*both)[1].target.cloud, "X|Y");
}

TEST(PolicyRequests, Row21_QueryRefusesInThisOrder) {
  const auto at_level = [](std::string_view rest) { return fmt::format(R"({{"level":"MGMT",{}}})", rest); };
  expect_refused(
      [](const std::string& json) { return query(json); },
      {{"{}", "level"},
       {R"({"level":" "})", "level"},
       {R"({"level":"PR"})", "level"},
       {R"({"level":"X","pagination":{"page":0}})", "level"},
       {at_level(R"("pagination":{"page":0},"providers":[""])"), "pagination.size"},
       {at_level(R"("providers":[" "],"instanceIds":[""])"), "providers[0]"},
       {at_level(R"("instanceIds":["A",""],"targetType":"X")"), "instanceIds[1]"},
       {at_level(R"("targetType":"X","targetNames":[""])"), "targetType"},
       {at_level(R"("targetNames":[""],"cloudIdentifiers":[""])"), "targetNames[0]"},
       {at_level(R"("targetNames":["a"],"cloudIdentifiers":[""])"), "targetType"},
       {at_level(R"("cloudIdentifiers":[""],"providers":["a.b"])"), "cloudIdentifiers[0]"},
       {at_level(R"("providers":["a.b"],"instanceIds":["A"])"), "providers"},
       {at_level(R"("instanceIds":["A"],"cloudIdentifiers":["A"])"), "instanceIds"},
       {at_level(R"("cloudIdentifiers":["A"],"targetNames":["a.b"],"targetType":"SERVICE_DEF")"), "cloudIdentifiers"},
       {at_level(R"("targetNames":["a.b"],"targetType":"SERVICE_DEF")"), "targetNames"}});
}

TEST(PolicyRequests, Row22_QueryCombinesAllFilters) {
  const auto whole = query(R"({"level":" provider "})");
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->level, PolicyLevel::kProvider);
  EXPECT_TRUE(whole->providers.empty() && whole->keys.empty() && whole->clouds.empty() && whole->targets.empty() &&
              !whole->target_type);
  EXPECT_EQ(whole->slice.limit, kSizeMax);

  const auto narrow =
      query(R"({"level":"MGMT","pagination":{"page":1,"size":2,"sortField":"createdBy","direction":"desc"},
      "providers":["pump-station"],"instanceIds":["MGMT|LOCAL|A|SERVICE_DEF|a"],"targetType":"event_type","targetNames":["p-a","q"],
      "cloudIdentifiers":["local"]})");
  ASSERT_TRUE(narrow) << narrow.error().message;
  EXPECT_EQ(narrow->providers, std::vector<std::string>{"PumpStation"});
  EXPECT_EQ(narrow->keys.size(), 1U);
  EXPECT_EQ(narrow->targets, (std::vector<std::string>{"pA", "q"}));
  EXPECT_EQ(narrow->clouds, std::vector<std::string>{"LOCAL"});
  EXPECT_EQ(narrow->slice.sort, store::PolicySort::kCreatedBy);
  EXPECT_TRUE(narrow->slice.descending);
  EXPECT_EQ(narrow->slice.offset, 2);
}

TEST(PolicyRequests, Row23_SortFieldsOfTheQuery) {
  for (const std::string field :
       {"id", "instanceId", "createdAt", "targetType", "cloud", "provider", "target", "createdBy"}) {
    EXPECT_TRUE(query(fmt::format(R"({{"level":"MGMT","pagination":{{"sortField":"{}"}}}})", field))) << field;
  }
  EXPECT_FALSE(query(R"({"level":"MGMT","pagination":{"sortField":"level"}})"));
}

TEST(PolicyRequests, Row24_CheckAsksForBothSides) {
  expect_refused(
      [](const std::string& json) { return questions(json); },
      {{"{}", "list"},
       {R"({"list":[]})", "list"},
       {R"({"list":[null]})", "list[0]"},
       {R"({"list":[{"consumer":"A","targetType":"SERVICE_DEF","target":"a"}]})", "list[0].provider"},
       {R"({"list":[{"provider":"A","targetType":"SERVICE_DEF","target":"a"}]})", "list[0].consumer"},
       {R"({"list":[{"provider":"A","consumer":"B","target":"a"}]})", "list[0].targetType"},
       {R"({"list":[{"provider":"A","consumer":"B","targetType":"EVENT_TYPE"}]})", "list[0].target"},
       // A raw error in the last element is found before a name in the first.
       {R"({"list":[{"provider":"a.b","consumer":"B","targetType":"EVENT_TYPE","target":"a"},{"provider":"A"}]})",
        "list[1].consumer"},
       {R"({"list":[{"provider":"a.b","consumer":"B","targetType":"EVENT_TYPE","target":"a"}]})", "list[0].provider"}});
  const auto right = questions(
      R"({"list":[{"provider":"pump-station","consumer":"flow-reader","targetType":"service_def","target":"flow-rate","scope":"Read_Now"},
                                            {"provider":"A","consumer":"B","cloud":"x|y","targetType":"EVENT_TYPE","target":"a","scope":""}]})");
  ASSERT_TRUE(right) << right.error().message;
  EXPECT_EQ((*right)[0], (authorization::AccessQuestion{"LOCAL", "PumpStation", TargetType::kServiceDefinition,
                                                        "flowRate", "FlowReader", "read-now"}));
  EXPECT_EQ((*right)[1], (authorization::AccessQuestion{"X|Y", "A", TargetType::kEventType, "a", "B", ""}));
}

}  // namespace
}  // namespace jeton::api::arrowhead
