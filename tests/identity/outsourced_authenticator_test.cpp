// Rows 16 and 17 of arrowhead-mqtt 18 and item 63 of arrowhead-authorization 15.9.
#include "identity/outsourced_authenticator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/strings.hpp"

namespace jeton::identity {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

// What the Authentication system would say.
class Verifier final : public IdentityVerifier {
 public:
  base::Result<VerifiedIdentity> verify(std::string_view token) override {
    asked.emplace_back(token);
    if (trouble) return base::failure(*trouble);
    const auto found = known.find(token);
    return found == known.end() ? VerifiedIdentity{} : found->second;
  }
  std::map<std::string, VerifiedIdentity, std::less<>> known;
  std::optional<base::Error> trouble;
  std::vector<std::string> asked;
};

class OutsourcedAuthenticatorTest : public testing::Test {
 protected:
  static constexpr std::string_view kHash = "a2200850e347d31add5b503e3066ffe211de66cf6cd9dbb8cb9d82f209cfcd90";

  OutsourcedAuthenticatorTest() {
    verifier_.known["good"] = {.verified = true, .name = "flow reader", .sysop = false, .expires = std::nullopt};
    verifier_.known["operator"] = {.verified = true, .name = "Anna", .sysop = true, .expires = std::nullopt};
  }
  OutsourcedAuthenticator make(base::Duration remember = 5s) {
    return OutsourcedAuthenticator({.remember = remember,
                                    .authenticator_secrets = {{"gate-keeper", base::Secret(" orchid-77\t")},
                                                              {"HvacIdentity", base::Secret("s3cr3t-42")},
                                                              {"RequesterSystem", base::Secret("secretKey")},
                                                              {"Blank", base::Secret(" ")},
                                                              {"Empty", base::Secret("")}}},
                                   verifier_, names_, clock_);
  }
  static base::Result<Caller> let_in(const OutsourcedAuthenticator& authenticator, std::string_view key) {
    return authenticator.authenticate(credentials_of_text(key));
  }

  base::ManualClock clock_;
  const model::Normalizer names_{model::NormalizationMode::kExtended};
  Verifier verifier_;
};

TEST_F(OutsourcedAuthenticatorTest, Row16_MissingAndMalformedKeysAreRefusedWithoutAsking) {
  const auto authenticator = make();
  for (const char* key :
       {"", " ", "SYSTEM//FlowReader", "AUTH-TOKEN//good", "identity-token//good", "IDENTITY-TOKEN", "IDENTITY-TOKEN//",
        "IDENTITY-TOKEN// ", "IDENTITY-TOKEN//good//more", "//", "////", "good"}) {
    const auto refused = let_in(authenticator, key);
    ASSERT_FALSE(refused.has_value()) << key;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated) << key;
    const auto now = authenticator.authenticate_now(credentials_of_text(key));
    ASSERT_TRUE(now.has_value()) << "known without asking: " << key;
    EXPECT_EQ(now->error(), refused.error()) << key;
  }
  EXPECT_FALSE(authenticator.authenticate(credentials_of_header("good")).has_value());
  EXPECT_FALSE(authenticator.authenticate(credentials_of_header("Basic IDENTITY-TOKEN//good")).has_value());
  EXPECT_TRUE(verifier_.asked.empty());
}

TEST_F(OutsourcedAuthenticatorTest, Row16_UnverifiedIsRefusedVerifiedIsTakenOver) {
  const auto authenticator = make();
  EXPECT_EQ(let_in(authenticator, "IDENTITY-TOKEN//bad").error().code, ErrorCode::kUnauthenticated);
  const auto caller = let_in(authenticator, "IDENTITY-TOKEN//good");
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->name, "flow reader") << "as it was returned, not normalized";
  EXPECT_FALSE(caller->sysop);
  EXPECT_TRUE(let_in(authenticator, "IDENTITY-TOKEN//operator")->sysop);
  EXPECT_TRUE(let_in(authenticator, "IDENTITY-TOKEN// good //").has_value()) << "the token is trimmed";
}

TEST_F(OutsourcedAuthenticatorTest, Row17_AuthenticatorKeys) {
  const auto authenticator = make();
  const struct {
    const char* name;
    std::string hash;
    const char* caller;
  } good[] = {
      {"GateKeeper", std::string(kHash), "GateKeeper"},
      {"gate_keeper", std::string(kHash), "GateKeeper"},
      {"GateKeeper", fmt::format(" {} ", kHash), "GateKeeper"},
      {"HvacIdentity", "4c4a937ed02c3f9759cec2cce43955155c6977955bf6c7af7c088793cfa1f21a", "HvacIdentity"},
      {"RequesterSystem", "d13e0ffb717e848fd5c4945e7c9fd4500664422899759afef850d5b85dcb5de8", "RequesterSystem"},
  };
  for (const auto& row : good) {
    const std::string key = fmt::format("AUTHENTICATOR-KEY//{}//{}", row.name, row.hash);
    const auto caller = authenticator.authenticate_now(credentials_of_text(key));
    ASSERT_TRUE(caller && *caller) << key;
    EXPECT_EQ((*caller)->name, row.caller);
    EXPECT_FALSE((*caller)->sysop);
  }
  std::string upper(kHash);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string bad[] = {
      "AUTHENTICATOR-KEY",
      "AUTHENTICATOR-KEY//GateKeeper",
      "AUTHENTICATOR-KEY//GateKeeper//",
      fmt::format("AUTHENTICATOR-KEY//{}", kHash),
      fmt::format("AUTHENTICATOR-KEY//GateKeeper//{}//more", kHash),
      fmt::format("AUTHENTICATOR-KEY//Unknown//{}", kHash),
      fmt::format("AUTHENTICATOR-KEY//HvacIdentity//{}", kHash),
      fmt::format("AUTHENTICATOR-KEY//GateKeeper//{}", upper),
      fmt::format("AUTHENTICATOR-KEY//GateKeeper//{}", kHash.substr(1)),
      "AUTHENTICATOR-KEY//Blank//" + base::hex_encode(crypto::hmac_sha256(" ", "Blank")),
      "AUTHENTICATOR-KEY//Empty//" + base::hex_encode(crypto::hmac_sha256("", "Empty")),
  };
  const std::string one_text = let_in(authenticator, "AUTHENTICATOR-KEY").error().message;
  for (const std::string& key : bad) {
    const auto refused = let_in(authenticator, key);
    ASSERT_FALSE(refused.has_value()) << key;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
    EXPECT_EQ(refused.error().message, one_text) << "nobody learns which check failed: " << key;
  }
  const OutsourcedAuthenticator without({}, verifier_, names_, clock_);
  EXPECT_FALSE(let_in(without, fmt::format("AUTHENTICATOR-KEY//GateKeeper//{}", kHash)).has_value());
  EXPECT_TRUE(verifier_.asked.empty());
}

TEST_F(OutsourcedAuthenticatorTest, AnswersAreRememberedForTheTimeThatIsSet) {
  const auto authenticator = make(5s);
  const auto key = credentials_of_text("IDENTITY-TOKEN//good");
  EXPECT_FALSE(authenticator.authenticate_now(key).has_value());
  EXPECT_TRUE(authenticator.authenticate(key).has_value());
  clock_.advance(5s - 1ns);
  ASSERT_TRUE(authenticator.authenticate_now(key).has_value());
  EXPECT_EQ((*authenticator.authenticate_now(key))->name, "flow reader");
  clock_.advance(1ns);
  EXPECT_FALSE(authenticator.authenticate_now(key).has_value());
  EXPECT_EQ(verifier_.asked.size(), 1U);
}

TEST_F(OutsourcedAuthenticatorTest, AnswersAreNotBelievedPastTheEndOfTheToken) {
  verifier_.known["short"] = {.verified = true, .name = "A", .sysop = false, .expires = clock_.wall() + 2s};
  const auto authenticator = make(1h);
  const auto key = credentials_of_text("IDENTITY-TOKEN//short");
  EXPECT_TRUE(authenticator.authenticate(key).has_value());
  clock_.advance(2s - 1ns);
  EXPECT_TRUE(authenticator.authenticate_now(key)->has_value());
  clock_.advance(1ns);
  EXPECT_EQ(authenticator.authenticate_now(key)->error().code, ErrorCode::kUnauthenticated);
}

TEST_F(OutsourcedAuthenticatorTest, RefusalsAreRememberedApart) {
  const auto authenticator = make(5s);
  EXPECT_TRUE(let_in(authenticator, "IDENTITY-TOKEN//good").has_value());
  for (int i = 0; i < 3'000; ++i) {
    EXPECT_FALSE(let_in(authenticator, fmt::format("IDENTITY-TOKEN//made-up-{}", i)).has_value());
  }
  EXPECT_EQ(verifier_.asked.size(), 3'001U);
  EXPECT_FALSE(let_in(authenticator, "IDENTITY-TOKEN//made-up-2999").has_value());
  EXPECT_TRUE(authenticator.authenticate_now(credentials_of_text("IDENTITY-TOKEN//good"))->has_value());
  EXPECT_EQ(verifier_.asked.size(), 3'001U) << "made-up tokens push no good one out";
  EXPECT_LE(authenticator.remembered(), 1'001U);
}

TEST_F(OutsourcedAuthenticatorTest, RememberingNothingAsksEveryTime) {
  const auto authenticator = make(0s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(let_in(authenticator, "IDENTITY-TOKEN//good").has_value());
  EXPECT_EQ(verifier_.asked.size(), 3U);
}

TEST_F(OutsourcedAuthenticatorTest, TroubleIsPassedOnAndNotRemembered) {
  const auto authenticator = make();
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kExternal, ErrorCode::kUnauthenticated,
                               ErrorCode::kForbidden, ErrorCode::kTimeout, ErrorCode::kInternal}) {
    verifier_.trouble = base::Error{code, "its word", {}};
    EXPECT_EQ(let_in(authenticator, "IDENTITY-TOKEN//good").error(), *verifier_.trouble);
  }
  verifier_.trouble.reset();
  EXPECT_TRUE(let_in(authenticator, "IDENTITY-TOKEN//good").has_value());
}

TEST_F(OutsourcedAuthenticatorTest, ErrorsNeverRepeatTheCredentials) {
  const auto authenticator = make();
  for (const char* key : {"IDENTITY-TOKEN//hush", "AUTHENTICATOR-KEY//GateKeeper//hush", "hush//hush"}) {
    EXPECT_THAT(let_in(authenticator, key).error().message, Not(HasSubstr("hush")));
  }
}

}  // namespace
}  // namespace jeton::identity
