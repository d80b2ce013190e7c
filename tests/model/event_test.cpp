#include "model/event.hpp"

namespace jeton::model {
namespace {

using namespace std::chrono_literals;

const base::Instant kMoment{std::chrono::seconds{1'900'000'000} + 123456789ns};

PolicySet policy_set() {
  PolicySet set;
  set.id.value = 7;
  set.target = {"LOCAL", "PumpStation", TargetType::kServiceDefinition, "flowRate"};
  set.description = "a \"note\"";
  set.default_policy = {.type = PolicyType::kBlacklist, .systems = {"OldGateway"}};
  set.scoped = {
      {"set-speed", {.type = PolicyType::kSystemMetadata, .requirement = R"({"a.b":{"op":"IN","value":[1,2.0]}})"}}};
  set.created_by = "PumpStation";
  set.created_at = kMoment;
  return set;
}

AccessToken token() {
  AccessToken token;
  token.id.value = 9;
  token.digest.fill(0xab);
  token.kind = TokenKind::kUsageLimited;
  token.variant = TokenVariant::kUsageLimited;
  token.subject = "FlowReader";
  token.audience = "PumpStation";
  token.issued_at = kMoment;
  token.usage_limit = 5;
  token.uses_left = 4;
  token.requester = "FlowReader";
  token.cloud = "LOCAL";
  token.target = "flowRate";
  return token;
}

TEST(EventBody, EveryKindSurvivesTheLog) {
  const auto key =
      std::make_shared<EncryptionKey>(EncryptionKey{.system = "PumpStation", .key = base::Secret("northwind-key-16")});
  const std::vector<EventBody> bodies = {
      PolicyGranted{policy_set()},
      PolicyDescribed{PolicyId{7}, PolicyLevel::kManagement, policy_set().target, "new"},
      PolicyRevoked{PolicyId{7}, PolicyLevel::kProvider, policy_set().target},
      TokenIssued{token()},
      TokenUsed{TokenId{9}, token().digest, 3},
      TokenEnded{TokenId{9}, token().digest, TokenEnd::kReplaced},
      EncryptionKeyRegistered{"PumpStation", key},
      EncryptionKeyRemoved{"PumpStation"},
      MessageArrived{"019e3f0a", "orders", MessageState::kDelayed, base::Instant{std::chrono::seconds{5}}, "lost"},
      MessageHeld{MessageId{3}, "orders", base::Instant{std::chrono::seconds{6}}},
      MessageReadied{MessageId{3}, "orders", std::nullopt},
      SubQueueRestricted{"orders"},
      SubQueueOpened{"orders"},
      SubQueueCleared{SubQueueId{2}, "orders", 7},
      LeaseRequested{LeaseId{8}, "influx/-/x", "Press", "influx", "lt_tag_x", base::Instant{std::chrono::seconds{9}}},
      LeaseGranted{LeaseId{8}, "influx/-/x", "Press", "influx", "00c0ffee00c0ffee", TokenDigest{1},
                   base::Instant{std::chrono::seconds{9}}, base::Instant{std::chrono::seconds{10}}},
      LeaseRenewed{LeaseId{8}, "influx/-/x", "influx", base::Instant{std::chrono::seconds{11}}},
      LeaseEnding{LeaseId{8}, "influx/-/x", "influx", LeaseEnd::kExpired, base::Instant{std::chrono::seconds{11}}},
      LeaseStuck{LeaseId{8}, "influx/-/x", "influx", "it owns something"},
      LeaseEnded{LeaseId{8}, "influx/-/x", "influx", LeaseState::kAbandoned, LeaseEnd::kForced, "sold"},
      LeaseReleased{LeaseId{8}, "influx/-/x", "influx"},
  };
  ASSERT_EQ(bodies.size(), std::variant_size_v<EventBody>);
  for (const EventBody& body : bodies) {
    const std::string text = encode_body(body);
    EXPECT_EQ(text.find("northwind"), std::string::npos) << "a secret in the log";
    const auto again = decode_body(kind_of(body), text);
    ASSERT_TRUE(again) << kind_of(body) << ": " << again.error().message;
    EXPECT_EQ(again->index(), body.index());
    EXPECT_EQ(encode_body(*again), text);
  }
  EXPECT_EQ(std::get<PolicyGranted>(*decode_body("policy.granted", encode_body(bodies[0]))).policy, policy_set());
  EXPECT_EQ(std::get<TokenIssued>(*decode_body("token.issued", encode_body(bodies[3]))).token, token());
}

TEST(EventBody, UnknownKindsAndDamageAreNamed) {
  EXPECT_THAT(decode_body("token.sung", "{}").error().message, testing::HasSubstr("token.sung"));
  EXPECT_THAT(decode_body("token.used", "{\"id\":[]}").error().message, testing::HasSubstr("damaged token.used"));
}

}  // namespace
}  // namespace jeton::model
