// Self-contained tokens reach a provider that registered a key encrypted (arrowhead-authorization 8.7).
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/encryption_key.hpp"

namespace jeton::tokens {

/// Standard base64 of the ciphertext. The key's bytes are used as they were registered (Q10); a length other than 16,
/// 24 or 32 is kInternal (Q11).
base::Result<std::string> encrypt_for(const model::EncryptionKey& key, std::string_view token);

}  // namespace jeton::tokens
