#include "crypto/aes.hpp"

#include "aes_decryption.hpp"

namespace jeton::crypto {
namespace {

using ::testing::HasSubstr;

const std::string kIv(16, 'i');

TEST(Aes, RoundTripsEveryKeySizeAndLength) {
  for (const std::size_t key_size : {16UL, 24UL, 32UL}) {
    const std::string key(key_size, 'k');
    for (const std::size_t size : {0UL, 1UL, 15UL, 16UL, 17UL, 1000UL}) {
      const std::string plain(size, 'p');
      for (const AesMode mode : {AesMode::kEcb, AesMode::kCbc}) {
        const std::string iv = mode == AesMode::kCbc ? kIv : "";
        const std::string text = aes_encrypt(mode, key, iv, plain).value();
        EXPECT_EQ(text.size(), (size / 16 + 1) * 16);  // PKCS#7 always adds at least one byte
        EXPECT_EQ(testing::aes_decrypt(mode, key, iv, text), plain);
      }
    }
  }
}

TEST(Aes, SaysWhichKeyLengthsWork) {
  for (const std::size_t size : {0UL, 8UL, 15UL, 17UL, 20UL, 28UL, 33UL, 64UL}) {
    const auto refused = aes_encrypt(AesMode::kEcb, std::string(size, 'k'), "", "arrow");
    ASSERT_FALSE(refused) << size;
    EXPECT_EQ(refused.error(), base::internal(fmt::format("an AES key has {} bytes; only 16, 24 and 32 work", size)));
  }
}

TEST(Aes, ChecksTheInitializationVector) {
  const std::string key(16, 'k');
  for (const std::size_t size : {0UL, 12UL, 15UL, 17UL}) {
    EXPECT_THAT(aes_encrypt(AesMode::kCbc, key, std::string(size, 'i'), "arrow").error().message,
                HasSubstr(fmt::format("of 16 bytes, not {}", size)));
  }
  EXPECT_THAT(aes_encrypt(AesMode::kEcb, key, kIv, "arrow").error().message, HasSubstr("of 0 bytes, not 16"));
}

}  // namespace
}  // namespace jeton::crypto
