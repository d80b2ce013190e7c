// arrowhead-authorization 6.6.
#include "cloud/consumer_metadata_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/cloud_world.hpp"

namespace jeton::cloud {
namespace {

using namespace std::chrono_literals;
using testing::World;

const std::string kSystems = "POST http://sr:8443/serviceregistry/system-discovery/lookup?verbose=false";

class ConsumerMetadataSourceTest : public ::testing::Test {
 protected:
  ConsumerMetadataSourceTest() { world_.offer_registry(); }
  World world_;
  ConsumerMetadataSource source_{world_.neighbours, world_.clock, 10s, {}};
};

TEST_F(ConsumerMetadataSourceTest, AsksForTheFirstEntrysMetadata) {
  world_.wire.answer(
      kSystems, 200,
      R"({"entries":[{"name":"FlowReader","metadata":{"zone":"north"}},{"metadata":{"zone":"x"}}],"count":2})");
  EXPECT_EQ(source_.at_hand("FlowReader"), std::nullopt);
  const auto found = source_.fetch("FlowReader");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(*found->member("zone")->as<std::string>(), "north");
  EXPECT_EQ(world_.wire.sent.back().body,
            R"({"systemNames":["FlowReader"],"addresses":null,"addressType":null,"metadataRequirementList":null,)"
            R"("versions":null,"deviceNames":null})");
  EXPECT_EQ(source_.at_hand("FlowReader"), found);
  world_.clock.advance(10s);
  EXPECT_EQ(source_.at_hand("FlowReader"), std::nullopt);
}

TEST_F(ConsumerMetadataSourceTest, NoEntryAndNoMetadataAreAnswersToo) {
  for (const char* body : {R"({"entries":[]})", R"({"entries":[{"name":"A"}]})", R"({"entries":[{"metadata":null}]})",
                           R"({"entries":[{"metadata":7}]})"}) {
    world_.clock.advance(1min);
    world_.wire.answer(kSystems, 200, body);
    EXPECT_EQ(source_.fetch("A"), nullptr) << body;
    const auto at_hand = source_.at_hand("A");
    ASSERT_TRUE(at_hand.has_value()) << body;
    EXPECT_EQ(*at_hand, nullptr);
  }
}

TEST_F(ConsumerMetadataSourceTest, FailsClosedAndRemembersNoFailure) {
  const std::pair<int, const char*> answers[] = {
      {500, ""}, {401, ""}, {200, ""}, {200, "[]"}, {200, R"({"entries":{}})"}};
  for (const auto& [status, body] : answers) {
    world_.wire.answer(kSystems, status, body);
    EXPECT_EQ(source_.fetch("A"), nullptr);
    EXPECT_EQ(source_.at_hand("A"), std::nullopt) << status << body;
  }
  world_.wire.fail(kSystems, base::ErrorCode::kTimeout);
  EXPECT_EQ(source_.fetch("A"), nullptr);
  world_.wire.answer(kSystems, 200, R"({"entries":[{"metadata":{}}]})");
  EXPECT_NE(source_.fetch("A"), nullptr);
}

TEST_F(ConsumerMetadataSourceTest, LargeMetadataDoesNotFillTheMemory) {
  const std::string large(900'000, 'x');
  world_.wire.answer(kSystems, 200, fmt::format(R"({{"entries":[{{"metadata":{{"a":"{}"}}}}]}})", large));
  for (int i = 0; i < 30; ++i) EXPECT_NE(source_.fetch(fmt::format("S{}", i)), nullptr);
  EXPECT_LT(source_.remembered(), 12U);
}

}  // namespace
}  // namespace jeton::cloud
