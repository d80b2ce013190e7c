#include "crypto/jwt.hpp"

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "test_files.hpp"
#include "test_keys.hpp"

namespace jeton::crypto {
namespace {

using base::ErrorCode;
using base::Secret;
using testing::HasSubstr;

constexpr std::string_view kClaims = R"({"iss":"ConsumerAuthorization","exp":1930000000,"psn":"PumpStation"})";
const Secret kSecret("local-dev-signing-key");

const SigningKey& signing_key() {
  static const SigningKey kKey = [] {
    const TestFolder folder;
    return SigningKey::load(folder.write("k.pem", test_keys::rsa_pem(2048)).string(), Secret()).value();
  }();
  return kKey;
}

const SigningKey& other_key() {
  static const SigningKey kKey = [] {
    const TestFolder folder;
    return SigningKey::load(folder.write("k.pem", test_keys::rsa_pem(2056)).string(), Secret()).value();
  }();
  return kKey;
}

std::string encode(std::string_view text) {
  return base::base64url_encode(base::as_bytes(text), false);
}

/// A token with a right HS512 signature over any header text.
std::string hs512(std::string_view header, std::string_view claims = kClaims) {
  const std::string input = encode(header) + "." + encode(claims);
  return input + "." + encode(as_text(hmac_sha512(kSecret.reveal(), input)));
}

std::string reason(const base::Result<std::string>& result) {
  if (result) return "accepted";
  EXPECT_EQ(result.error().code, ErrorCode::kUnauthenticated);
  return result.error().message;
}

TEST(Jwt, RoundTripsEveryAlgorithm) {
  for (const JwtAlgorithm algorithm : {JwtAlgorithm::kRs256, JwtAlgorithm::kRs512}) {
    const std::string token = sign_jwt(algorithm, signing_key(), kClaims).value();
    EXPECT_EQ(verify_jwt(algorithm, signing_key(), token), kClaims);
    EXPECT_THAT(reason(verify_jwt(algorithm, other_key(), token)), HasSubstr("not this key's"));
  }
  const std::string token = sign_jwt_hs512(kSecret, kClaims).value();
  EXPECT_EQ(verify_jwt_hs512(kSecret, token), kClaims);
  EXPECT_THAT(reason(verify_jwt_hs512(Secret("local-dev-signing-kez"), token)), HasSubstr("not this key's"));
}

TEST(Jwt, SignatureIsOverTheTokenText) {
  const std::string token = sign_jwt(JwtAlgorithm::kRs256, signing_key(), kClaims).value();
  const std::size_t dot = token.rfind('.');
  EXPECT_TRUE(test_keys::verifies(base::base64_decode(signing_key().public_key_base64()).value(), "SHA256",
                                  token.substr(0, dot), base::base64url_decode(token.substr(dot + 1)).value()));
}

// message-queue 5.2: the vector of the contract
TEST(Jwt, Hs512VectorOfMessageQueue) {
  const std::string claims = R"({"iss":"kilemon/message-queue","Sub-Queue-Identifier":"orders"})";
  const std::string token =
      "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9."
      "eyJpc3MiOiJraWxlbW9uL21lc3NhZ2UtcXVldWUiLCJTdWItUXVldWUtSWRlbnRpZmllciI6Im9yZGVycyJ9."
      "sZwr0NNaQF7cIlroJw-E-4dctTp9y69jK5gZchpTu2QftnlK1wcHly_7RjTprCi8PrLbTb9XRq6Ytkix6ZkQzQ";
  EXPECT_EQ(sign_jwt_hs512(kSecret, claims), token);
  EXPECT_EQ(verify_jwt_hs512(kSecret, token), claims);
}

TEST(Jwt, HeaderMembersInAnyOrderAndSpacing) {
  for (const std::string_view header :
       {R"({"typ":"JWT","alg":"HS512"})", R"({"alg":"HS512"})", " { \"alg\" :\t\"HS512\" , \"typ\":\"JWT\"}\n",
        R"({"kid":"1","x":{"alg":"none"},"alg":"HS512","typ":"at+jwt"})", R"({"\u0061lg":"HS512"})"}) {
    EXPECT_EQ(verify_jwt_hs512(kSecret, hs512(header)), kClaims) << header;
  }
}

// The signature is right in every row: it is the header that refuses.
TEST(Jwt, RefusesHeaders) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"({"typ":"JWT","alg":"none"})", "it names \"none\""},
      {R"({"typ":"JWT","alg":"None"})", "must name the algorithm HS512"},
      {R"({"typ":"JWT","alg":"HS256"})", "it names \"HS256\""},
      {R"({"typ":"JWT","alg":"RS256"})", "it names \"RS256\""},
      {R"({"typ":"JWT","alg":"hs512"})", "must name the algorithm HS512"},
      {R"({"typ":"JWT","alg":""})", "must name the algorithm HS512"},
      {R"({"typ":"JWT","alg":null})", "must name the algorithm HS512"},
      {R"({"typ":"JWT","alg":["HS512"]})", "must name the algorithm HS512"},
      {R"({"typ":"JWT"})", "it names 0 of them"},
      {R"({"ALG":"HS512"})", "it names 0 of them"},
      {R"({"alg":"none","alg":"HS512"})", "it names 2 of them"},
      {R"({"alg":"HS512","alg":"HS512"})", "it names 2 of them"},
      {R"({"alg":"HS512","crit":["exp"]})", "'crit'"},
      {R"(["HS512"])", "not a JSON object"},
      {R"("HS512")", "not a JSON object"},
      {R"({"alg":"HS512")", "not a JSON object"},
      {R"({"alg":"HS512"}{})", "not a JSON object"},
      {"{\"alg\":\"HS512\",\"x\":\"\xff\"}", "not a JSON object"},
      {" ", "not a JSON object"},
  };
  for (const auto& [header, message] : rows)
    EXPECT_THAT(reason(verify_jwt_hs512(kSecret, hs512(header))), HasSubstr(message)) << header;
}

// The classic: a token signed by HMAC with the public key as its secret, shown to a verifier of RSA tokens.
TEST(Jwt, RefusesAnotherAlgorithmThanExpected) {
  const std::string rs256 = sign_jwt(JwtAlgorithm::kRs256, signing_key(), kClaims).value();
  EXPECT_THAT(reason(verify_jwt(JwtAlgorithm::kRs512, signing_key(), rs256)),
              HasSubstr("must name the algorithm RS512"));
  EXPECT_THAT(reason(verify_jwt_hs512(Secret(signing_key().public_key_base64()), rs256)),
              HasSubstr("must name the algorithm HS512"));
  const std::string forged = sign_jwt_hs512(Secret(signing_key().public_key_base64()), kClaims).value();
  EXPECT_THAT(reason(verify_jwt(JwtAlgorithm::kRs256, signing_key(), forged)), HasSubstr("it names \"HS512\""));
  const std::string input = encode(R"({"typ":"JWT","alg":"RS256"})") + "." + encode(kClaims);
  const std::string disguised = input + "." + encode(as_text(hmac_sha512(signing_key().public_key_base64(), input)));
  EXPECT_THAT(reason(verify_jwt(JwtAlgorithm::kRs256, signing_key(), disguised)), HasSubstr("not this key's"));
}

TEST(Jwt, RefusesBrokenShapes) {
  const std::string token = sign_jwt_hs512(kSecret, kClaims).value();
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string header = token.substr(0, first);
  const std::string claims = token.substr(first + 1, second - first - 1);
  const std::string signature = token.substr(second + 1);
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "three parts"},
      {"..", "is empty"},
      {header, "three parts"},
      {header + "." + claims, "three parts"},
      {token + ".", "three parts"},
      {token + "." + signature, "three parts"},
      {"." + claims + "." + signature, "is empty"},
      {header + ".." + signature, "is empty"},
      {header + "." + claims + ".", "is empty"},
      {token + "=", "not base64url"},
      {token + "==", "not base64url"},
      {" " + token, "header"},
      {token + "\n", "not base64url"},
      {header + "=." + claims + "." + signature, "header"},
      {header + "." + claims + "=." + signature, "not this key's"},
      {header + "." + claims + ".+" + signature, "not base64url"},
      {header + "." + claims + "." + signature.substr(0, 40), "not this key's"},
      {header + "." + claims.substr(0, claims.size() - 4) + "." + signature, "not this key's"},
      {token.substr(0, token.size() - 1) + "R", "not base64url"},  // the same bytes with left-over bits
  };
  for (const auto& [text, message] : rows)
    EXPECT_THAT(reason(verify_jwt_hs512(kSecret, text)), HasSubstr(message)) << text;
}

// message-queue 5.4 (3)
TEST(Jwt, WhatIsSignedMayBePadded) {
  const auto padded = [](std::string_view text) { return base::base64url_encode(base::as_bytes(text), true); };
  const std::string input = padded(R"({"alg":"HS512" })") + "." +
                            padded(R"({"iss":"me"})"
                                   " ");
  ASSERT_THAT(input, HasSubstr("="));
  const auto claims = verify_jwt_hs512(kSecret, input + "." + encode(as_text(hmac_sha512(kSecret.reveal(), input))));
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(*claims, R"({"iss":"me"} )");
}

TEST(Jwt, RefusesEveryTamperedCharacter) {
  const std::string token = sign_jwt_hs512(kSecret, kClaims).value();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_jwt_hs512(kSecret, changed)) << i;
  }
  const std::string rs256 = sign_jwt(JwtAlgorithm::kRs256, signing_key(), kClaims).value();
  for (std::size_t i = 0; i < rs256.size(); i += 7) {
    std::string changed = rs256;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_jwt(JwtAlgorithm::kRs256, signing_key(), changed)) << i;
  }
}

// Signed as it stands, but no base64url: nothing to hand back.
TEST(Jwt, RefusesSignedClaimsThatDoNotDecode) {
  const std::string input = encode(R"({"alg":"HS512"})") + ".a+b";
  EXPECT_THAT(reason(verify_jwt_hs512(kSecret, input + "." + encode(as_text(hmac_sha512(kSecret.reveal(), input))))),
              HasSubstr("claims of a token are not base64url"));
}

TEST(Jwt, SizeIsBoundedOnBothWays) {
  const std::size_t header_and_signature = 36 + 86 + 2;
  const std::string largest(((kJwtBytesMax - header_and_signature) / 4) * 3, 'x');
  const std::string token = sign_jwt_hs512(kSecret, largest).value();
  EXPECT_EQ(token.size(), kJwtBytesMax);
  EXPECT_EQ(verify_jwt_hs512(kSecret, token), largest);
  EXPECT_EQ(sign_jwt_hs512(kSecret, largest + "x").error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(reason(verify_jwt_hs512(kSecret, token + "A")), HasSubstr("at most 16384"));
}

TEST(Jwt, AnEmptyKeyIsNoKey) {
  EXPECT_EQ(sign_jwt_hs512(Secret(), kClaims).error().code, ErrorCode::kInternal);
  const std::string input = encode(R"({"alg":"HS512"})") + "." + encode(kClaims);
  EXPECT_FALSE(verify_jwt_hs512(Secret(), input + "." + encode(as_text(hmac_sha512("", input)))));
}

}  // namespace
}  // namespace jeton::crypto
