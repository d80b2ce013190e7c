#include "crypto/signing_key.hpp"

#include "base/strings.hpp"
#include "test_files.hpp"
#include "test_keys.hpp"

namespace jeton::crypto {
namespace {

using base::ErrorCode;
using base::Secret;
using testing::AllOf;
using testing::HasSubstr;

class SigningKeyFile : public testing::Test {
 protected:
  base::Result<SigningKey> load(std::string_view content, std::string password = {}) {
    path_ = folder_.write("signing.key", content).string();
    return SigningKey::load(path_, Secret(std::move(password)));
  }

  TestFolder folder_;
  std::string path_;
};

struct FileRow {
  std::string what;
  std::string content;
  std::string password;
};

std::vector<FileRow> good_files() {
  const std::string key = test_keys::rsa_pem(2048);
  const std::string certificate = test_keys::certificate_pem(2048);
  return {
      {"PEM", key, ""},
      {"PEM, with a password nobody asks for", key, "orchid-77"},
      {"PEM, key before certificate", key + certificate, ""},
      {"PEM, certificate before key", certificate + key, ""},
      {"PEM with text around it", "Bag Attributes\n    friendlyName: jeton\n" + key, ""},
      {"encrypted PEM", test_keys::rsa_pem(2048, "orchid-77"), "orchid-77"},
      {"PKCS#12", test_keys::pkcs12(2048, "orchid-77"), "orchid-77"},
      {"PKCS#12 with an empty password", test_keys::pkcs12(2048, ""), ""},
  };
}

TEST_F(SigningKeyFile, EveryFormGivesTheSameKey) {
  std::string pem = test_keys::public_pem(2048);
  std::string expected;
  for (const std::string_view line : base::split(pem, '\n')) {
    if (!line.starts_with("-----")) expected += line;
  }
  for (const FileRow& row : good_files()) {
    const auto key = load(row.content, row.password);
    ASSERT_TRUE(key) << row.what << ": " << key.error().message;
    EXPECT_EQ(key->public_key_base64(), expected) << row.what;
  }
}

TEST_F(SigningKeyFile, SignaturesSatisfyAnyVerifier) {
  const SigningKey key = load(test_keys::rsa_pem(2048)).value();
  const std::string der = base::base64_decode(key.public_key_base64()).value();
  for (const auto& [algorithm, name] :
       {std::pair{DigestAlgorithm::kSha256, "SHA256"}, {DigestAlgorithm::kSha512, "SHA512"}}) {
    const std::string signature = key.sign(algorithm, "arrow").value();
    EXPECT_EQ(signature.size(), 256U);
    EXPECT_EQ(signature, key.sign(algorithm, "arrow").value()) << "PKCS1-v1_5 is deterministic";
    EXPECT_TRUE(test_keys::verifies(der, name, "arrow", signature));
    EXPECT_TRUE(key.verify(algorithm, "arrow", signature));
    EXPECT_FALSE(key.verify(algorithm, "arrows", signature));
    EXPECT_FALSE(key.verify(algorithm, "arrow", ""));
    EXPECT_FALSE(key.verify(algorithm, "arrow", signature.substr(1)));
    EXPECT_FALSE(key.verify(algorithm, "arrow", signature + '\0'));
    std::string changed = signature;
    changed[100] = static_cast<char>(changed[100] ^ 1);
    EXPECT_FALSE(key.verify(algorithm, "arrow", changed));
  }
  EXPECT_FALSE(key.verify(DigestAlgorithm::kSha256, "arrow", key.sign(DigestAlgorithm::kSha512, "arrow").value()));
}

TEST_F(SigningKeyFile, OneKeyServesManyThreads) {
  const SigningKey key = load(test_keys::rsa_pem(2048)).value();
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&wrong, key, t] {
        const std::string text = fmt::format("token {}", t);
        for (int i = 0; i < 20; ++i) {
          if (!key.verify(DigestAlgorithm::kSha256, text, key.sign(DigestAlgorithm::kSha256, text).value())) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

struct RefusalRow {
  std::string what;
  std::string content;
  std::string password;
  std::string message;
};

TEST_F(SigningKeyFile, RefusesWhatCannotSign) {
  const std::vector<RefusalRow> rows = {
      {"short RSA", test_keys::rsa_pem(1024), "", "RSA key of 1024 bits; it must have at least 2048"},
      {"almost", test_keys::rsa_pem(2040), "", "RSA key of 2040 bits"},
      {"short RSA in PKCS#12", test_keys::pkcs12(1024, "x"), "x", "RSA key of 1024 bits"},
      {"EC", test_keys::ec_pem(), "", "key of type EC; it must be RSA"},
      {"RSA for PSS only", test_keys::rsa_pss_pem(), "", "key of type RSA-PSS; it must be RSA"},
      {"no key", test_keys::certificate_pem(2048), "", "gives no private key as PEM"},
      {"public key", test_keys::public_pem(2048), "", "gives no private key as PEM"},
      {"missing password", test_keys::rsa_pem(2048, "orchid-77"), "", "the password must be set"},
      {"wrong password", test_keys::rsa_pem(2048, "orchid-77"), "orchid-78", "the password must be the right one"},
      {"wrong password, PKCS#12", test_keys::pkcs12(2048, "orchid-77"), "orchid-78", "gives no private key as PKCS#12"},
      {"cut PEM", test_keys::rsa_pem(2048).substr(0, 900), "", "gives no private key as PEM"},
      {"cut PKCS#12", test_keys::pkcs12(2048, "x").substr(0, 900), "x", "gives no private key as PKCS#12"},
      {"empty", "", "", "gives no private key"},
      {"something else", "hello", "", "gives no private key"},
  };
  for (const RefusalRow& row : rows) {
    const auto refused = load(row.content, row.password);
    ASSERT_FALSE(refused) << row.what;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid) << row.what;
    EXPECT_EQ(refused.error().where, path_) << row.what;
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(row.message), HasSubstr(path_))) << row.what;
    if (row.password.size() > 1) {
      EXPECT_THAT(refused.error().message, testing::Not(HasSubstr(row.password))) << row.what;
    }
  }
}

TEST_F(SigningKeyFile, AbsentFileIsNotFound) {
  const std::string path = (folder_.path() / "absent.pem").string();
  const auto refused = SigningKey::load(path, Secret());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("signing key"), HasSubstr(path)));
}

}  // namespace
}  // namespace jeton::crypto
