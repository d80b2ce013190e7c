// arrowhead-authorization section 16, every vector by its number (checklist 21.8).
#include "aes_decryption.hpp"
#include "base/strings.hpp"
#include "crypto/aes.hpp"
#include "crypto/digest.hpp"
#include "crypto/jwt.hpp"
#include "test_files.hpp"
#include "test_keys.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;

constexpr std::string_view kKey16 = "northwind-key-16";
constexpr std::string_view kKey24 = "northwind-key-24-bytes!!";
constexpr std::string_view kKey32 = "northwind-key-32-bytes-long-000!";
constexpr std::string_view kServerSecret = "server-secret-01";

constexpr std::string_view kVector1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr std::string_view kVector4 =
    "TE9DQUx8Rmxvd1JlYWRlcnxQdW1wU3RhdGlvbnxmbG93UmF0ZXxyZWFkLW5vd3xTRVJWSUNFX0RFRnwyMDMxLTAzLTA0VDA1OjA2OjA3Wg==";

std::string counting(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(i);
  return bytes;
}

const std::string kIv = counting(16);

std::string simple_token(std::string_view bytes) {
  return base::base64url_encode(as_bytes(bytes), true);
}
std::string reference(std::string_view token) {
  return base::base64_encode(hmac_sha256(kServerSecret, token));
}
std::string ecb(std::string_view key, std::string_view text) {
  return base::base64_encode(as_bytes(aes_encrypt(AesMode::kEcb, key, "", text).value()));
}
std::string cbc(std::string_view key, std::string_view text) {
  return base::base64_encode(as_bytes(aes_encrypt(AesMode::kCbc, key, kIv, text).value()));
}
std::string header_part(JwtAlgorithm algorithm) {
  const TestFolder folder;
  const auto key = SigningKey::load(folder.write("k.pem", test_keys::rsa_pem(2048)).string(), base::Secret());
  const std::string token = sign_jwt(algorithm, key.value(), "{}").value();
  return token.substr(0, token.find('.'));
}

struct VectorRow {
  std::string number;
  std::string computed;
  std::string_view expected;
};

TEST(ArrowheadVectors, Section16) {
  const std::vector<VectorRow> rows = {
      {"1", simple_token(counting(32)), kVector1},
      {"2", reference(kVector1), "Rgb/tZYVA2E70U+mTUDqdw3iprwa9BBB0kqLFtfSsrE="},
      {"2, of arrowhead-mqtt 14.4.1",
       base::base64_encode(hmac_sha256("k9Qw2rTz7LmX4bNc", "yCN-2TSP6kWg-1axDGfCHXjTLonkP5r1UKsGYbwXcs0=")),
       "dFMoAYbKGrBjBDt4KPKYX0esukR5NDL6HD52HAtc8BU="},
      {"3", simple_token(std::string(16, '\xfb')), "-_v7-_v7-_v7-_v7-_v7-w=="},
      {"4", simple_token("LOCAL|FlowReader|PumpStation|flowRate|read-now|SERVICE_DEF|2031-03-04T05:06:07Z"), kVector4},
      {"5", simple_token("LOCAL|FlowReader|PumpStation|flowRate||SERVICE_DEF|2031-03-04T05:06:07Z"),
       "TE9DQUx8Rmxvd1JlYWRlcnxQdW1wU3RhdGlvbnxmbG93UmF0ZXx8U0VSVklDRV9ERUZ8MjAzMS0wMy0wNFQwNTowNjowN1o="},
      {"6", reference(kVector4), "5xVTU3gUyV7C+US6FfG0+KupB8AjjYfh7nwOumAtRJ4="},
      {"7", ecb(kKey16, kVector4),
       "+YtYfZBAmoHeyR8t3Nwz8L8JYGguX7yvhGgpWnr8uctjvTt/4j/fPv+1VAmyfuxlRhqB5oZljaGNLte/"
       "fr2wJ8kvxHH+9wv8yAomLXhPxf7mOBSkDbCjdL5Q2L"
       "HHqUcG1UEsC9trPLgQOYXF22T1og=="},
      {"8", cbc(kKey16, kVector4),
       "O+UUN8ABVMaR1voxNI8aThivXcs2/45s6nxW+B7RdrptF671ecfdAURY8YB9nCIPnkm2qT01WRwELtG+0lJyGNSH/"
       "V7iJx1NyTH6DOMmsbygeMcXSw0yCtMZPQ"
       "mXwEg+pwgZ41Iu/7zsu/ZoZYIRtA=="},
      {"9", ecb(kKey24, kVector4),
       "ZSTLWxA3rmc/fYF94gdKs+oAU0sadyVNv7+OlPyUgWuQqI7YeRKOL9/"
       "nXRo4lWimaWH5s2z0JZkO3v78DhQaplBi2kforKShLjHa7vTZyuSBUiweh5f6FNGpBP"
       "kSBizA8mpQy97G98krF2NebVTjTw=="},
      {"10", cbc(kKey32, kVector4),
       "CBSrjve3iDVuGZHPY9Kj+b8GAt1mpmatLy2xO8RW/"
       "vHNL1kDUQ1+BlVfxkacjmdZQB2sVHzufSRnDAVaGHvfsUr1mkZZV2O95AMoCVnR1bsM99YAaN/JEtU5l3"
       "ZnNJqePCydp08pj58csR+v6VZ1AA=="},
      {"11 ECB", ecb(kKey16, "arrow"), "nQSHGNFMyxDq14O20vITYQ=="},
      {"11 CBC", cbc(kKey16, "arrow"), "dhVHNmRx7S95RgM14B3ELQ=="},
      {"12", cbc(kServerSecret, kKey16), "PAPlEIW1Kl9IYRv0q8G2YYXj0cqykwrzmS5ynRjaZsE="},
      {"13", base::hex_encode(hmac_sha256("orchid-77", "GateKeeper")),
       "a2200850e347d31add5b503e3066ffe211de66cf6cd9dbb8cb9d82f209cfcd90"},
      {"14 RS256", header_part(JwtAlgorithm::kRs256), "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9"},
      {"14 RS512", header_part(JwtAlgorithm::kRs512), "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzUxMiJ9"},
  };
  for (const VectorRow& row : rows) EXPECT_EQ(row.computed, row.expected) << "vector " << row.number;
}

// What a provider does with vectors 7 to 12.
TEST(ArrowheadVectors, CiphertextsDecrypt) {
  const auto decoded = [](std::string_view text) { return base::base64_decode(text).value(); };
  EXPECT_EQ(testing::aes_decrypt(AesMode::kEcb, kKey24, "", decoded(ecb(kKey24, kVector4))), kVector4);
  EXPECT_EQ(testing::aes_decrypt(AesMode::kCbc, kKey32, kIv, decoded(cbc(kKey32, kVector4))), kVector4);
  EXPECT_EQ(testing::aes_decrypt(AesMode::kEcb, kKey16, "", decoded("nQSHGNFMyxDq14O20vITYQ==")), "arrow");
  EXPECT_EQ(
      testing::aes_decrypt(AesMode::kCbc, kServerSecret, kIv, decoded("PAPlEIW1Kl9IYRv0q8G2YYXj0cqykwrzmS5ynRjaZsE=")),
      kKey16);
}

}  // namespace
}  // namespace jeton::crypto
