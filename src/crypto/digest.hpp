// SHA-2 and HMAC (FIPS 180-4, RFC 2104). Everything here is thread-safe and allocates only once per thread.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/secret.hpp"

namespace jeton::crypto {

using Digest = std::array<std::uint8_t, 32>;
using Digest512 = std::array<std::uint8_t, 64>;

Digest sha256(std::string_view text);
Digest512 sha512(std::string_view text);

/// HMAC-SHA-256 under one key, any length, for many texts: the key is digested once, and a call goes on from there. One
/// object may be used by many threads at once; copies share what they hold.
class KeyedDigest {
 public:
  explicit KeyedDigest(std::string_view key);
  explicit KeyedDigest(const base::Secret& key) : KeyedDigest(key.reveal()) {}

  Digest operator()(std::string_view text) const;

 private:
  struct Begun;
  std::shared_ptr<const Begun> begun_;
};

/// One text under one key. Where a key is used again, keep a KeyedDigest.
Digest hmac_sha256(std::string_view key, std::string_view text);
inline Digest hmac_sha256(const base::Secret& key, std::string_view text) {
  return hmac_sha256(key.reveal(), text);
}

Digest512 hmac_sha512(std::string_view key, std::string_view text);

/// The bytes of a digest as text, for comparing and for keys of maps. Valid as long as `digest` is.
template <std::size_t kBytes>
std::string_view as_text(const std::array<std::uint8_t, kBytes>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace jeton::crypto
