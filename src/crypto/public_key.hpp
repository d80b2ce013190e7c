// How a public key is written down. For the .cpp files of this module.
#pragma once
#include <string>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace jeton::crypto {

/// Standard base64, one line, padded, of the DER SubjectPublicKeyInfo (RFC 5280 4.1).
std::string encode_public_key(const evp_pkey_st* key);

}  // namespace jeton::crypto
