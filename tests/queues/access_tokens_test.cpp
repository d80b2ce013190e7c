// message-queue 5.2 to 5.4 and rows 33, 36 to 38 of its section 10.
#include "queues/access_tokens.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crypto/jwt.hpp"

namespace jeton::queues {
namespace {

const base::Instant kNow{std::chrono::seconds{1'900'000'000}};

base::Secret key(std::string_view text) {
  return base::Secret(std::string(text));
}
std::string signed_by(std::string_view key_text, std::string_view claims) {
  return crypto::sign_jwt_hs512(key(key_text), claims).value();
}
std::vector<base::Secret> keys(std::initializer_list<std::string_view> texts) {
  std::vector<base::Secret> out;
  for (const std::string_view text : texts) out.push_back(key(text));
  return out;
}

constexpr std::string_view kVector =
    "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9."
    "eyJpc3MiOiJraWxlbW9uL21lc3NhZ2UtcXVldWUiLCJTdWItUXVldWUtSWRlbnRpZmllciI6Im9yZGVycyJ9."
    "sZwr0NNaQF7cIlroJw-E-4dctTp9y69jK5gZchpTu2QftnlK1wcHly_7RjTprCi8PrLbTb9XRq6Ytkix6ZkQzQ";

TEST(AccessTokens, TheVectorBothWays) {
  const AccessTokens tokens(keys({"local-dev-signing-key"}));
  EXPECT_EQ(tokens.make("orders", TokenScope::kEverything)->reveal(), kVector);
  EXPECT_EQ(tokens.verify(kVector, kNow).value(), Credential(Claim{"orders", TokenScope::kEverything}));
}

TEST(AccessTokens, AScopeTravelsInTheToken) {
  const AccessTokens tokens(keys({"key"}));
  for (const TokenScope scope : {TokenScope::kPublish, TokenScope::kConsume}) {
    const auto token = tokens.make("orders", scope);
    EXPECT_EQ(tokens.verify(token->reveal(), kNow).value(), Credential(Claim{"orders", scope}));
  }
  EXPECT_FALSE(tokens.verify(
      signed_by("key", R"({"iss":"kilemon/message-queue","Sub-Queue-Identifier":"q","Sub-Queue-Scope":"all"})"), kNow))
      << "a scope that is not known may be less than everything";
}

TEST(AccessTokens, APreviousKeyIsBelievedAndNotSignedWith) {
  const AccessTokens before(keys({"old"}));
  const AccessTokens after(keys({"new", "old"}));
  const auto old_token = before.make("orders", TokenScope::kEverything);
  EXPECT_TRUE(after.verify(old_token->reveal(), kNow));
  EXPECT_NE(after.make("orders", TokenScope::kEverything)->reveal(), old_token->reveal());
  EXPECT_FALSE(AccessTokens(keys({"new"})).verify(old_token->reveal(), kNow));
}

TEST(AccessTokens, Row38WithoutAKeyNothingIsMadeOrBelieved) {
  const AccessTokens tokens({});
  EXPECT_FALSE(tokens.make("orders", TokenScope::kEverything));
  EXPECT_FALSE(tokens.verify(kVector, kNow));
}

TEST(AccessTokens, Row33WhatIsNotGenuineIsRefusedAndAllRefusalsAreAlike) {
  const AccessTokens tokens(keys({"key"}));
  const auto second = std::chrono::floor<std::chrono::seconds>(kNow).time_since_epoch().count();
  const auto with = [&](std::string_view more) {
    return signed_by("key", fmt::format(R"({{"iss":"kilemon/message-queue","Sub-Queue-Identifier":"q"{}}})", more));
  };
  const std::string good = with("");
  ASSERT_TRUE(tokens.verify(good, kNow));
  std::string first_message;
  for (const std::string& bad :
       {std::string("garbage"), std::string(), good + "x", good.substr(0, good.rfind('.')) + ".",
        "eyJhbGciOiJub25lIn0." + good.substr(good.find('.') + 1),
        signed_by("other", R"({"iss":"kilemon/message-queue"})"), signed_by("key", R"({"Sub-Queue-Identifier":"q"})"),
        signed_by("key", R"({"iss":"other"})"), signed_by("key", R"({"iss":7})"), signed_by("key", "[]"),
        signed_by("key", "no json"), with(fmt::format(R"(,"exp":{})", second)),
        with(fmt::format(R"(,"nbf":{})", second + 1)), with(fmt::format(R"(,"iat":{})", second + 1)),
        with(R"(,"exp":"never")")}) {
    const auto verified = tokens.verify(bad, kNow);
    ASSERT_FALSE(verified) << bad;
    EXPECT_EQ(verified.error().code, base::ErrorCode::kUnauthenticated);
    if (first_message.empty()) first_message = verified.error().message;
    EXPECT_EQ(verified.error().message, first_message);
  }
}

TEST(AccessTokens, Row36DatesAreInWholeSecondsWithoutLeeway) {
  const AccessTokens tokens(keys({"key"}));
  const auto second = std::chrono::floor<std::chrono::seconds>(kNow).time_since_epoch().count();
  EXPECT_TRUE(tokens.verify(
      signed_by("key", fmt::format(
                           R"({{"iss":"kilemon/message-queue","Sub-Queue-Identifier":"q","exp":{},"nbf":{},"iat":{}}})",
                           second + 1, second, second)),
      kNow));
}

TEST(AccessTokens, TheEndOfATokenIsToldAndOneThatNoClockReachesIsNone) {
  const AccessTokens tokens(keys({"key"}));
  const auto end_of = [&](std::string_view exp) {
    const auto claims = fmt::format(R"({{"iss":"kilemon/message-queue","Sub-Queue-Identifier":"q","exp":{}}})", exp);
    return tokens.verify(signed_by("key", claims), kNow).value()->ends;
  };
  EXPECT_EQ(end_of("1900000007"), kNow + std::chrono::seconds{7});
  EXPECT_EQ(end_of("1900000007.9"), kNow + std::chrono::seconds{7});
  EXPECT_EQ(end_of("9223372036854775807"), std::nullopt);
  EXPECT_EQ(end_of("1e300"), std::nullopt);
  const Credential credential = Claim{"q", TokenScope::kEverything, kNow};
  EXPECT_TRUE(expect_not_ended(credential, kNow - std::chrono::nanoseconds{1}));
  EXPECT_EQ(expect_not_ended(credential, kNow).error().code, base::ErrorCode::kUnauthenticated);
  EXPECT_TRUE(expect_not_ended({}, kNow));
}

TEST(AccessTokens, AGenuineTokenThatNamesNoSubQueueIsNoCredential) {
  const AccessTokens tokens(keys({"key"}));
  EXPECT_EQ(tokens.verify(signed_by("key", R"({"iss":"kilemon/message-queue"})"), kNow).value(), Credential{});
  EXPECT_EQ(
      tokens.verify(signed_by("key", R"({"iss":"kilemon/message-queue","Sub-Queue-Identifier":5})"), kNow).value(),
      Credential{});
}

TEST(AccessTokens, Row37TheKeyIsTheTextAsItIs) {
  EXPECT_TRUE(AccessTokens(keys({" k "})).verify(signed_by(" k ", R"({"iss":"kilemon/message-queue"})"), kNow));
  EXPECT_FALSE(AccessTokens(keys({"k"})).verify(signed_by(" k ", R"({"iss":"kilemon/message-queue"})"), kNow));
}

}  // namespace
}  // namespace jeton::queues
