// message-queue 3.2 (13), 3.3 and rows 11, 12, 28, 29, 48, 59 of its section 10.
#include "queue_world.hpp"

namespace jeton::queues::testing {
namespace {

const Credential kToken = Claim{"q", TokenScope::kEverything};

std::vector<std::string> listed(World& world) {
  std::vector<std::string> names;
  for (const auto& sub_queue : world.sub_queues()) {
    if (sub_queue.listed) names.push_back(sub_queue.name);
  }
  return names;
}

TEST(RestrictAndClear, Row59AddTwiceAndRemoveTwice) {
  World world;
  EXPECT_TRUE(world.restrict("q"));
  EXPECT_FALSE(world.restrict("q"));
  EXPECT_EQ(world.restricted.names(), std::vector<std::string>{"q"});
  EXPECT_TRUE(world.lift("q"));
  EXPECT_FALSE(world.lift("q"));
  EXPECT_TRUE(world.restricted.names().empty());
  EXPECT_TRUE(world.sub_queues().empty()) << "a name that nobody needs is forgotten";
}

TEST(RestrictAndClear, ARestrictedSubQueueWithoutMessagesIsNoKey) {
  World world;
  world.restrict("q");
  EXPECT_TRUE(listed(world).empty());
}

TEST(RestrictAndClear, Row29LiftingKeepsTheMessagesUnlessTheyAreToGo) {
  World world;
  world.put("q");
  world.restrict("q");
  EXPECT_TRUE(world.lift("q"));
  EXPECT_EQ(world.list("q").size(), 1U);
  world.restrict("q");
  EXPECT_TRUE(world.lift("q", true));
  EXPECT_TRUE(world.list("q").empty());
  EXPECT_TRUE(listed(world).empty());
  world.put("q");
  EXPECT_FALSE(world.lift("q", true)) << "not restricted: nothing happens";
  EXPECT_EQ(world.list("q").size(), 1U);
}

TEST(RestrictAndClear, Row11And48ClearingOneLeavesTheOthersAndDropsItsKey) {
  World world;
  world.put("q");
  world.put("r");
  EXPECT_EQ(world.clear("q").value(), Clear::Outcome::kAll);
  EXPECT_EQ(listed(world), std::vector<std::string>{"r"});
  EXPECT_EQ(world.clear("unknown").value(), Clear::Outcome::kAll);
  world.restrict("r");
  EXPECT_EQ(world.clear("r").error().code, base::ErrorCode::kForbidden);
  EXPECT_TRUE(world.clear("r", Claim{"r", TokenScope::kEverything}));
  EXPECT_EQ(world.restricted.names(), std::vector<std::string>{"r"}) << "the restriction stays";
}

TEST(RestrictAndClear, Row12ClearingAllSkipsWhatIsClosed) {
  World world;
  world.put("q");
  world.put("r");
  world.restrict("q");
  EXPECT_EQ(world.clear(std::nullopt).value(), Clear::Outcome::kSomeSkipped);
  EXPECT_EQ(listed(world), std::vector<std::string>{"q"});
  EXPECT_EQ(world.clear(std::nullopt, kToken).value(), Clear::Outcome::kAll);
  EXPECT_TRUE(listed(world).empty());
}

TEST(RestrictAndClear, AClearedUuidMayBeUsedAgainAtOnce) {
  World world;
  const NewMessage mine{.sub_queue = "q", .assigned_to = {}, .payload = "1", .uuid = "mine", .delay = {}, .ttl = {}};
  ASSERT_TRUE(world.publish({mine}));
  ASSERT_TRUE(world.clear("q"));
  EXPECT_EQ(world.find("mine"), std::nullopt);
  EXPECT_TRUE(world.publish({mine}));
  EXPECT_TRUE(world.find("mine").has_value());
  EXPECT_EQ(world.sub_queues().front().depth, 1);
}

TEST(RestrictAndClear, ASubQueueThatWasEmptiedByDeletesIsStillAKey) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_TRUE(world.erase({uuid}));
  EXPECT_EQ(listed(world), std::vector<std::string>{"q"});
  ASSERT_TRUE(world.clear("q"));
  EXPECT_TRUE(listed(world).empty());
}

}  // namespace
}  // namespace jeton::queues::testing
