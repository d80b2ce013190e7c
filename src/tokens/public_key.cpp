#include "tokens/public_key.hpp"

namespace jeton::tokens {

base::Result<std::string_view> public_key(const crypto::SigningKey* signing_key) {
  if (signing_key != nullptr) return std::string_view(signing_key->public_key_base64());
  return base::failure(base::not_found("this server has no signing key; set tokens.signing-key or serve TLS"));
}

}  // namespace jeton::tokens
