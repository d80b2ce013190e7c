// Access tokens: every operation of their table.
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

using model::TargetType;
using model::TokenKind;
using testing::ElementsAre;

class StoreTokens : public StoreConformance {
 protected:
  std::vector<std::string> targets(const AccessTokenQuery& wanted, std::int64_t* total = nullptr) {
    std::vector<std::string> out;
    const auto status = store().read([&](const Snapshot& snapshot) -> base::Status {
      const auto found = snapshot.access_tokens().query(wanted);
      if (!found) return base::failure(found.error());
      for (const auto& token : found->rows) out.push_back(token.target);
      if (total != nullptr) *total = found->total;
      return {};
    });
    EXPECT_TRUE(status) << status.error().message;
    return out;
  }
  std::optional<std::int64_t> use_once(model::TokenId id) {
    std::optional<std::int64_t> left;
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      left = *transaction.access_tokens().use_once(id);
      return {};
    }));
    return left;
  }
  void keep_rows() {
    const struct {
      std::string_view target, requester, cloud, subject, audience;
      TokenKind kind;
      TargetType type;
      int issued;
    } rows[] = {
        {"one", "zoe", "LOCAL", "c2", "p1", TokenKind::kTimeLimited, TargetType::kServiceDefinition, 3},
        {"two", "amy", "LOCAL", "c1", "p2", TokenKind::kUsageLimited, TargetType::kEventType, 1},
        {"three", "bob", "North|Acme", "c3", "p1", TokenKind::kSelfContained, TargetType::kServiceDefinition, 2},
        {"four", "amy", "LOCAL", "c1", "p0", TokenKind::kTranslationBridge, TargetType::kServiceDefinition, 3},
    };
    for (const auto& row : rows) {
      model::AccessToken token = sample_token(0);
      token.target = row.target;
      token.requester = row.requester;
      token.cloud = row.cloud;
      token.subject = row.subject;
      token.audience = row.audience;
      token.kind = row.kind;
      token.target_type = row.type;
      token.issued_at = base::Instant{std::chrono::seconds{row.issued}};
      keep(token);
    }
  }
};

TEST_P(StoreTokens, EveryMemberIsReadAsItWasWritten) {
  model::AccessToken token = sample_token(200);
  token.kind = TokenKind::kUsageLimited;
  token.variant = model::TokenVariant::kRs512Jwt;
  token.scope = "read-now";
  token.cloud = "North|Acme";
  token.target_type = TargetType::kEventType;
  token.issued_at += base::Duration{123'456'789};
  token.usage_limit = 10;
  token.uses_left = 3;
  token.id = keep(token);
  EXPECT_EQ(find(token.id), token);
}

TEST_P(StoreTokens, AbsentStaysAbsent) {
  model::AccessToken token = sample_token(1);
  token.expires_at.reset();
  token.id = keep(token);
  EXPECT_EQ(find(token.id), token);
  EXPECT_EQ(find({token.id.value + 1}), std::nullopt);
}

TEST_P(StoreTokens, RemoveCountsThoseThatWereThere) {
  const model::TokenId first = keep(sample_token(1));
  const model::TokenId second = keep(sample_token(2));
  const model::TokenId third = keep(sample_token(3));
  const std::array<model::TokenId, 3> gone{first, third, {999}};
  std::int64_t removed = 0;
  EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    removed = *transaction.access_tokens().remove(gone);
    return {};
  }));
  EXPECT_EQ(removed, 2);
  EXPECT_FALSE(find(first));
  EXPECT_TRUE(find(second));
  EXPECT_FALSE(find(third));
}

TEST_P(StoreTokens, UsesAreCountedDownToNone) {
  model::AccessToken token = sample_token(1);
  token.usage_limit = 2;
  token.uses_left = 2;
  const model::TokenId limited = keep(token);
  const model::TokenId unlimited = keep(sample_token(2));
  EXPECT_EQ(use_once(limited), 1);
  EXPECT_EQ(use_once(limited), 0);
  EXPECT_EQ(use_once(limited), std::nullopt);
  EXPECT_EQ(find(limited)->uses_left, 0);
  EXPECT_EQ(use_once(unlimited), std::nullopt);
  EXPECT_EQ(find(unlimited)->uses_left, std::nullopt);
  EXPECT_EQ(use_once({999}), std::nullopt);
}

TEST_P(StoreTokens, NoUseIsTakenTwiceByManyAtOnce) {
  model::AccessToken token = sample_token(1);
  token.usage_limit = 20;
  token.uses_left = 20;
  const model::TokenId id = keep(token);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 2; ++j) taken += use_once(id) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 20);
}

TEST_P(StoreTokens, ScanGivesAllByAscendingId) {
  std::vector<model::AccessToken> tokens;
  for (int i = 0; i < 5; ++i) {
    tokens.push_back(sample_token(i));
    tokens.back().id = keep(tokens.back());
  }
  std::vector<model::AccessToken> scanned;
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) {
    return snapshot.access_tokens().scan([&](const AccessTokenRow& row) { scanned.push_back(row.token()); });
  }));
  EXPECT_EQ(scanned, tokens);
}

TEST_P(StoreTokens, QueryFilters) {
  keep_rows();
  const struct {
    const char* name;
    AccessTokenQuery query;
    std::vector<std::string> targets;
  } rows[] = {
      {"none", {}, {"one", "two", "three", "four"}},
      {"requester", {.requester = "amy"}, {"two", "four"}},
      {"kind", {.kind = TokenKind::kSelfContained}, {"three"}},
      {"cloud", {.cloud = "North|Acme"}, {"three"}},
      {"subject", {.subject = "c1"}, {"two", "four"}},
      {"audience", {.audience = "p1"}, {"one", "three"}},
      {"target type", {.target_type = TargetType::kEventType}, {"two"}},
      {"target", {.target = "four"}, {"four"}},
      {"letter case", {.requester = "Amy"}, {}},
      {"joined by and", {.requester = "amy", .cloud = "LOCAL", .audience = "p0"}, {"four"}},
      {"text that looks like a statement", {.target = "x' OR 1=1 --"}, {}},
  };
  for (auto row : rows) {
    row.query.slice.sort = AccessTokenSort::kId;
    std::int64_t total = -1;
    EXPECT_EQ(targets(row.query, &total), row.targets) << row.name;
    EXPECT_EQ(total, static_cast<std::int64_t>(row.targets.size())) << row.name;
  }
}

TEST_P(StoreTokens, QuerySorts) {
  keep_rows();
  const struct {
    const char* name;
    AccessTokenSort sort;
    std::vector<std::string> ascending;
  } rows[] = {
      {"id", AccessTokenSort::kId, {"one", "two", "three", "four"}},
      {"createdAt", AccessTokenSort::kCreatedAt, {"two", "three", "one", "four"}},
      {"tokenType", AccessTokenSort::kTokenType, {"three", "one", "four", "two"}},
      {"requester", AccessTokenSort::kRequester, {"two", "four", "three", "one"}},
      {"consumerCloud", AccessTokenSort::kConsumerCloud, {"one", "two", "four", "three"}},
      {"consumer", AccessTokenSort::kConsumer, {"two", "four", "one", "three"}},
      {"provider", AccessTokenSort::kProvider, {"four", "one", "three", "two"}},
      {"targetType", AccessTokenSort::kTargetType, {"two", "one", "three", "four"}},
      {"target", AccessTokenSort::kTarget, {"four", "one", "three", "two"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(targets({.slice = {.sort = row.sort}}), row.ascending) << row.name;
    EXPECT_EQ(targets({.slice = {.sort = row.sort, .descending = true}}),
              std::vector<std::string>(row.ascending.rbegin(), row.ascending.rend()))
        << row.name << ", descending";
  }
}

TEST_P(StoreTokens, QueryCutsPages) {
  keep_rows();
  std::int64_t total = -1;
  EXPECT_THAT(targets({.slice = {.sort = AccessTokenSort::kId, .offset = 1, .limit = 2}}, &total),
              ElementsAre("two", "three"));
  EXPECT_EQ(total, 4);
  EXPECT_THAT(targets({.requester = "amy", .slice = {.sort = AccessTokenSort::kId, .offset = 1, .limit = 2}}, &total),
              ElementsAre("four"));
  EXPECT_EQ(total, 2);
  EXPECT_THAT(targets({.slice = {.offset = -5, .limit = -1}}, &total), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreTokens, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
