// arrowhead-authorization 8.2 to 8.4, 8.7, rows 45 to 47 and 59 of section 15, vectors 1 to 11 of section 16.
#include "tokens/token_formats.hpp"

#include "base/strings.hpp"
#include "base/time_text.hpp"
#include "crypto/digest.hpp"
#include "tokens/token_encryption.hpp"

namespace jeton::tokens {
namespace {

constexpr std::string_view kVector4 =
    "TE9DQUx8Rmxvd1JlYWRlcnxQdW1wU3RhdGlvbnxmbG93UmF0ZXxyZWFkLW5vd3xTRVJWSUNFX0RFRnwyMDMxLTAzLTA0VDA1OjA2OjA3Wg==";

std::string counting(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string reference(std::string_view token) {
  return base::base64_encode(crypto::hmac_sha256("server-secret-01", token));
}

model::AccessToken token(std::string scope = "read-now") {
  model::AccessToken out;
  out.cloud = "LOCAL";
  out.subject = "FlowReader";
  out.audience = "PumpStation";
  out.target = "flowRate";
  out.scope = std::move(scope);
  out.issued_at = base::parse_instant("2031-03-04T05:01:07.9Z").value();
  out.expires_at = base::parse_instant("2031-03-04T05:06:07Z").value();
  return out;
}

TEST(TokenVectors, V1ToV3SimpleTokens) {
  EXPECT_EQ(simple_token(counting(32)), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  EXPECT_EQ(reference(simple_token(counting(32))), "Rgb/tZYVA2E70U+mTUDqdw3iprwa9BBB0kqLFtfSsrE=");
  EXPECT_EQ(simple_token(std::string(16, '\xfb')), "-_v7-_v7-_v7-_v7-_v7-w==");
}

TEST(TokenVectors, V4ToV6SelfContainedTokens) {
  EXPECT_EQ(base64_token(token()), kVector4);
  EXPECT_EQ(base64_token(token("")),
            "TE9DQUx8Rmxvd1JlYWRlcnxQdW1wU3RhdGlvbnxmbG93UmF0ZXx8U0VSVklDRV9ERUZ8MjAzMS0wMy0wNFQwNTowNjowN1o=");
  EXPECT_EQ(reference(kVector4), "5xVTU3gUyV7C+US6FfG0+KupB8AjjYfh7nwOumAtRJ4=");
}

TEST(TokenVectors, V7ToV11Encryption) {
  struct Row {
    std::string_view key;
    model::CipherMode mode;
    std::string_view text;
    std::string_view expected;
  };
  using enum model::CipherMode;
  const std::vector<Row> rows = {
      {"northwind-key-16", kEcb, kVector4,
       "+YtYfZBAmoHeyR8t3Nwz8L8JYGguX7yvhGgpWnr8uctjvTt/4j/fPv+1VAmyfuxlRhqB5oZljaGNLte/"
       "fr2wJ8kvxHH+9wv8yAomLXhPxf7mOBSkDbCjdL5Q2LHHqUcG1UEsC9trPLgQOYXF22T1og=="},
      {"northwind-key-16", kCbc, kVector4,
       "O+UUN8ABVMaR1voxNI8aThivXcs2/45s6nxW+B7RdrptF671ecfdAURY8YB9nCIPnkm2qT01WRwELtG+"
       "0lJyGNSH/V7iJx1NyTH6DOMmsbygeMcXSw0yCtMZPQmXwEg+pwgZ41Iu/7zsu/ZoZYIRtA=="},
      {"northwind-key-24-bytes!!", kEcb, kVector4,
       "ZSTLWxA3rmc/fYF94gdKs+oAU0sadyVNv7+OlPyUgWuQqI7YeRKOL9/"
       "nXRo4lWimaWH5s2z0JZkO3v78DhQaplBi2kforKShLjHa7vTZyuSBUiweh5f6FNGpBPkS"
       "BizA8mpQy97G98krF2NebVTjTw=="},
      {"northwind-key-32-bytes-long-000!", kCbc, kVector4,
       "CBSrjve3iDVuGZHPY9Kj+b8GAt1mpmatLy2xO8RW/"
       "vHNL1kDUQ1+BlVfxkacjmdZQB2sVHzufSRnDAVaGHvfsUr1mkZZV2O95AMoCVnR1bsM99YAaN/"
       "JEtU5l3ZnNJqePCydp08pj58csR+v6VZ1AA=="},
      {"northwind-key-16", kEcb, "arrow", "nQSHGNFMyxDq14O20vITYQ=="},
      {"northwind-key-16", kCbc, "arrow", "dhVHNmRx7S95RgM14B3ELQ=="},
  };
  for (const Row& row : rows) {
    model::EncryptionKey key;
    key.key = base::Secret(std::string(row.key));
    key.mode = row.mode;
    if (row.mode == kCbc) key.initial_vector = counting(16);
    EXPECT_EQ(encrypt_for(key, row.text).value(), row.expected) << row.key;
  }
}

TEST(TokenFormats, Row46AnExpiryThatIsMissingLeavesTheLastFieldEmpty) {
  model::AccessToken endless = token("");
  endless.expires_at.reset();
  EXPECT_EQ(base::base64url_decode(base64_token(endless)), "LOCAL|FlowReader|PumpStation|flowRate||SERVICE_DEF|");
  model::AccessToken foreign = token();
  foreign.cloud = "NorthGrid|AcmeWater";
  foreign.target_type = model::TargetType::kEventType;
  foreign.expires_at = base::parse_instant("2031-03-04T05:06:07.1234567Z").value();
  EXPECT_EQ(base::base64url_decode(base64_token(foreign)),
            "NorthGrid|AcmeWater|FlowReader|PumpStation|flowRate|read-now|EVENT_TYPE|2031-03-04T05:06:07.123456700Z");
}

TEST(TokenFormats, ClaimsStandInTheOrderOfTheContract) {
  EXPECT_EQ(
      jwt_claims(token(), counting(16)),
      R"({"jti":"AAECAwQFBgcICQoLDA0ODw","iss":"ConsumerAuthorization","iat":1930366867,"nbf":1930366807,"exp":1930367167,)"
      R"("psn":"PumpStation","csn":"FlowReader","ccn":"LOCAL","tat":"SERVICE_DEF","tan":"flowRate","sco":"read-now"})");
  EXPECT_THAT(jwt_claims(token(""), counting(16)), testing::EndsWith(R"("tan":"flowRate"})"));
}

TEST(TokenEncryption, Row59AndQ10KeysAreTheRegisteredBytesAndOtherLengthsFail) {
  model::EncryptionKey key;
  key.system = "PumpStation";
  key.key = base::Secret("twenty-bytes-of-key!");
  const auto refused = encrypt_for(key, "arrow");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kInternal);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("PumpStation"));
  EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("twenty-bytes")));
  key.key = base::Secret("northwind-k\xc3\xa9y-1");  // 16 bytes with a character of two
  EXPECT_TRUE(encrypt_for(key, "arrow"));
}

}  // namespace
}  // namespace jeton::tokens
