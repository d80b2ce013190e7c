#include "crypto/master_key.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sys/stat.h>

#include "base/strings.hpp"
#include "crypto/owned.hpp"
#include "crypto/secret_file.hpp"
#include "test_files.hpp"

namespace jeton::crypto {
namespace {

using base::ErrorCode;
using base::Secret;
using testing::AllOf;
using testing::HasSubstr;

const std::string kRaw = "jeton-master-key-of-32-bytes-001";
const std::string kEncoded = base::base64_encode(base::as_bytes(kRaw));

TEST(MasterKey, IsCreatedAtFirstStartAndReadAfterwards) {
  const TestFolder folder;
  const auto first = load_master_key("", folder.path());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->size(), kMasterKeyBytes);

  const auto file = folder.path() / "master.key";
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(content_of(file), base::base64_encode(base::as_bytes(first->reveal())) + "\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "no draft stays behind";

  EXPECT_TRUE(load_master_key("", folder.path()).value().equals(first->reveal()));
  const TestFolder other;
  EXPECT_FALSE(load_master_key("", other.path()).value().equals(first->reveal()));
}

TEST(MasterKey, StartsAtOnceAgreeOnOneKey) {
  const TestFolder folder;
  std::array<std::optional<Secret>, 8> keys;
  {
    std::vector<std::jthread> threads;
    for (auto& key : keys) threads.emplace_back([&] { key = load_master_key("", folder.path()).value(); });
  }
  for (const auto& key : keys) EXPECT_TRUE(key->equals(keys[0]->reveal()));
}

TEST(MasterKey, ReadsNamedFilesAndVariables) {
  const TestFolder folder;
  const std::string line = folder.write("k", kEncoded + "\n").string();
  EXPECT_TRUE(load_master_key("file:" + line, folder.path()).value().equals(kRaw));
  EXPECT_TRUE(load_master_key("file:" + folder.write("n", kEncoded).string(), folder.path()).value().equals(kRaw));
  ::setenv("JETON_TEST_MASTER_KEY", kEncoded.c_str(), 1);
  EXPECT_TRUE(load_master_key("env:JETON_TEST_MASTER_KEY", folder.path()).value().equals(kRaw));
  ::unsetenv("JETON_TEST_MASTER_KEY");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "master.key"));
}

struct RefusalRow {
  std::string content;
  std::string message;
};

TEST(MasterKey, RefusesBadContentAndLeavesItAlone) {
  const std::vector<RefusalRow> rows = {
      {"", "has 0 bytes; it must be 32"},
      {base::base64_encode(base::as_bytes(kRaw.substr(1))), "has 31 bytes; it must be 32"},
      {base::base64_encode(base::as_bytes(kRaw + "x")), "has 33 bytes; it must be 32"},
      {"not base64!", "not base64 on one line"},
      {kEncoded + "\n" + kEncoded + "\n", "not base64 on one line"},
  };
  const TestFolder folder;
  for (const RefusalRow& row : rows) {
    const std::string file = folder.write("master.key", row.content).string();
    for (const std::string& setting : {std::string(), "file:" + file}) {
      const auto refused = load_master_key(setting, folder.path());
      ASSERT_FALSE(refused) << row.content;
      EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
      EXPECT_EQ(refused.error().where, file);
      EXPECT_THAT(refused.error().message, AllOf(HasSubstr(row.message), HasSubstr(file)));
      if (!row.content.empty()) {
        EXPECT_THAT(refused.error().message, testing::Not(HasSubstr(row.content)));
      }
    }
    EXPECT_EQ(content_of(file), row.content);
    ::setenv("JETON_TEST_MASTER_KEY", row.content.c_str(), 1);
    EXPECT_THAT(load_master_key("env:JETON_TEST_MASTER_KEY", folder.path()).error().message,
                AllOf(HasSubstr(row.content.empty() ? "is not set" : row.message), HasSubstr("JETON_TEST_MASTER_KEY")));
    ::unsetenv("JETON_TEST_MASTER_KEY");
  }
}

TEST(MasterKey, RefusesFilesOpenToOthers) {
  const TestFolder folder;
  const auto file = folder.write("master.key", kEncoded + "\n");
  for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto refused = load_master_key("", folder.path());
    ASSERT_FALSE(refused) << mode;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().message, HasSubstr("chmod 600 " + file.string()));
  }
  ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
  EXPECT_TRUE(load_master_key("", folder.path()));
}

TEST(MasterKey, RefusesSettingsThatLeadNowhere) {
  const TestFolder folder;
  ::unsetenv("JETON_TEST_UNSET");
  const std::string missing = (folder.path() / "none").string();
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"file:" + missing, "does not exist"},
      {"file:", "lacks a path"},
      {"file:" + folder.path().string(), "not a regular file"},
      {"env:JETON_TEST_UNSET", "JETON_TEST_UNSET\" is not set"},
      {"env:", "is not set"},
      {kEncoded, "neither empty nor 'file:PATH' nor 'env:NAME'"},
  };
  // A folder is open to others more often than not: that must not be what the message is about.
  ASSERT_EQ(::chmod(folder.path().c_str(), 0700), 0);
  for (const auto& [setting, message] : rows) {
    const auto refused = load_master_key(setting, folder.path());
    ASSERT_FALSE(refused) << setting;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid) << setting;
    EXPECT_THAT(refused.error().message, HasSubstr(message));
    EXPECT_THAT(refused.error().message, testing::Not(HasSubstr(kEncoded)));
  }
  const auto homeless = load_master_key("", folder.path() / "absent");
  ASSERT_FALSE(homeless);
  EXPECT_EQ(homeless.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(homeless.error().message, HasSubstr((folder.path() / "absent").string()));
}

TEST(SecretFile, CreationNeverOverwrites) {
  const TestFolder folder;
  const auto file = folder.write("kept", "old");
  const auto created = create_secret_file(file, "new");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kConflict);
  EXPECT_EQ(content_of(file), "old");
}

TEST(SecretFile, ReadingIsBounded) {
  const TestFolder folder;
  const auto largest = folder.write("fits", std::string(kSecretFileBytesMax, 'x'));
  EXPECT_EQ(read_secret_file(largest, FileAccess::kAny).value().size(), kSecretFileBytesMax);
  const auto large = folder.write("large", std::string(kSecretFileBytesMax + 1, 'x'));
  EXPECT_THAT(read_secret_file(large, FileAccess::kAny).error().message, HasSubstr("at most 1048576"));
}

/// OpenSSL's own HKDF, as the second opinion.
std::string hkdf(std::string key, std::string info) {
  const Owned<EVP_KDF, EVP_KDF_free> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(kdf.get()));
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 4> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()), OSSL_PARAM_construct_end()};
  std::string out(32, '\0');
  EXPECT_EQ(EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(), parameters.data()),
            1);
  return out;
}

TEST(DeriveKey, FollowsRfc5869) {
  // test case 3, cut to the first block
  EXPECT_EQ(base::hex_encode(base::as_bytes(derive_key(Secret(std::string(22, '\x0b')), "").reveal())),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
  for (const std::string purpose : {"seal", "seal/2", "cookies"}) {
    EXPECT_TRUE(derive_key(Secret(kRaw), purpose).equals(hkdf(kRaw, purpose))) << purpose;
  }
  EXPECT_FALSE(derive_key(Secret(kRaw), "seal").equals(derive_key(Secret(kRaw), "cookies").reveal()));
}

}  // namespace
}  // namespace jeton::crypto
