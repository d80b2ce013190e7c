#include "tokens/token_encryption.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"
#include "crypto/aes.hpp"

namespace jeton::tokens {

base::Result<std::string> encrypt_for(const model::EncryptionKey& key, std::string_view token) {
  const bool chained = key.mode == model::CipherMode::kCbc;
  const auto bytes = crypto::aes_encrypt(chained ? crypto::AesMode::kCbc : crypto::AesMode::kEcb, key.key.reveal(),
                                         chained ? std::string_view(key.initial_vector) : std::string_view{}, token);
  if (bytes) return base::base64_encode(base::as_bytes(*bytes));
  return base::failure(base::internal(fmt::format("tokens for {} cannot be encrypted with the key it registered: {}",
                                                  key.system, bytes.error().message)));
}

}  // namespace jeton::tokens
