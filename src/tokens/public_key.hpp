// The key with which providers check JSON web tokens (arrowhead-authorization 5.7).
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "crypto/signing_key.hpp"

namespace jeton::tokens {

/// Standard base64 of the DER SubjectPublicKeyInfo; a view into the key. kNotFound when there is no key.
base::Result<std::string_view> public_key(const crypto::SigningKey* signing_key);

}  // namespace jeton::tokens
