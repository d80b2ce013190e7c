// The order and rules of validation of arrowhead-authorization 5.5 to 5.9 and 5.14 to 5.18: rows 39, 40, 43, 51, 53,
// 55, 57 of section 15.
#include "api/arrowhead/token_requests.hpp"

#include "base/json/reader.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::api::arrowhead {
namespace {

using model::TargetType;
using model::TokenVariant;

const model::Normalizer kNames(model::NormalizationMode::kExtended);
const base::Instant kNow = base::parse_instant("2031-03-04T05:01:07Z").value();

template <class T>
T read(std::string_view text) {
  return base::json::read_unpadded<T>(text).value();
}

base::Result<tokens::TokenOrder> generation(std::string_view text, std::string_view caller = "FlowReader") {
  return check_generation(read<TokenGenerationRequest>(text), caller, kNames);
}
base::Result<TokenOrders> generations(std::string_view element) {
  return check_generations(read<ManagementTokenGenerationListRequest>(fmt::format(R"({{"list":[{}]}})", element)),
                           "Sysop", kNow, kNames);
}

TEST(TokenRequests, Row39And40VariantsAndTheDefaultTargetType) {
  struct Row {
    std::string_view body;
    std::string_view where;  // of the error; empty: accepted
  };
  const std::vector<Row> rows = {
      {R"({"tokenVariant":"time_limited_token_auth","provider":"pump station","target":"flow-rate","scope":"Read Now"})",
       ""},
      {R"({"provider":"PumpStation","target":"flowRate"})", "tokenVariant"},
      {R"({"tokenVariant":" ","provider":"PumpStation","target":"flowRate"})", "tokenVariant"},
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN","provider":"PumpStation","target":"flowRate"})", "tokenVariant"},
      {R"({"tokenVariant":"NONE","provider":"PumpStation","target":"flowRate"})", "tokenVariant"},
      {R"({"tokenVariant":"CERT_AUTH","provider":"PumpStation","target":"flowRate"})", "tokenVariant"},
      {R"({"tokenVariant":"translation_bridge_token_auth","provider":"PumpStation","target":"flowRate"})",
       "tokenVariant"},
      {R"({"tokenVariant":"NONE","provider":"PumpStation"})",
       "target"},  // missing members come before what a variant means
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","target":"flowRate"})", "provider"},
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","provider":"PumpStation","targetType":"service"})", "targetType"},
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","provider":"Pump.Station","target":"9"})", "provider"},
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","provider":"PumpStation","target":"9"})", "target"},
      {R"({"tokenVariant":"TIME_LIMITED_TOKEN_AUTH","provider":"PumpStation","target":"flowRate","scope":"tail_"})",
       "scope"},
  };
  for (const Row& row : rows) {
    const auto order = generation(row.body);
    EXPECT_EQ(order.has_value(), row.where.empty()) << row.body;
    if (!order) {
      EXPECT_EQ(order.error().where, row.where) << row.body;
      EXPECT_EQ(order.error().code, base::ErrorCode::kInvalid);
    }
  }
  const auto order = generation(rows[0].body);
  EXPECT_EQ(order->variant, TokenVariant::kTimeLimited);
  EXPECT_EQ(order->consumer, "FlowReader");
  EXPECT_EQ(order->cloud, "LOCAL");
  EXPECT_EQ(order->provider, "PumpStation");
  EXPECT_EQ(order->target_type, TargetType::kServiceDefinition);
  EXPECT_EQ(order->target, "flowRate");
  EXPECT_EQ(order->scope, "read-now");
  EXPECT_EQ(generation("{}", "9").error().where, "requester") << "the requester comes first";
}

TEST(TokenRequests, Row43ExpiryAndUsageLimitOfManagementGeneration) {
  const auto element = [](std::string_view more) {
    return fmt::format(
        R"({{"tokenVariant":"USAGE_LIMITED_TOKEN_AUTH","consumer":"FlowReader","provider":"PumpStation","target":"flowRate"{}}})",
        more);
  };
  for (const std::string_view bad : {R"(,"expiresAt":"tomorrow")", R"(,"expiresAt":"2031-03-04T05:01:06.999999999Z")",
                                     R"(,"expiresAt":"2031-03-04T05:06Z")"}) {
    EXPECT_EQ(generations(element(bad)).error().where, "list[0].expiresAt") << bad;
  }
  for (const std::string_view bad : {R"(,"usageLimit":0)", R"(,"usageLimit":-1)"}) {
    EXPECT_EQ(generations(element(bad)).error().where, "list[0].usageLimit") << bad;
  }
  EXPECT_TRUE(generations(element(R"(,"expiresAt":"2031-03-04T05:01:07Z")"))) << "now is not before now";
  const auto good = generations(
      element(R"(,"expiresAt":" 2031-03-04T06:06:07+01:00 ","usageLimit":8388608,"consumerCloud":" ","scope":"")"));
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->requester, "Sysop");
  EXPECT_EQ(good->orders.at(0).expires_at, base::parse_instant("2031-03-04T05:06:07Z").value());
  EXPECT_EQ(good->orders.at(0).usage_limit, 8'388'608);
  EXPECT_EQ(good->orders.at(0).cloud, "LOCAL");
  EXPECT_EQ(good->orders.at(0).scope, "");
}

TEST(TokenRequests, RawErrorsOfTheLastElementComeBeforeNameErrorsOfTheFirst) {
  EXPECT_EQ(generations(R"({"tokenVariant":"NONE","consumer":"9","provider":"P","target":"t"},{"tokenVariant":"x"})")
                .error()
                .where,
            "list[1].tokenVariant");
  EXPECT_EQ(generations(R"({"tokenVariant":"NONE","consumer":"9","provider":"P","target":"t"})").error().where,
            "list[0].tokenVariant");
  EXPECT_EQ(generations(R"(null)").error().where, "list[0]");
  EXPECT_EQ(generations("").error().where, "list");
  EXPECT_EQ(
      generations(R"({"tokenVariant":"NONE","consumer":"C","provider":"P","target":"t","consumerCloud":"a|b|c"},null)")
          .error()
          .where,
      "list[1]");
}

TEST(TokenRequests, UnboundIsABooleanInManySpellings) {
  for (const char* yes : {"true", "ON", "Yes", "1", " true "}) EXPECT_TRUE(check_unbound(yes).value()) << yes;
  for (const char* no : {"", "false", "OFF", "no", "0"}) EXPECT_FALSE(check_unbound(no).value()) << no;
  EXPECT_FALSE(check_unbound(std::nullopt).value());
  EXPECT_EQ(check_unbound("maybe").error().where, "unbound");
}

TEST(TokenRequests, VerificationTrimsTheTokenAndNeedsACaller) {
  std::string buffer;
  EXPECT_EQ(check_verification(" abc ", "PumpStation", kNames, buffer)->token, "abc");
  EXPECT_EQ(check_verification("  ", "PumpStation", kNames, buffer).error().where, "token");
  EXPECT_EQ(check_verification("abc", "Pump.Station", kNames, buffer).error().where, "requester");
}

TEST(TokenRequests, Row51QueryFilters) {
  const auto query = [](std::string_view body) {
    return check_token_query(read<TokenQueryRequest>(body), 100, kNames);
  };
  EXPECT_EQ(query(R"({"tokenType":"x"})").error().where, "tokenType");
  EXPECT_EQ(query(R"({"targetType":"x"})").error().where, "targetType");
  EXPECT_EQ(query(R"({"tokenType":"translation_bridge_token"})").error().where, "tokenType");
  EXPECT_EQ(query(R"({"provider":"9"})").error().where, "provider");
  EXPECT_FALSE(query(R"({"pagination":{"page":0}})"));
  EXPECT_FALSE(query(R"({"pagination":{"sortField":"tokenReference"}})"));
  for (const auto& [name, field] : {std::pair{"createdBy", store::AccessTokenSort::kRequester},
                                    std::pair{"createdAt", store::AccessTokenSort::kCreatedAt},
                                    std::pair{"consumer", store::AccessTokenSort::kConsumer}}) {
    EXPECT_EQ(query(fmt::format(R"({{"pagination":{{"sortField":"{}","direction":"desc"}}}})", name))->slice.sort,
              field);
  }
  const auto empty = query("{}");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->slice.sort, store::AccessTokenSort::kCreatedAt);
  EXPECT_FALSE(empty->slice.descending);
  EXPECT_EQ(empty->slice.limit, 100);
  EXPECT_EQ(empty->kind, std::nullopt);
  EXPECT_EQ(query(R"({"target":"flow-rate"})")->target, "flowRate");
  const auto all = query(
      R"({"requester":"a b","tokenType":"time_limited_token","consumerCloud":"local","consumer":"c","provider":"p",)"
      R"("targetType":"event_type","target":"High Water"})");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->requester, "AB");
  EXPECT_EQ(all->kind, model::TokenKind::kTimeLimited);
  EXPECT_EQ(all->cloud, "LOCAL");
  EXPECT_EQ(all->target_type, TargetType::kEventType);
  EXPECT_EQ(all->target, "highWater");
}

TEST(TokenRequests, Row53AndQ3References) {
  EXPECT_FALSE(check_references({}));
  EXPECT_EQ(check_references({"a", " "}).error().where, "tokenReferences[1]");
  const std::string reference = "Rgb/tZYVA2E70U+mTUDqdw3iprwa9BBB0kqLFtfSsrE=";
  const auto digests = check_references(
      {reference, "short", reference.substr(0, 43), "Rgb_tZYVA2E70U-mTUDqdw3iprwa9BBB0kqLFtfSsrE=", " " + reference});
  ASSERT_TRUE(digests);
  ASSERT_EQ(digests->size(), 1U) << "only the exact form names a token";
  EXPECT_EQ(base::base64_encode(digests->front()), reference);
}

TEST(TokenRequests, Row55Keys) {
  const auto key = [](std::string_view body) {
    return check_key(read<EncryptionKeyRequest>(body), "PumpStation", kNames);
  };
  EXPECT_EQ(key("{}").error().error.where, "key");
  EXPECT_TRUE(key("{}").error().has_origin);
  EXPECT_EQ(key(R"({"key":"short","algorithm":"AES/GCM/NoPadding"})").error().error.where, "algorithm")
      << "before the length";
  EXPECT_EQ(key(R"({"key":"fifteen-bytes-1"})").error().error.where, "key");
  EXPECT_FALSE(key(R"({"key":"fifteen-bytes-1"})").error().has_origin);
  const auto plain = key(R"({"key":" northwind-key-1 ","algorithm":" "})");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->key.reveal(), " northwind-key-1 ") << "never trimmed";
  EXPECT_EQ(plain->mode, model::CipherMode::kEcb);
  EXPECT_EQ(plain->algorithm, "AES/ECB/PKCS5Padding");
  const auto chained = key(R"({"key":"northwind-key-16","algorithm":" aes/cbc/pkcs5padding "})");
  EXPECT_EQ(chained->mode, model::CipherMode::kCbc);
  EXPECT_EQ(chained->algorithm, "aes/cbc/pkcs5padding");
  EXPECT_TRUE(key("{\"key\":\"f\u00fcnfzehn-zeichen\"}")) << "bytes count, not characters";
}

TEST(TokenRequests, Row57ManyKeys) {
  const auto keys = [](std::string_view list) {
    return check_keys(read<ManagementEncryptionKeyListRequest>(fmt::format(R"({{"list":[{}]}})", list)), kNames);
  };
  EXPECT_EQ(keys("").error().error.where, "list");
  EXPECT_EQ(keys(R"({"key":"northwind-key-16"})").error().error.where, "list[0].systemName");
  EXPECT_EQ(keys(R"({"systemName":"9","key":"x"},{"systemName":"A"})").error().error.where, "list[1].key");
  EXPECT_EQ(keys(R"({"systemName":"9","key":"northwind-key-16"})").error().error.where, "list[0].systemName");
  EXPECT_EQ(keys(R"({"systemName":"Pump Station","key":"northwind-key-16"},{"systemName":"PumpStation","key":"x"})")
                .error()
                .error.where,
            "list[1].systemName");
  EXPECT_FALSE(keys(R"({"systemName":"PumpStation","key":"x"})").error().has_origin);
  EXPECT_EQ(keys(R"({"systemName":"pump station","key":"northwind-key-16"})")->at(0).system, "PumpStation");
}

TEST(TokenRequests, Q4KeyOwners) {
  EXPECT_FALSE(check_key_owners({}, kNames));
  EXPECT_FALSE(check_key_owners({"A", " "}, kNames));
  EXPECT_FALSE(check_key_owners({"9"}, kNames));
  EXPECT_EQ(check_key_owners({"pump station", "B"}, kNames).value(), (std::vector<std::string>{"PumpStation", "B"}));
}

}  // namespace
}  // namespace jeton::api::arrowhead
