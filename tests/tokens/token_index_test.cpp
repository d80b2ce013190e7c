#include "tokens/token_index.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <random>
#include <tuple>

#include "token_world.hpp"

namespace jeton::tokens::testing {
namespace {

using namespace std::chrono_literals;
using model::TokenVariant;

constexpr base::Instant kStart{1'900'000'000s};

model::AccessToken token(std::int64_t id, std::uint64_t seed, std::string consumer) {
  model::AccessToken out;
  out.id = {id};
  std::mt19937_64 random(seed);
  for (auto& byte : out.digest) byte = static_cast<std::uint8_t>(random());
  out.subject = std::move(consumer);
  out.audience = "PumpStation";
  out.cloud = "LOCAL";
  out.target = "flowRate";
  out.requester = out.subject;
  out.issued_at = kStart;
  out.expires_at = kStart + 60s;
  return out;
}

model::Event event(model::EventBody body) {
  return {.id = {1}, .at = kStart, .actor = "test", .body = std::move(body)};
}

struct Bare {
  expiry::Engine engine;
  expiry::KindId kind = engine.add("tokens", 30s);
  TokenIndex index{60min, engine, kind};

  void apply(model::EventBody body) { index.apply(std::array{event(std::move(body))}); }
};

TEST(TokenIndex, FollowsBirthUseAndEnd) {
  Bare bare;
  model::AccessToken counted = token(7, 1, "FlowReader");
  counted.kind = model::TokenKind::kUsageLimited;
  counted.expires_at.reset();
  counted.usage_limit = counted.uses_left = 10'000'000'000;
  bare.apply(model::TokenIssued{counted});
  const auto found = bare.index.find(counted.digest);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tuple, tuple_of(counted));
  EXPECT_EQ(found->ends_at, kStart + 60min);
  EXPECT_EQ(found->uses_left, std::numeric_limits<std::uint32_t>::max()) << "saturated";
  EXPECT_EQ(bare.index.current(tuple_of(counted))->id, counted.id);

  bare.apply(model::TokenUsed{counted.id, counted.digest, 3});
  EXPECT_EQ(bare.index.find(counted.digest)->uses_left, 3U);
  bare.apply(model::TokenUsed{{8}, counted.digest, 1});
  EXPECT_EQ(bare.index.find(counted.digest)->uses_left, 3U) << "the event is of another token";
  bare.apply(model::TokenEnded{{8}, counted.digest, model::TokenEnd::kRevoked});
  EXPECT_EQ(bare.index.size(), 1U);
  bare.apply(model::TokenEnded{counted.id, counted.digest, model::TokenEnd::kRevoked});
  EXPECT_FALSE(bare.index.find(counted.digest));
  EXPECT_FALSE(bare.index.current(tuple_of(counted)));
  EXPECT_EQ(bare.index.size(), 0U);
}

TEST(TokenIndex, ADeadlineOfASlotThatIsUsedAgainRefersToNothing) {
  Bare bare;
  const model::AccessToken first = token(7, 1, "FlowReader");
  bare.apply(model::TokenIssued{first});
  bare.apply(model::TokenEnded{first.id, first.digest, model::TokenEnd::kReplaced});
  model::AccessToken second = first;
  second.id = {8};
  second.expires_at = kStart + 90s;
  bare.apply(model::TokenIssued{second});
  std::vector<std::optional<IndexedToken>> seen;
  bare.engine.on_due(bare.kind, [&](std::span<const expiry::Due> due, base::Instant, expiry::Engine::Done done) {
    for (const expiry::Due& one : due) seen.push_back(bare.index.ending(one.key));
    done({});
  });
  bare.engine.run_due(kStart + 60s);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_FALSE(seen[0]);
  bare.engine.run_due(kStart + 90s);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1]->id, second.id);
}

TEST(TokenIndex, DeadlinesOfReplacedTokensDoNotPileUp) {
  Bare bare;
  model::AccessToken last = token(1, 1, "FlowReader");
  bare.apply(model::TokenIssued{last});
  for (std::int64_t id = 2; id < 300'000; ++id) {
    bare.apply(model::TokenEnded{last.id, last.digest, model::TokenEnd::kReplaced});
    last.id = {id};
    bare.apply(model::TokenIssued{last});
    if (id % 100 == 0) bare.engine.run_due(kStart);
  }
  EXPECT_LT(bare.engine.waiting(bare.kind), 100'000U);
  std::optional<IndexedToken> kept;
  bare.engine.on_due(bare.kind, [&](std::span<const expiry::Due> due, base::Instant, expiry::Engine::Done done) {
    for (const expiry::Due& one : due) {
      if (const auto found = bare.index.ending(one.key)) kept = found;
    }
    done({});
  });
  while (bare.engine.waiting(bare.kind) != 0) bare.engine.run_due(kStart + 1h);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, last.id) << "the deadline of the one that lives was kept";
}

TEST(TokenIndex, KeepsSoManyNamesAndNoMore) {
  expiry::Engine engine;
  TokenIndex index{60min, engine, engine.add("tokens", 30s), 6};
  const model::AccessToken known = token(1, 1, "FlowReader");
  ASSERT_TRUE(index.has_room_for(tuple_of(known)));
  index.apply(std::array{event(model::TokenIssued{known})});
  model::AccessToken scoped = token(2, 2, "FlowReader");
  scoped.scope = "read";
  ASSERT_TRUE(index.has_room_for(tuple_of(scoped)));
  index.apply(std::array{event(model::TokenIssued{scoped})});
  EXPECT_TRUE(index.has_room_for(tuple_of(scoped))) << "nothing new";
  scoped.scope = "write";
  const auto refused = index.has_room_for(tuple_of(scoped));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
}

TEST(TokenIndex, OverlayKeysTellTuplesApart) {
  Bare bare;
  const TokenTuple tuple{"LOCAL", "FlowReader", "PumpStation", model::TargetType::kServiceDefinition, "flowRate", ""};
  TokenTuple event_type = tuple;
  event_type.target_type = model::TargetType::kEventType;
  TokenTuple scoped = tuple;
  scoped.scope = "flowRate";
  TokenTuple swapped = tuple;
  std::swap(swapped.consumer, swapped.provider);
  const store::GroupOverlay::Key key = bare.index.overlay_key(tuple);
  EXPECT_EQ(bare.index.overlay_key(tuple), key);
  for (const TokenTuple& other : {event_type, scoped, swapped}) EXPECT_NE(bare.index.overlay_key(other), key);
}

using Comparable = std::tuple<std::int64_t, base::Instant, std::uint32_t, std::string, std::string, std::string>;
Comparable comparable(const IndexedToken& token) {
  return {token.id.value,
          token.ends_at,
          token.uses_left,
          std::string(token.tuple.consumer),
          std::string(token.tuple.target),
          std::string(token.tuple.scope)};
}

TEST(TokenIndex, EqualsAFreshLoadAfterRandomOperations) {
  World world;
  for (const char* target : {"flowRate", "pressure", "level"}) world.allow("PumpStation", target);
  std::mt19937_64 random(20310304);
  std::vector<MintedToken> minted;
  for (int step = 0; step < 600; ++step) {
    const auto dice = random() % 10;
    if (dice < 6 || minted.empty()) {
      TokenOrder wanted = order(dice % 2 == 0 ? TokenVariant::kUsageLimited : TokenVariant::kTimeLimited,
                                "Reader" + std::to_string(random() % 12));
      wanted.target = std::array{"flowRate", "pressure", "level"}[random() % 3];
      if (random() % 2 == 0) wanted.scope = "read-now";
      minted.push_back(world.generate(wanted).value());
    } else if (dice < 8) {
      ASSERT_TRUE(world.verify(minted[random() % minted.size()].text.reveal()));
    } else if (dice == 8) {
      Awaited<std::size_t> revoked;
      world.revoke_tokens({minted[random() % minted.size()].record.digest}, "Sysop", world.clock.wall(), {},
                          revoked.completion());
      ASSERT_TRUE(revoked.get());
    } else {
      world.clock.advance(std::chrono::seconds{random() % 20});
      world.engine.run_due(world.clock.wall());
      world.settle();
    }
  }
  expiry::Engine engine;
  TokenIndex fresh(world.settings.max_age, engine, engine.add("tokens", 30s));
  ASSERT_TRUE(world.store->read([&](const store::Snapshot& snapshot) { return fresh.load(snapshot); }));
  EXPECT_GT(fresh.size(), 0U);
  EXPECT_EQ(world.index.size(), fresh.size());
  EXPECT_EQ(fresh.size(), world.rows().size());
  for (const MintedToken& one : minted) {
    const auto kept = world.index.find(one.record.digest);
    const auto loaded = fresh.find(one.record.digest);
    ASSERT_EQ(kept.has_value(), loaded.has_value());
    if (kept) {
      EXPECT_EQ(comparable(*kept), comparable(*loaded));
    }
    const auto current = world.index.current(tuple_of(one.record));
    const auto current_loaded = fresh.current(tuple_of(one.record));
    ASSERT_EQ(current.has_value(), current_loaded.has_value());
    if (current) {
      EXPECT_EQ(current->id, current_loaded->id);
    }
  }
}

TEST(TokenIndex, AMillionTokensTakeAtMostTwoHundredBytesEach) {
  constexpr std::int64_t kTokens = 1'000'000;
  Bare bare;
  std::mt19937_64 random(3);
  std::vector<std::string> consumers;
  for (int i = 0; i < 1000; ++i) consumers.push_back("Consumer" + std::to_string(i));
  std::vector<std::string> targets;
  for (int i = 0; i < 1000; ++i) targets.push_back("target" + std::to_string(i));
  store::AccessTokenRow row;
  row.kind = model::TokenKind::kTimeLimited;
  row.audience = "PumpStation";
  row.cloud = "LOCAL";
  row.target_type = model::TargetType::kServiceDefinition;
  row.issued_at = kStart;
  for (std::int64_t i = 0; i < kTokens; ++i) {
    row.id = {i + 1};
    for (std::size_t at = 0; at < row.digest.size(); at += 8) {
      const std::uint64_t bits = random();
      std::memcpy(row.digest.data() + at, &bits, sizeof(bits));
    }
    row.subject = consumers[static_cast<std::size_t>(i) % consumers.size()];
    row.target = targets[static_cast<std::size_t>(i) / consumers.size()];
    row.expires_at = kStart + std::chrono::seconds{random() % 3600};
    bare.index.load(row);
  }
  ASSERT_EQ(bare.index.size(), static_cast<std::size_t>(kTokens));
  const std::size_t bytes = bare.index.bytes() + bare.engine.waiting(bare.kind) * sizeof(expiry::Due);
  const double each = static_cast<double>(bytes) / static_cast<double>(kTokens);
  fmt::print("{:.1f} bytes a live token above its strings\n", each);
  EXPECT_LE(each, 200.0);
}

}  // namespace
}  // namespace jeton::tokens::testing
