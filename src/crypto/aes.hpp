// Unauthenticated AES as the Arrowhead contract asks for it (arrowhead-authorization 8.7, 8.11). Only for that wire
// format: what this server keeps for itself is sealed (aead.hpp).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace jeton::crypto {

enum class AesMode : std::uint8_t { kEcb, kCbc };

inline constexpr std::size_t kAesIvBytes = 16;
inline constexpr std::size_t kAesTextBytesMax = 16 * 1024 * 1024;

/// AES with PKCS#7 padding (Java's PKCS5Padding). The key's 16, 24 or 32 bytes select AES-128, -192 or -256; CBC needs
/// an IV of 16 bytes, ECB none (an IV given to it is refused). Anything else is kInternal, with the lengths that work.
/// Thread-safe.
base::Result<std::string> aes_encrypt(AesMode mode, std::string_view key, std::string_view iv, std::string_view plain);

}  // namespace jeton::crypto
