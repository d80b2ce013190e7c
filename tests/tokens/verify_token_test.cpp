// arrowhead-authorization 5.6, 5.16, 8.9: rows 48, 49 and 53 of section 15.
#include "token_world.hpp"

namespace jeton::tokens::testing {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using model::TokenVariant;

TEST(VerifyToken, Row48UnknownTextsAndOtherProvidersAreToldNothing) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  ASSERT_TRUE(minted);
  EXPECT_TRUE(*world.verify(minted->text.reveal()));
  EXPECT_FALSE(*world.verify(minted->text.reveal(), "OtherStation"));
  EXPECT_FALSE(*world.verify("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
  EXPECT_FALSE(*world.verify(""));
}

TEST(VerifyToken, Row48ASelfContainedTokenIsAnError) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order(TokenVariant::kBase64SelfContained));
  ASSERT_TRUE(minted);
  const auto verified = world.verify(minted->text.reveal());
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(*world.verify(minted->text.reveal(), "OtherStation")) << "only its provider is told what it is";
}

TEST(VerifyToken, TellsWhoseTokenItIs) {
  World world;
  world.allow("PumpStation", "flowRate");
  TokenOrder wanted = order();
  wanted.scope = "read-now";
  const auto minted = world.generate(wanted);
  const auto checked = world.verify_token.check(minted->text.reveal(), "PumpStation", world.clock.wall());
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->token.tuple, (TokenTuple{"LOCAL", "FlowReader", "PumpStation",
                                              model::TargetType::kServiceDefinition, "flowRate", "read-now"}));
}

TEST(VerifyToken, LivesUntilTheLastNanosecondBeforeItsEnd) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  const base::Instant end = *minted->record.expires_at;
  world.clock.set_wall(end - 1ns);
  EXPECT_TRUE(*world.verify(minted->text.reveal()));
  world.clock.set_wall(end);
  EXPECT_FALSE(*world.verify(minted->text.reveal()));
  EXPECT_EQ(world.rows().size(), 1U) << "nothing is deleted by verifying";
}

TEST(VerifyToken, NoTokenOutlivesTheMaximalAge) {
  World world;
  world.allow("PumpStation", "flowRate");
  TokenOrder late = order();
  late.expires_at = world.clock.wall() + 24h;
  const auto timed = world.generate(late);
  const auto counted = world.generate(order(TokenVariant::kUsageLimited, "Other"));
  const base::Instant end = world.clock.wall() + world.settings.max_age;
  world.clock.set_wall(end - 1ns);
  EXPECT_TRUE(*world.verify(timed->text.reveal()));
  EXPECT_TRUE(*world.verify(counted->text.reveal()));
  world.clock.set_wall(end);
  EXPECT_FALSE(*world.verify(timed->text.reveal()));
  EXPECT_FALSE(*world.verify(counted->text.reveal()));
}

TEST(VerifyToken, Row48And49TakesOneUseATimeAndNeverMoreThanThereAre) {
  World world;
  world.allow("PumpStation", "flowRate");
  TokenOrder wanted = order(TokenVariant::kUsageLimited);
  wanted.usage_limit = 2;
  const auto minted = world.generate(wanted);
  EXPECT_FALSE(*world.verify(minted->text.reveal(), "OtherStation"));
  EXPECT_TRUE(*world.verify(minted->text.reveal()));
  EXPECT_TRUE(*world.verify(minted->text.reveal()));
  EXPECT_FALSE(*world.verify(minted->text.reveal()));
  EXPECT_FALSE(*world.verify(minted->text.reveal()));
  EXPECT_EQ(world.rows().front().uses_left, 0);
  EXPECT_EQ(world.events().size(), 3U) << "issued and used twice";
}

TEST(VerifyToken, AUseThatNobodyWaitsForIsNotTaken) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order(TokenVariant::kUsageLimited));
  const auto checked = world.verify_token.check(minted->text.reveal(), "PumpStation", world.clock.wall());
  Awaited<bool> used;
  world.verify_token.take_use(
      checked->token, world.clock.wall(), [] { return base::failure(base::unavailable("too late")); },
      used.completion());
  EXPECT_EQ(used.get().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(world.rows().front().uses_left, world.settings.simple_usage_limit);
}

std::size_t revoke(World& world, std::vector<model::TokenDigest> digests) {
  Awaited<std::size_t> revoked;
  world.revoke_tokens(std::move(digests), "Sysop", world.clock.wall(), {}, revoked.completion());
  return revoked.get().value();
}

TEST(RevokeTokens, Row53AndQ3EndsWhatIsThereAndPassesOverTheRest) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  EXPECT_EQ(revoke(world, {}), 0U);
  EXPECT_EQ(revoke(world, {model::TokenDigest{}}), 0U);
  EXPECT_TRUE(*world.verify(minted->text.reveal()));
  EXPECT_EQ(revoke(world, {minted->record.digest, model::TokenDigest{}, minted->record.digest}), 1U);
  EXPECT_FALSE(*world.verify(minted->text.reveal()));
  EXPECT_TRUE(world.rows().empty());
  EXPECT_EQ(world.events().size(), 2U) << "one end, however often it was named";
}

TEST(QueryTokens, ListsRecordsUntilTheyAreCleanedUp) {
  World world;
  world.allow("PumpStation", "flowRate");
  ASSERT_TRUE(world.generate(order()));
  ASSERT_TRUE(world.generate(order(TokenVariant::kUsageLimited, "Other")));
  store::AccessTokenQuery query;
  query.subject = "Other";
  const auto page = world.query_tokens(query);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 1);
  EXPECT_EQ(page->rows.at(0).subject, "Other");
}

}  // namespace
}  // namespace jeton::tokens::testing
