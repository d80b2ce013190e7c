#include "crypto/aes.hpp"

#include <openssl/evp.h>

#include "base/strings.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;
using base::failure;

constexpr std::size_t kBlockBytes = 16;

/// By mode and key size, looked up once and kept.
const EVP_CIPHER* cipher_for(AesMode mode, std::size_t key_bytes) {
  static const std::array<EVP_CIPHER*, 6> kCiphers = [] {
    std::array<EVP_CIPHER*, 6> ciphers{};
    std::size_t i = 0;
    for (const char* name :
         {"AES-128-ECB", "AES-192-ECB", "AES-256-ECB", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC"}) {
      ciphers[i] = EVP_CIPHER_fetch(nullptr, name, nullptr);
      require(ciphers[i] != nullptr, "load an AES cipher");
      ++i;
    }
    return ciphers;
  }();
  return kCiphers[(mode == AesMode::kCbc ? 3U : 0U) + (key_bytes - 16) / 8];
}

base::Status check(AesMode mode, std::string_view key, std::string_view iv, std::string_view text) {
  if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
    return failure(base::internal(fmt::format("an AES key has {} bytes; only 16, 24 and 32 work", key.size())));
  }
  const std::size_t iv_bytes = mode == AesMode::kCbc ? kAesIvBytes : 0;
  if (iv.size() != iv_bytes) {
    return failure(base::internal(fmt::format("AES in {} mode takes an initialization vector of {} bytes, not {}",
                                              mode == AesMode::kCbc ? "CBC" : "ECB", iv_bytes, iv.size())));
  }
  if (text.size() > kAesTextBytesMax) {
    return failure(
        base::internal(fmt::format("a text for AES has {} bytes; at most {}", text.size(), kAesTextBytesMax)));
  }
  return {};
}

}  // namespace

base::Result<std::string> aes_encrypt(AesMode mode, std::string_view key, std::string_view iv, std::string_view plain) {
  if (base::Status checked = check(mode, key, iv, plain); !checked) return failure(std::move(checked.error()));
  const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "set up AES");
  std::string out(plain.size() + kBlockBytes, '\0');
  auto* const bytes = reinterpret_cast<std::uint8_t*>(out.data());
  int body = 0;
  int tail = 0;
  require(EVP_EncryptInit_ex2(context.get(), cipher_for(mode, key.size()), as_bytes(key).data(),
                              iv.empty() ? nullptr : as_bytes(iv).data(), nullptr) == 1,
          "start AES");
  if (!plain.empty()) {
    require(EVP_EncryptUpdate(context.get(), bytes, &body, as_bytes(plain).data(), static_cast<int>(plain.size())) == 1,
            "run AES");
  }
  require(EVP_EncryptFinal_ex(context.get(), bytes + body, &tail) == 1, "finish AES");
  out.resize(static_cast<std::size_t>(body) + static_cast<std::size_t>(tail));
  return out;
}

}  // namespace jeton::crypto
