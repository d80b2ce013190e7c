// arrowhead-authorization 5.5, 5.14, 8.8, 8.9: rows 41, 42, 44, 45, 47, 50, 54 of section 15, Q11 and Q12 of
// section 18.
#include <array>
#include <latch>
#include <string>

#include "base/json/types.hpp"
#include "base/strings.hpp"
#include "crypto/jwt.hpp"
#include "crypto/test_files.hpp"
#include "crypto/test_keys.hpp"
#include "token_world.hpp"

namespace jeton::tokens::testing {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using model::TokenKind;
using model::TokenVariant;

const crypto::SigningKey& rsa_key() {
  static const crypto::TestFolder folder;
  static const crypto::SigningKey key =
      crypto::SigningKey::load(folder.write("key.pem", crypto::test_keys::rsa_pem(2048)).string(), base::Secret())
          .value();
  return key;
}

base::Result<std::vector<MintedToken>> generate_many(World& world, std::vector<TokenOrder> orders, bool unbound = false,
                                                     std::string caller = "Orchestrator") {
  Awaited<std::vector<MintedToken>> minted;
  world.generate_tokens(std::move(orders), unbound, std::move(caller), world.clock.wall(), {}, minted.completion());
  return minted.get();
}

TEST(GenerateToken, StoresARecordWithoutTheText) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  ASSERT_TRUE(minted) << minted.error().message;
  EXPECT_EQ(minted->text.size(), 44U);
  EXPECT_EQ(minted->record.expires_at, world.clock.wall() + world.settings.time_limit);
  EXPECT_EQ(minted->record.usage_limit, std::nullopt);
  EXPECT_EQ(world.rows(), std::vector{minted->record});
  EXPECT_EQ(minted->record.digest, world.digest(minted->text.reveal()));
  ASSERT_EQ(world.events().size(), 1U);
  const auto found = world.index.find(minted->record.digest);
  ASSERT_TRUE(found) << "read your own writes";
  EXPECT_EQ(found->id, minted->record.id);
}

TEST(GenerateToken, Row41IsRefusedWithoutAPolicyAndStoresNothing) {
  World world;
  world.allow("PumpStation", "flowRate", {"SomebodyElse"});
  const auto minted = world.generate(order());
  ASSERT_FALSE(minted);
  EXPECT_EQ(minted.error().code, ErrorCode::kForbidden);
  EXPECT_TRUE(world.rows().empty());
}

TEST(GenerateToken, Row44DefaultsFillInWhatIsNotGiven) {
  World world;
  world.allow("PumpStation", "flowRate");
  EXPECT_EQ(world.generate(order(TokenVariant::kUsageLimited))->record.usage_limit, world.settings.simple_usage_limit);
  TokenOrder given = order(TokenVariant::kUsageLimited);
  given.usage_limit = 10'000'000'000;  // past every limit of the reference (Q7)
  given.expires_at = world.clock.wall() + 1h;
  const auto limited = world.generate(given);
  EXPECT_EQ(limited->record.uses_left, 10'000'000'000);
  EXPECT_EQ(limited->record.expires_at, std::nullopt) << "not for usage-limited tokens";
  TokenOrder late = order(TokenVariant::kBase64SelfContained);
  late.expires_at = world.clock.wall() + std::chrono::years{50};
  EXPECT_EQ(world.generate(late)->record.expires_at, late.expires_at);
}

TEST(GenerateToken, Row45JsonWebTokensNeedAKeyAndAreSignedByIt) {
  World without;
  without.allow("PumpStation", "flowRate");
  const auto refused = without.generate(order(TokenVariant::kRs256Jwt));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);

  World world(default_settings(), &rsa_key());
  world.allow("PumpStation", "flowRate");
  for (const auto& [variant, algorithm] : {std::pair{TokenVariant::kRs256Jwt, crypto::JwtAlgorithm::kRs256},
                                           std::pair{TokenVariant::kRs512Jwt, crypto::JwtAlgorithm::kRs512}}) {
    const auto minted = world.generate(order(variant));
    ASSERT_TRUE(minted) << minted.error().message;
    EXPECT_EQ(minted->record.kind, TokenKind::kSelfContained);
    const auto claims = crypto::verify_jwt(algorithm, rsa_key(), minted->text.reveal());
    ASSERT_TRUE(claims) << claims.error().message;
    const base::json::Value parsed = base::json::parse(*claims).value();
    EXPECT_EQ(parsed.member("jti")->as<std::string>()->size(), 22U);
    EXPECT_EQ(*parsed.member("iss")->as<std::string>(), "ConsumerAuthorization");
    const std::int64_t now = std::chrono::floor<std::chrono::seconds>(world.clock.wall().time_since_epoch()).count();
    EXPECT_EQ(*parsed.member("iat")->as<std::int64_t>(), now);
    EXPECT_EQ(*parsed.member("nbf")->as<std::int64_t>(), now - 60);
    EXPECT_EQ(*parsed.member("exp")->as<std::int64_t>(), now + 60);
    EXPECT_EQ(*parsed.member("csn")->as<std::string>(), "FlowReader");
    EXPECT_EQ(parsed.member("sco"), nullptr);
  }
}

TEST(GenerateToken, Row47ShortSimpleTokensAreNotMade) {
  World world(with(&Settings::simple_byte_size, 15));
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order());
  ASSERT_FALSE(minted);
  EXPECT_EQ(minted.error().code, ErrorCode::kInternal);

  World shortest(with(&Settings::simple_byte_size, 16));
  shortest.allow("PumpStation", "flowRate");
  EXPECT_EQ(base::base64url_decode(shortest.generate(order())->text.reveal())->size(), 16U);
}

TEST(GenerateToken, DrawsAgainWhenTheDigestExists) {
  World world;
  world.allow("PumpStation", "flowRate");
  world.allow("PumpStation", "pressure");
  int draws = 0;
  TokenMint repeating({.settings = world.settings,
                       .reference_digest = world.digest,
                       .encryption_keys = world.keys,
                       .tokens = world.index,
                       .random_bytes = [&](std::size_t size) { return std::string(size, ++draws < 3 ? 'a' : 'b'); }});
  TokenIssuer issuer({world.authorizer, repeating, world.index, *world.store, world.workers, world.workers});
  GenerateToken generate(issuer);
  const auto issue = [&](TokenOrder wanted) {
    Awaited<MintedToken> minted;
    generate(std::move(wanted), "FlowReader", world.clock.wall(), {}, minted.completion());
    return minted.get();
  };
  ASSERT_TRUE(issue(order()));
  EXPECT_EQ(draws, 1);
  TokenOrder other = order();
  other.target = "pressure";
  ASSERT_TRUE(issue(other));
  EXPECT_EQ(draws, 3);
  EXPECT_EQ(world.index.size(), 2U);
  EXPECT_EQ(issue(order()).error().code, ErrorCode::kInternal) << "a source that only repeats itself";
}

TEST(GenerateToken, OneTokenPerTupleWhateverItsKind) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto first = world.generate(order(TokenVariant::kTimeLimited));
  const auto second = world.generate(order(TokenVariant::kUsageLimited));
  TokenOrder scoped = order();
  scoped.scope = "read-now";
  const auto third = world.generate(scoped);
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(world.rows().size(), 2U) << "a scope makes another tuple";
  EXPECT_FALSE(*world.verify(first->text.reveal()));
  EXPECT_TRUE(*world.verify(second->text.reveal()));
  EXPECT_TRUE(*world.verify(third->text.reveal()));
  const auto events = world.events();
  const auto* ended = std::get_if<model::TokenEnded>(&events.at(1).body);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->id, first->record.id);
  EXPECT_EQ(ended->reason, model::TokenEnd::kReplaced);
}

TEST(GenerateToken, TheSameSelfContainedTextTwiceLeavesOneRecord) {
  World world;
  world.allow("PumpStation", "flowRate");
  ASSERT_TRUE(world.generate(order(TokenVariant::kBase64SelfContained)));
  const auto again = world.generate(order(TokenVariant::kBase64SelfContained));
  ASSERT_TRUE(again);
  EXPECT_EQ(world.rows(), std::vector{again->record});
  EXPECT_EQ(world.index.find(again->record.digest)->id, again->record.id);
  EXPECT_EQ(world.index.size(), 1U);
}

TEST(GenerateToken, WorkThatNobodyWaitsForIsNotDone) {
  World world(default_settings(), &rsa_key());
  world.allow("PumpStation", "flowRate");
  for (const TokenVariant variant : {TokenVariant::kTimeLimited, TokenVariant::kRs256Jwt}) {
    Awaited<MintedToken> minted;
    world.generate_token(
        order(variant), "FlowReader", world.clock.wall(), [] { return base::failure(base::unavailable("too late")); },
        minted.completion());
    EXPECT_EQ(minted.get().error().code, ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(world.rows().empty());
}

TEST(GenerateToken, TokensSignedOneAfterTheOtherAreCommittedTogether) {
  World world(default_settings(), &rsa_key());
  world.allow("PumpStation", "flowRate");
  std::latch all_wait(1);
  ASSERT_TRUE(world.workers.submit([&] { all_wait.wait(); }));
  constexpr std::size_t kTokens = 8;
  std::array<Awaited<MintedToken>, kTokens> minted;
  for (std::size_t i = 0; i < kTokens; ++i) {
    TokenOrder one = order(TokenVariant::kRs256Jwt);
    one.scope = "s" + std::to_string(i);
    world.generate_token(std::move(one), "FlowReader", world.clock.wall(), {}, minted[i].completion());
  }
  const std::uint64_t before = world.store->figures().commits;
  all_wait.count_down();
  for (Awaited<MintedToken>& one : minted) ASSERT_TRUE(one.get());
  EXPECT_EQ(world.rows().size(), kTokens);
  // The first may be committed while the others are handed over.
  EXPECT_LE(world.store->figures().commits - before, 2U);
}

TEST(GenerateToken, ASignatureThatNobodyHasTimeForIsRefused) {
  World world(default_settings(), &rsa_key());
  world.allow("PumpStation", "flowRate");
  world.workers.stop();
  const auto refused = world.generate(order(TokenVariant::kRs512Jwt));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(world.rows().empty());
}

TEST(GenerateTokens, Row41DropsWhatIsNotGrantedAndAnEmptyResultIsASuccess) {
  World world;
  world.allow("PumpStation", "flowRate", {"FlowReader"});
  const auto some =
      generate_many(world, {order(TokenVariant::kTimeLimited, "Stranger"), order(TokenVariant::kUsageLimited)});
  ASSERT_TRUE(some);
  ASSERT_EQ(some->size(), 1U);
  EXPECT_EQ(some->front().record.subject, "FlowReader");
  EXPECT_EQ(some->front().record.requester, "Orchestrator");
  const auto none = generate_many(world, {order(TokenVariant::kTimeLimited, "Stranger")});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(GenerateTokens, Row42UnboundAsksTheWhitelistInsteadOfThePolicies) {
  World closed;
  EXPECT_EQ(generate_many(closed, {order()}, true).error().code, ErrorCode::kForbidden)
      << "an unset whitelist admits nobody";
  World world(with(&Settings::unbounded_whitelist, {"dynamic service orchestration"}));
  EXPECT_EQ(generate_many(world, {order()}, true, "Orchestrator").error().code, ErrorCode::kForbidden);
  EXPECT_EQ(generate_many(world, {order(), order()}, true, "DynamicServiceOrchestration")->size(), 2U);
  EXPECT_EQ(world.rows().size(), 1U) << "the second element replaced the first: they are one tuple";
}

TEST(GenerateTokens, Q12AllOrNothing) {
  World world;
  world.allow("PumpStation", "flowRate");
  const auto minted = generate_many(world, {order(), order(TokenVariant::kRs256Jwt, "Other")});
  ASSERT_FALSE(minted);
  EXPECT_EQ(minted.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(world.rows().empty());
}

TEST(GenerateToken, Row54OnlySelfContainedTokensAreEncrypted) {
  World world;
  world.allow("PumpStation", "flowRate");
  Awaited<RegisterEncryptionKeys::Keys> registered;
  std::vector<EncryptionKeyOrder> keys;
  keys.push_back({.system = "PumpStation",
                  .key = base::Secret("northwind-key-16"),
                  .mode = model::CipherMode::kEcb,
                  .algorithm = "x"});
  world.register_encryption_keys(std::move(keys), "PumpStation", world.clock.wall(), {}, registered.completion());
  ASSERT_TRUE(registered.get());

  EXPECT_EQ(world.generate(order())->text.size(), 44U);
  const auto encrypted = world.generate(order(TokenVariant::kBase64SelfContained));
  ASSERT_TRUE(encrypted);
  EXPECT_NE(world.digest(encrypted->text.reveal()), encrypted->record.digest)
      << "the clear text is referenced, not the encrypted one";
  EXPECT_TRUE(base::base64_decode(encrypted->text.reveal()));
}

TEST(GenerateToken, Q11AKeyThatCannotEncryptFailsAndStoresNothing) {
  World world;
  world.allow("PumpStation", "flowRate");
  Awaited<RegisterEncryptionKeys::Keys> registered;
  std::vector<EncryptionKeyOrder> keys;
  keys.push_back({.system = "PumpStation",
                  .key = base::Secret("twenty-bytes-of-key!"),
                  .mode = model::CipherMode::kCbc,
                  .algorithm = "x"});
  world.register_encryption_keys(std::move(keys), "PumpStation", world.clock.wall(), {}, registered.completion());
  ASSERT_TRUE(registered.get());
  const auto minted = world.generate(order(TokenVariant::kBase64SelfContained));
  ASSERT_FALSE(minted);
  EXPECT_EQ(minted.error().code, ErrorCode::kInternal);
  EXPECT_TRUE(world.rows().empty());
}

}  // namespace
}  // namespace jeton::tokens::testing
