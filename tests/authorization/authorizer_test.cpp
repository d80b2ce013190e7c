// Decisions with and without metadata at hand (arrowhead-authorization 6.5, 6.6, 15.3 rows 25 to 29).
#include "authorization/authorizer.hpp"

#include "authorization/check_policies.hpp"
#include "policy_samples.hpp"

namespace jeton::authorization {
namespace {

using model::PolicyLevel;
using samples::blacklist;
using samples::everyone;
using samples::metadata;
using samples::whitelist;

/// Knows one system; what is at hand and what has to be fetched is up to the test.
class ScriptedMetadata final : public ConsumerMetadata {
 public:
  std::optional<Found> at_hand(std::string_view) override { return at_hand_now ? std::optional(known) : std::nullopt; }
  Found fetch(std::string_view) override {
    ++fetched;
    return known;
  }
  Found known;
  bool at_hand_now = true;
  int fetched = 0;
};

ConsumerMetadata::Found value(std::string_view text) {
  return std::make_shared<const base::json::Value>(*base::json::parse(text));
}

AccessRequest question(std::string_view consumer = "FlowReader", std::string_view scope = {}) {
  return {.cloud = "LOCAL", .provider = "PumpStation", .target = "flowRate", .consumer = consumer, .scope = scope};
}

struct World {
  PolicyIndex index;
  ScriptedMetadata source;
  Authorizer authorizer{index, source};

  bool granted(std::string_view consumer = "FlowReader", std::string_view scope = {}) {
    const auto now = authorizer.decide_now(question(consumer, scope));
    const auto waited = authorizer.decide(question(consumer, scope));
    EXPECT_TRUE(now && *now && waited);
    EXPECT_EQ(**now, *waited);
    return waited->granted;
  }
};

TEST(Authorizer, Row25_NoHeaderAtBothLevels) {
  World world;
  EXPECT_FALSE(world.granted());
}

TEST(Authorizer, Row26_TheManagementHeaderHidesTheProviders) {
  World world;
  world.index.put(samples::set(PolicyLevel::kProvider, everyone()));
  EXPECT_TRUE(world.granted());
  world.index.put(samples::set(PolicyLevel::kManagement, whitelist({"Dispatcher"})));
  EXPECT_FALSE(world.granted());
  EXPECT_TRUE(world.granted("Dispatcher"));
}

TEST(Authorizer, Row27_Lists) {
  World world;
  world.index.put(samples::set(PolicyLevel::kProvider, blacklist({"OldGateway"})));
  EXPECT_TRUE(world.granted());
  EXPECT_FALSE(world.granted("OldGateway"));
  world.index.put(samples::set(PolicyLevel::kProvider, whitelist({"FlowReader"})));
  EXPECT_TRUE(world.granted());
  EXPECT_FALSE(world.granted("OldGateway"));
}

TEST(Authorizer, Row28_Metadata) {
  const std::vector<std::pair<ConsumerMetadata::Found, bool>> kRows = {
      {nullptr, false},  // failing look-up, unknown consumer
      {value("{}"), false},
      {value(R"({"floor":3})"), false},
      {value(R"({"floor":2})"), true}};
  World world;
  world.index.put(samples::set(PolicyLevel::kProvider, metadata(R"({"floor":2})")));
  for (const auto& [known, granted] : kRows) {
    world.source.known = known;
    EXPECT_EQ(world.granted(), granted);
  }
}

TEST(Authorizer, Row29_Scopes) {
  World world;
  world.index.put(
      samples::set(PolicyLevel::kProvider, whitelist({"FlowReader"}), {{"steer", whitelist({"Dispatcher"})}}));
  EXPECT_TRUE(world.granted("Dispatcher", "steer")) << "the scope's own policy alone";
  EXPECT_FALSE(world.granted("FlowReader", "steer"));
  EXPECT_TRUE(world.granted("FlowReader", "read")) << "absent: the default";
  EXPECT_TRUE(world.granted("FlowReader", "*"));
  EXPECT_FALSE(world.granted("FlowReader")) << "none: all must agree";
}

TEST(Authorizer, AsksForMetadataOnlyWhenAPolicyDoes) {
  World world;
  world.source.at_hand_now = false;
  world.index.put(samples::set(PolicyLevel::kProvider, everyone(), {{"meta", metadata(R"({"floor":2})")}}));
  EXPECT_TRUE(world.authorizer.decide_now(question("FlowReader", "*")));
  EXPECT_FALSE(world.authorizer.decide_now(question("FlowReader", "meta"))) << "a worker has to fetch";
  EXPECT_FALSE(world.authorizer.decide_now(question("FlowReader")));
  EXPECT_EQ(world.source.fetched, 0);
  world.source.known = value(R"({"floor":2})");
  EXPECT_TRUE(world.authorizer.decide(question("FlowReader", "meta"))->granted);
  EXPECT_EQ(world.source.fetched, 1);
  EXPECT_TRUE(world.authorizer.decide(question("FlowReader", "*"))->granted);
  EXPECT_EQ(world.source.fetched, 1);
}

TEST(Authorizer, AnUnknownOperatorFailsOnlyAConsumerWithMetadata) {
  World world;
  world.index.put(samples::set(PolicyLevel::kProvider, metadata(R"({"floor":{"op":"ABOUT","value":2}})")));
  EXPECT_FALSE(world.granted());
  world.source.known = value(R"({"floor":2})");
  const auto now = world.authorizer.decide_now(question());
  ASSERT_TRUE(now);
  ASSERT_FALSE(*now);
  EXPECT_EQ(now->error().code, base::ErrorCode::kInvalid);
  EXPECT_FALSE(world.authorizer.decide(question()));
}

AccessQuestion asked(std::string consumer, std::string scope = {}) {
  return {.cloud = "LOCAL",
          .provider = "PumpStation",
          .target = "flowRate",
          .consumer = std::move(consumer),
          .scope = std::move(scope)};
}

TEST(CheckPolicies, Row24_AnswersInTheOrderOfTheQuestions) {
  World world;
  world.index.put(samples::set(PolicyLevel::kProvider, whitelist({"A", "C"})));
  const CheckPolicies check(world.authorizer);
  const std::vector<AccessQuestion> questions = {asked("A"), asked("B"), asked("C"), asked("A")};
  const std::vector<bool> expected = {true, false, true, true};
  EXPECT_EQ(**check.decide_now(questions), expected);
  EXPECT_EQ(*check.decide(questions), expected);
}

TEST(CheckPolicies, OneQuestionThatMustWaitMakesAllWait) {
  World world;
  world.source.at_hand_now = false;
  world.source.known = value(R"({"floor":2})");
  world.index.put(samples::set(PolicyLevel::kProvider, everyone(), {{"meta", metadata(R"({"floor":2})")}}));
  const CheckPolicies check(world.authorizer);
  const std::vector<AccessQuestion> questions = {asked("A", "*"), asked("B", "meta")};
  EXPECT_FALSE(check.decide_now(questions));
  EXPECT_EQ(*check.decide(questions), (std::vector<bool>{true, true}));
}

TEST(CheckPolicies, OneQuestionThatCannotBeAnsweredFailsAll) {
  World world;
  world.source.known = value(R"({"floor":2})");
  world.index.put(
      samples::set(PolicyLevel::kProvider, everyone(), {{"meta", metadata(R"({"floor":{"op":"ABOUT","value":2}})")}}));
  const CheckPolicies check(world.authorizer);
  const std::vector<AccessQuestion> questions = {asked("A", "*"), asked("B", "meta")};
  const auto now = check.decide_now(questions);
  ASSERT_TRUE(now);
  EXPECT_FALSE(*now);
  EXPECT_FALSE(check.decide(questions));
}

}  // namespace
}  // namespace jeton::authorization
