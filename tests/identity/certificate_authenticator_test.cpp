#include "identity/certificate_authenticator.hpp"

#include "base/strings.hpp"
#include "crypto/test_certificates.hpp"
#include "crypto/test_files.hpp"

namespace jeton::identity {
namespace {

using base::ErrorCode;
using crypto::Subject;
using crypto::test_certificates::Made;
using std::chrono::seconds;

std::string encoded(std::string_view text) {
  return base::base64_encode(base::as_bytes(text));
}

class CertificateCaller : public testing::Test {
 protected:
  crypto::TrustStore trusting(const Made& authority) {
    return crypto::TrustStore::load(folder_.write("ca.pem", authority.pem()).string()).value();
  }
  base::Result<Caller> by_text(std::string_view text) const {
    return authenticator_.authenticate_now(credentials_of_text(text)).value();
  }
  Made member(std::string name, std::vector<std::string> qualifiers = {"sy"}) const {
    name += ".northgrid.acmewater.arrowhead.eu";
    return root_.issue({.common_name = std::move(name), .qualifiers = std::move(qualifiers)});
  }

  crypto::TestFolder folder_;
  base::ManualClock clock_;  // at 1.9 billion seconds
  const model::Normalizer names_{model::NormalizationMode::kExtended};
  const Made root_ = Made::root({.common_name = "root", .authority = true});
  CertificateAuthenticator authenticator_{
      {.cloud = "Northgrid", .organization = "Acmewater"}, trusting(root_), names_, clock_};
};

TEST_F(CertificateCaller, OverTlsIsTheOneThatTlsVerified) {
  const std::vector<Subject> chain = {{.common_name = "reader.northgrid.acmewater.b.c", .qualifiers = {"sy"}}};
  // What a header says besides does not matter.
  Credentials credentials = credentials_of_header("Bearer SYSTEM//Sysop");
  credentials.certificates = chain;
  const auto caller = authenticator_.authenticate_now(credentials);
  ASSERT_TRUE(caller.has_value() && caller->has_value());
  EXPECT_EQ((*caller)->name, "Reader");
  EXPECT_FALSE((*caller)->sysop);
}

// arrowhead-mqtt 8.2 and 18 (15): the steps of decoding, and the conditions of 8, one text each.
TEST_F(CertificateCaller, Row15_OverMqttIsTheOneThatTheTextHolds) {
  const Made reader = member("flow-reader");
  EXPECT_EQ(by_text(encoded(reader.pem()))->name, "FlowReader");
  std::string unpadded = encoded(reader.pem() + "\n");
  while (unpadded.ends_with('=')) unpadded.pop_back();
  EXPECT_EQ(by_text(unpadded)->name, "FlowReader");
  const std::string body = base::base64_encode(base::as_bytes(reader.der()));
  EXPECT_EQ(by_text(encoded("  " + body + "\r\n"))->name, "FlowReader") << "the marks need not be there";
  EXPECT_TRUE(by_text(encoded(member("x", {"op"}).pem()))->sysop);

  const std::string missing = by_text("").error().message;
  EXPECT_EQ(by_text("").error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(by_text("   ").error().message, missing);
  EXPECT_EQ(authenticator_.authenticate(credentials_of_header("")).error().message, missing);

  const std::string not_valid = by_text("SYSTEM//FlowReader").error().message;
  EXPECT_NE(not_valid, missing);
  const std::string good = encoded(reader.pem());
  const std::string broken[] = {
      body,              // DER without the PEM layer
      reader.pem(),      // PEM without its own base64
      encoded("hello"),  // no PEM
      encoded("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
      encoded("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n"),
      encoded(reader.key_pem()),
      good.substr(0, 40) + "\n" + good.substr(40),
      good + " ",
      base::base64url_encode(base::as_bytes(reader.pem() + "\xff\xff\xff"), true),
      encoded(std::string(100'000, 'A')),
      // By no authority that is trusted.
      encoded(Made::root({.common_name = "reader.northgrid.acmewater.b.c", .qualifiers = {"sy"}}).pem()),
  };
  for (const std::string& text : broken) {
    const auto refused = by_text(text);
    ASSERT_FALSE(refused) << text.substr(0, 60);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated) << text.substr(0, 60);
    EXPECT_EQ(refused.error().message, not_valid) << text.substr(0, 60);
  }

  const auto nobody = by_text(encoded(root_.issue({.common_name = "reader", .qualifiers = {"sy"}}).pem()));
  EXPECT_EQ(nobody.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(nobody.error().message, by_text(encoded(member("x", {}).pem())).error().message);
  EXPECT_NE(nobody.error().message, not_valid);
  EXPECT_NE(nobody.error().message, missing);
  EXPECT_EQ(by_text(encoded(member("x", {"de"}).pem())).error().code, ErrorCode::kForbidden);
  const Made foreign = root_.issue({.common_name = "x.southgrid.acmewater.b.c", .qualifiers = {"sy"}});
  EXPECT_EQ(by_text(encoded(foreign.pem())).error().code, ErrorCode::kForbidden);
}

// arrowhead-mqtt 19 (D8)
TEST_F(CertificateCaller, OverMqttMustBeValidNow) {
  const std::string text = encoded(member("reader").pem());
  EXPECT_TRUE(by_text(text));
  clock_.set_wall(base::Instant{seconds{2'000'000'001}});
  EXPECT_EQ(by_text(text).error().code, ErrorCode::kUnauthenticated);
  clock_.set_wall(base::Instant{seconds{1'799'999'999}});
  EXPECT_EQ(by_text(text).error().code, ErrorCode::kUnauthenticated);
}

TEST_F(CertificateCaller, OtherAuthoritiesCanBeBelievedFromNowOn) {
  const std::string text = encoded(member("reader").pem());
  const Made other = Made::root({.common_name = "other", .authority = true});
  authenticator_.trust(trusting(other));
  EXPECT_FALSE(by_text(text));
  authenticator_.trust(trusting(root_));
  EXPECT_TRUE(by_text(text));
}

}  // namespace
}  // namespace jeton::identity
