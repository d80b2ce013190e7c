// What a provider does with what aes_encrypt made, straight on OpenSSL.
#pragma once
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/strings.hpp"
#include "crypto/aes.hpp"

namespace jeton::crypto::testing {

inline std::string aes_decrypt(AesMode mode, std::string_view key, std::string_view iv, std::string_view text) {
  const std::string name = "AES-" + std::to_string(key.size() * 8) + (mode == AesMode::kCbc ? "-CBC" : "-ECB");
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  std::string out(text.size() + 16, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
  int body = 0;
  int tail = 0;
  const bool done =
      EVP_DecryptInit_ex2(context.get(), EVP_get_cipherbyname(name.c_str()), base::as_bytes(key).data(),
                          iv.empty() ? nullptr : base::as_bytes(iv).data(), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes, &body, base::as_bytes(text).data(), static_cast<int>(text.size())) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes + body, &tail) == 1;
  if (!done) throw std::runtime_error("the text does not decrypt");
  out.resize(static_cast<std::size_t>(body + tail));
  return out;
}

}  // namespace jeton::crypto::testing
