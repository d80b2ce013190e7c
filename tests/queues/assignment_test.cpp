// The table of message-queue 4.3 and rows 19, 21, 22 of its section 10; Q6 for blank assignees.
#include "queue_world.hpp"

namespace jeton::queues::testing {
namespace {

using base::ErrorCode;

TEST(Assignment, Row19Assign) {
  World world;
  EXPECT_EQ(world.hold("no-such-uuid", "a").value().has_value(), false);
  const auto uuid = world.put("q").uuid;
  EXPECT_EQ(world.hold(uuid, "a").value()->assigned, Assigned::kNow);
  EXPECT_EQ(world.hold(uuid, "a").value()->assigned, Assigned::kBefore);
  const auto other = world.hold(uuid, "b");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kConflict);
  for (const std::string& part : {"[" + uuid + "]", std::string("[q]"), std::string("[a]")})
    EXPECT_NE(other.error().message.find(part), std::string::npos) << other.error().message;
  EXPECT_EQ(world.find(uuid)->assigned_to, "a");
  EXPECT_EQ(world.find(uuid)->attempts, 1) << "asking again is not another attempt";
}

TEST(Assignment, Row21Release) {
  World world;
  EXPECT_EQ(world.give_back("no-such-uuid").value().has_value(), false);
  const auto uuid = world.put("q", "1", "a").uuid;
  const auto wrong = world.give_back(uuid, "b");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kConflict);
  EXPECT_EQ(world.find(uuid)->assigned_to, "a");
  const auto right = world.give_back(uuid, "a");
  EXPECT_EQ(right.value()->released, Released::kNow);
  EXPECT_EQ(right.value()->message.assigned_to, std::nullopt);
  EXPECT_EQ(world.give_back(uuid, "anybody").value()->released, Released::kBefore);
  ASSERT_TRUE(world.hold(uuid, "a"));
  EXPECT_EQ(world.give_back(uuid).value()->released, Released::kNow) << "without an assignee";
  ASSERT_TRUE(world.hold(uuid, "a"));
  EXPECT_EQ(world.give_back(uuid, " ").value()->released, Released::kNow) << "with a blank one";
}

TEST(Assignment, Row22Delete) {
  World world;
  EXPECT_TRUE(world.erase({"no-such-uuid"})->empty());
  const auto held = world.put("q", "1", "a").uuid;
  const auto free = world.put("q").uuid;
  EXPECT_EQ(world.erase({held}, "b").error().code, ErrorCode::kForbidden);
  EXPECT_EQ(world.erase({free}, "b").error().code, ErrorCode::kForbidden) << "a free message differs from everybody";
  EXPECT_TRUE(world.find(held) && world.find(free));
  EXPECT_EQ(world.erase({held}, "a").value(), std::vector<std::string>{held});
  EXPECT_EQ(world.erase({free}).value(), std::vector<std::string>{free});
  EXPECT_TRUE(world.list("q").empty());
}

TEST(Assignment, SeveralAreDeletedTogetherOrNotAtAll) {
  World world;
  const auto mine = world.put("q", "1", "a").uuid;
  const auto other = world.put("q", "1", "b").uuid;
  EXPECT_FALSE(world.erase({mine, other}, "a"));
  EXPECT_TRUE(world.find(mine).has_value());
  EXPECT_EQ(world.erase({mine, "gone", mine}, "a").value(), std::vector<std::string>{mine});
}

TEST(Assignment, Q6ABlankAssigneeHoldsAndIsFreeToAssign) {
  World world;
  const auto uuid = world.put("q").uuid;
  ASSERT_TRUE(world.hold(uuid, ""));
  EXPECT_EQ(world.find(uuid)->assigned_to, "");
  EXPECT_EQ(world.take_one("q", "b"), "") << "next passes it over";
  EXPECT_EQ(world.give_back(uuid, "b").error().code, ErrorCode::kConflict);
  EXPECT_EQ(world.erase({uuid}, "b").error().code, ErrorCode::kForbidden);
  EXPECT_EQ(world.hold(uuid, "b").value()->assigned, Assigned::kNow);
  ASSERT_TRUE(world.give_back(uuid));
  ASSERT_TRUE(world.hold(uuid, " "));
  EXPECT_EQ(world.give_back(uuid).value()->released, Released::kNow);
}

TEST(Assignment, Rows19To22ARestrictedSubQueueAsksForItsToken) {
  World world;
  const auto uuid = world.put("q", "1", "a").uuid;
  ASSERT_TRUE(world.restrict("q"));
  const Credential token = Claim{"q", TokenScope::kEverything};
  EXPECT_EQ(world.hold(uuid, "a").error().code, ErrorCode::kForbidden);
  EXPECT_EQ(world.give_back(uuid).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(world.erase({uuid}).error().code, ErrorCode::kForbidden);
  EXPECT_FALSE(world.hold("no-such-uuid", "a").value().has_value()) << "what is not there is looked for first";
  EXPECT_TRUE(world.hold(uuid, "a", {}, token));
  EXPECT_TRUE(world.give_back(uuid, {}, token));
  EXPECT_TRUE(world.erase({uuid}, {}, token));
}

}  // namespace
}  // namespace jeton::queues::testing
