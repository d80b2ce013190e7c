#include "crypto/public_key.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/strings.hpp"
#include "crypto/openssl_error.hpp"

namespace jeton::crypto {

std::string encode_public_key(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  require(size > 0, "encode a public key");
  std::string text = base::base64_encode({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return text;
}

}  // namespace jeton::crypto
