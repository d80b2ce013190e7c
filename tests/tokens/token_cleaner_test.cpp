// arrowhead-authorization 8.10, row 60 of section 15.
#include "token_world.hpp"

namespace jeton::tokens::testing {
namespace {

using namespace std::chrono_literals;
using model::TokenVariant;

std::size_t ended(World& world, model::TokenEnd reason) {
  const auto events = world.events();
  return static_cast<std::size_t>(std::ranges::count_if(events, [&](const model::Event& event) {
    const auto* end = std::get_if<model::TokenEnded>(&event.body);
    return end != nullptr && end->reason == reason;
  }));
}

TEST(TokenCleaner, Row60RemovesWhatExpiredWasUsedUpOrIsTooOldAndKeepsTheRest) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto expiring = world.generate(order(TokenVariant::kTimeLimited, "Expiring"));
  TokenOrder used_up = order(TokenVariant::kUsageLimited, "UsedUp");
  used_up.usage_limit = 1;
  const auto used = world.generate(used_up);
  const auto kept = world.generate(order(TokenVariant::kUsageLimited, "Kept"));
  ASSERT_TRUE(expiring && used && kept);
  ASSERT_TRUE(*world.verify(used->text.reveal()));

  world.sweep();
  EXPECT_EQ(world.rows().size(), 2U) << "the used up one is gone";
  EXPECT_EQ(ended(world, model::TokenEnd::kExhausted), 1U);

  world.clock.advance(world.settings.time_limit);
  world.sweep();
  ASSERT_EQ(world.rows().size(), 1U);
  EXPECT_EQ(world.rows().front().subject, "Kept");
  EXPECT_EQ(ended(world, model::TokenEnd::kExpired), 1U);
  EXPECT_TRUE(*world.verify(kept->text.reveal()));

  world.clock.advance(world.settings.max_age);
  world.sweep();
  EXPECT_TRUE(world.rows().empty());
  EXPECT_EQ(world.index.size(), 0U);
  EXPECT_EQ(ended(world, model::TokenEnd::kExpired), 2U);
}

TEST(TokenCleaner, Row60NothingToDropMeansNoWrite) {
  World world;
  world.allow("PumpStation", "flowRate");
  ASSERT_TRUE(world.generate(order()));
  ASSERT_TRUE(world.generate(order())) << "leaves a deadline of a replaced token behind";
  const auto before = world.events().size();
  world.engine.run_due(world.clock.wall());
  world.settle();
  EXPECT_EQ(world.events().size(), before);
  world.clock.advance(world.settings.max_age);
  world.sweep();
  EXPECT_EQ(world.events().size(), before + 1) << "the replaced one is not ended twice";
}

TEST(TokenCleaner, Row60MoreThanOneBatchIsHandledOneAfterTheOther) {
  World world;
  world.settings.unbounded_whitelist = {"Sysop"};
  GenerateTokens generate(world.issuer, world.settings, world.names);
  std::vector<TokenOrder> orders;
  for (int i = 0; i < 1300; ++i) orders.push_back(order(TokenVariant::kTimeLimited, "Reader" + std::to_string(i)));
  Awaited<std::vector<MintedToken>> minted;
  generate(std::move(orders), true, "Sysop", world.clock.wall(), {}, minted.completion());
  ASSERT_EQ(minted.get()->size(), 1300U);

  world.clock.advance(world.settings.time_limit);
  world.engine.run_due(world.clock.wall());
  world.settle();
  EXPECT_EQ(world.rows().size(), 1300U - expiry::kBatchMax);
  world.sweep();
  EXPECT_TRUE(world.rows().empty());
  EXPECT_EQ(world.engine.waiting(world.kind), 0U);
}

TEST(TokenCleaner, Row60AFailedWriteIsTriedAgain) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  world.clock.advance(world.settings.time_limit);
  world.store->stop();
  world.engine.run_due(world.clock.wall());
  EXPECT_EQ(world.engine.waiting(world.kind), 1U);
  EXPECT_EQ(world.engine.next_wake(world.clock.wall()), world.clock.wall() + world.settings.cleaner_interval);
  EXPECT_FALSE(world.verify_token.check(minted->text.reveal(), "PumpStation", world.clock.wall())->answer ==
               VerifyToken::Verification::Answer::kVerified);
}

}  // namespace
}  // namespace jeton::tokens::testing
