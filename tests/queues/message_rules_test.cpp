// message-queue 2.2.
#include "queues/message_rules.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/limits.hpp"

namespace jeton::queues {
namespace {

constexpr MessageBounds kBounds{.payload_bytes_max = 10};

NewMessage message(std::string sub_queue) {
  return {.sub_queue = std::move(sub_queue), .assigned_to = {}, .payload = "1", .uuid = {}, .delay = {}, .ttl = {}};
}

TEST(MessageRules, ASubQueueHasMoreInItsNameThanWhiteSpace) {
  for (const char* blank : {"", " ", "\t\n"}) {
    std::array one = {message(blank)};
    const auto status = check(one, kBounds);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().where, "subQueue");
  }
  std::array one = {message(" orders ")};
  EXPECT_TRUE(check(one, kBounds));
  EXPECT_EQ(one[0].sub_queue, " orders ") << "not trimmed";
}

TEST(MessageRules, Row4ABlankAssigneeIsNone) {
  std::array one = {message("q")};
  one[0].assigned_to = " ";
  EXPECT_TRUE(check(one, kBounds));
  EXPECT_EQ(one[0].assigned_to, std::nullopt);
  one[0].assigned_to = " a ";
  EXPECT_TRUE(check(one, kBounds));
  EXPECT_EQ(one[0].assigned_to, " a ");
}

TEST(MessageRules, EverySizeHasABoundThatTheMessageNames) {
  std::array one = {message("q")};
  one[0].payload = "12345678901";
  EXPECT_EQ(check(one, kBounds).error().code, base::ErrorCode::kTooLarge);
  one[0] = message(std::string(base::limits::kSubQueueNameBytesMax + 1, 'q'));
  EXPECT_EQ(check(one, kBounds).error().where, "subQueue");
  one[0] = message("q");
  one[0].assigned_to = std::string(base::limits::kAssigneeBytesMax + 1, 'a');
  EXPECT_EQ(check(one, kBounds).error().where, "assignedTo");
  one[0] = message("q");
  one[0].uuid = std::string(base::limits::kMessageUuidBytesMax + 1, 'u');
  EXPECT_EQ(check(one, kBounds).error().where, "uuid");
}

TEST(MessageRules, OfSeveralTheFirstWrongOneIsNamed) {
  std::array three = {message("q"), message(""), message("")};
  const auto status = check(three, kBounds);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("message 2"), std::string::npos) << status.error().message;
}

}  // namespace
}  // namespace jeton::queues
