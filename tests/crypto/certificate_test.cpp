#include "crypto/certificate.hpp"

#include "base/strings.hpp"
#include "crypto/key_pair.hpp"
#include "crypto/test_certificates.hpp"
#include "crypto/trust_store.hpp"
#include "test_files.hpp"

namespace jeton::crypto {
namespace {

using base::ErrorCode;
using base::Instant;
using base::Secret;
using std::chrono::seconds;
using test_certificates::Made;
using testing::HasSubstr;

constexpr Instant kNow{seconds{1'900'000'000}};

Certificate parsed(const Made& made) {
  return Certificate::from_der(made.der()).value();
}

std::vector<std::string> names_of(const std::vector<Certificate>& certificates) {
  std::vector<std::string> names;
  for (const Certificate& each : certificates) names.push_back(each.subject().common_name);
  return names;
}

TEST(CertificateText, SaysWhomItNamesAndHowLong) {
  const Made made = Made::root({.common_name = "lås.a.b.c.d",
                                .qualifiers = {"xx", " sy "},
                                .not_before = Instant{seconds{1'000'000'000}},
                                .not_after = Instant{seconds{4'000'000'000}}});
  const Certificate certificate = parsed(made);
  EXPECT_EQ(certificate.subject(), (Subject{.common_name = "lås.a.b.c.d", .qualifiers = {"xx", " sy "}}));
  EXPECT_EQ(certificate.not_before(), Instant{seconds{1'000'000'000}});
  EXPECT_EQ(certificate.not_after(), Instant{seconds{4'000'000'000}});
  EXPECT_THAT(certificate.subject_text(), HasSubstr("CN=l"));
  std::string expected;
  const std::string pem = made.public_pem();
  for (const std::string_view line : base::split(pem, '\n')) {
    if (!line.starts_with("-----")) expected += line;
  }
  EXPECT_EQ(certificate.public_key_base64(), expected);
  EXPECT_EQ(parsed(Made::root({})).subject(), Subject{});
}

// Authorities write 9999 for "without end" (RFC 5280 4.1.2.5), which is past the range of Instant.
TEST(CertificateText, ATimeBehindEveryInstantIsTheLast) {
  const Instant in_2060{std::chrono::sys_days{std::chrono::year{2060} / 1 / 1}};
  std::string der = Made::root({.common_name = "x", .not_after = in_2060}).der();
  EXPECT_EQ(Certificate::from_der(der)->not_after(), in_2060);
  const std::size_t at = der.find("20600101000000Z");
  ASSERT_NE(at, std::string::npos);
  der.replace(at, 4, "9999");
  EXPECT_EQ(Certificate::from_der(der)->not_after(), std::chrono::floor<seconds>(Instant::max()));
}

TEST(CertificateText, IsRefusedUnlessItBeginsWithOne) {
  const std::string der = Made::root({.common_name = "x"}).der();
  EXPECT_TRUE(Certificate::from_der(der + "more"));
  for (const std::string& text : {std::string(), std::string("x"), der.substr(1), der.substr(0, der.size() - 1)})
    EXPECT_FALSE(Certificate::from_der(text));
}

TEST(CertificateText, EveryCertificateOfAPemTextIsReadInOrder) {
  const std::string a = Made::root({.common_name = "a"}).pem();
  const std::string b = Made::root({.common_name = "b"}).pem();
  const auto all = Certificate::all_in_pem("a comment\n" + a + "between\n" + b + "\nbehind", 2, "x.pem");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(names_of(*all), (std::vector<std::string>{"a", "b"}));
  struct Row {
    std::string text;
    std::size_t most;
    std::string problem;
  };
  const Row rows[] = {
      {"", 2, "holds no certificate"},
      {"hello", 2, "holds no certificate"},
      {a + b, 1, "more than 1 certificates"},
      {a + b.substr(0, b.size() / 2) + "\n-----END CERTIFICATE-----\n", 5, "certificate 2 in the file"}};
  for (const Row& row : rows) {
    const auto refused = Certificate::all_in_pem(row.text, row.most, "x.pem");
    ASSERT_FALSE(refused) << row.problem;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr(row.problem), HasSubstr("x.pem")));
  }
}

class KeyPairFile : public testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view content) { return folder_.write(name, content).string(); }

  TestFolder folder_;
  const Made root_ = Made::root({.common_name = "root", .authority = true});
  const Made between_ = root_.issue({.common_name = "between", .authority = true});
  const Made server_ = between_.issue({.common_name = "server"});
};

TEST_F(KeyPairFile, PemAndPkcs12GiveTheSameChain) {
  const std::vector<std::string> chain = {"server", "between", "root"};
  const auto pem = KeyPair::load_pem(write("c.pem", server_.pem() + between_.pem() + root_.pem()),
                                     write("k.pem", server_.key_pem("orchid-77")), Secret("orchid-77"));
  ASSERT_TRUE(pem) << pem.error().message;
  EXPECT_EQ(names_of(pem->chain), chain);
  const Made stranger = Made::root({.common_name = "stranger"});
  const auto store = KeyPair::load_pkcs12(write("k.p12", server_.pkcs12("orchid-77", {root_, stranger, between_})),
                                          Secret("orchid-77"));
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(names_of(store->chain), chain) << "in order, without strangers";
}

TEST_F(KeyPairFile, WhatCannotBeUsedIsNamed) {
  const std::string certificate = write("c.pem", server_.pem());
  const std::string key = write("k.pem", server_.key_pem());
  const std::string encrypted = write("e.pem", server_.key_pem("orchid-77"));
  const std::string other = write("o.pem", root_.key_pem());
  const std::string turned = write("t.pem", between_.pem() + server_.pem());
  const std::string store = write("k.p12", server_.pkcs12("orchid-77"));
  struct Row {
    base::Result<KeyPair> loaded;
    std::string where, problem;
  };
  const Row rows[] = {
      {KeyPair::load_pem(certificate, other, {}), other, "is not that of the first certificate"},
      {KeyPair::load_pem(turned, key, {}), key, "the server's own certificate stands first"},
      {KeyPair::load_pem(key, key, {}), key, "holds no certificate"},
      {KeyPair::load_pem(certificate, certificate, {}), certificate, "gives no private key"},
      {KeyPair::load_pem(certificate, encrypted, {}), encrypted, "must be set"},
      {KeyPair::load_pem(certificate, encrypted, Secret("orchid-78")), encrypted, "must be the right one"},
      {KeyPair::load_pkcs12(store, Secret("orchid-78")), store, "must be the right one"},
      {KeyPair::load_pkcs12(certificate, {}), certificate, "cannot be opened as PKCS#12"},
  };
  for (const Row& row : rows) {
    ASSERT_FALSE(row.loaded) << row.problem;
    EXPECT_EQ(row.loaded.error().code, ErrorCode::kInvalid) << row.problem;
    EXPECT_EQ(row.loaded.error().where, row.where) << row.problem;
    EXPECT_THAT(row.loaded.error().message, HasSubstr(row.problem));
    EXPECT_THAT(row.loaded.error().message, testing::Not(HasSubstr("orchid")));
  }
  EXPECT_EQ(KeyPair::load_pkcs12("/nowhere/k.p12", {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(KeyPair::load_pem("/nowhere/c.pem", key, {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(KeyPair::load_pem(certificate, "/nowhere/k.pem", {}).error().code, ErrorCode::kNotFound);
}

class TrustStoreFile : public KeyPairFile {
 protected:
  TrustStore trusting(const std::string& pem) { return TrustStore::load(write("ca.pem", pem)).value(); }
};

TEST_F(TrustStoreFile, VouchesAlongTheChainWhileAllOfItIsValid) {
  const TrustStore roots = trusting(root_.pem());
  const std::vector<Certificate> between = {parsed(between_)};
  EXPECT_TRUE(roots.verify(parsed(server_), between, kNow));
  EXPECT_FALSE(roots.verify(parsed(server_), {}, kNow)) << "a gap in the chain";
  EXPECT_TRUE(roots.verify(parsed(between_), {}, kNow));
  EXPECT_TRUE(trusting(between_.pem()).verify(parsed(server_), {}, kNow)) << "an intermediate authority is believed";
  EXPECT_FALSE(
      trusting(Made::root({.common_name = "root", .authority = true}).pem()).verify(parsed(server_), between, kNow))
      << "the same name with another key";

  const Instant begin{seconds{1'800'000'000}};
  const Instant end{seconds{2'000'000'000}};
  EXPECT_TRUE(roots.verify(parsed(server_), between, begin));
  EXPECT_FALSE(roots.verify(parsed(server_), between, begin - seconds{1}));
  EXPECT_TRUE(roots.verify(parsed(server_), between, end - seconds{1}));
  const auto late = roots.verify(parsed(server_), between, end + seconds{1});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(late.error().message, HasSubstr("expired"));
}

TEST_F(TrustStoreFile, RefusesWhatIsNoClientsAndWhatIsForged) {
  const TrustStore roots = trusting(root_.pem());
  EXPECT_FALSE(roots.verify(parsed(root_.issue({.common_name = "s", .usage = "serverAuth"})), {}, kNow));
  EXPECT_TRUE(roots.verify(parsed(root_.issue({.common_name = "s", .usage = ""})), {}, kNow)) << "for any use";
  EXPECT_FALSE(roots.verify(parsed(Made::root({.common_name = "self"})), {}, kNow));
  // Whoever has a certificate is no authority.
  const Made leaf = root_.issue({.common_name = "leaf"});
  EXPECT_FALSE(roots.verify(parsed(leaf.issue({.common_name = "forged"})), std::vector{parsed(leaf)}, kNow));
  std::string der = server_.der();
  der.back() = static_cast<char>(der.back() ^ 1);
  EXPECT_FALSE(trusting(between_.pem()).verify(Certificate::from_der(der).value(), {}, kNow)) << "another signature";
}

// As strict as TLS itself (RFC 9325 4.5): what a handshake refuses is not believed as a bearer value either.
TEST_F(TrustStoreFile, RefusesWhatIsTooWeak) {
  const TrustStore roots = trusting(root_.pem());
  const auto weak_key = roots.verify(parsed(root_.issue({.common_name = "k", .curve = "P-192"})), {}, kNow);
  ASSERT_FALSE(weak_key);
  EXPECT_THAT(weak_key.error().message, HasSubstr("key too weak"));
  const auto weak_signature = roots.verify(parsed(root_.issue({.common_name = "d", .digest = "SHA1"})), {}, kNow);
  ASSERT_FALSE(weak_signature);
  EXPECT_THAT(weak_signature.error().message, HasSubstr("digest algorithm too weak"));
  const Made weak = root_.issue({.common_name = "weak", .authority = true, .curve = "P-192"});
  EXPECT_FALSE(roots.verify(parsed(weak.issue({.common_name = "behind"})), std::vector{parsed(weak)}, kNow));
  EXPECT_TRUE(roots.verify(parsed(root_.issue({.common_name = "s", .curve = "P-224"})), {}, kNow));
}

TEST_F(TrustStoreFile, NeedsAFileWithCertificates) {
  EXPECT_EQ(TrustStore::load("/nowhere/ca.pem").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(TrustStore::load(write("ca.pem", "")).error().message, HasSubstr("holds no certificate"));
  EXPECT_EQ(names_of(trusting(root_.pem() + between_.pem()).authorities()),
            (std::vector<std::string>{"root", "between"}));
}

}  // namespace
}  // namespace jeton::crypto
