#include "crypto/digest.hpp"

#include <openssl/evp.h>

#include <cstring>

#include "base/strings.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;

/// Looked up once: an implicit look-up in every call costs three to seven times the digest of a token. Never freed,
/// because threads may still be hashing while statics go.
EVP_MD* fetch(const char* name) {
  EVP_MD* digest = EVP_MD_fetch(nullptr, name, nullptr);
  require(digest != nullptr, "load a digest");
  return digest;
}

/// A digest context that is used again and again.
class Hasher {
 public:
  explicit Hasher(const EVP_MD* digest) : context_(EVP_MD_CTX_new()) {
    require(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), digest, nullptr) == 1, "set up a digest");
  }
  Hasher& start() {
    require(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1, "start a digest");
    return *this;
  }
  Hasher& add(std::span<const std::uint8_t> bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "digest bytes");
    return *this;
  }
  template <std::size_t kBytes>
  std::array<std::uint8_t, kBytes> finish() {
    std::array<std::uint8_t, kBytes> out;
    require(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1, "finish a digest");
    return out;
  }

 private:
  Owned<EVP_MD_CTX, EVP_MD_CTX_free> context_;
};

Hasher& sha256_of_thread() {
  static const EVP_MD* const kDigest = fetch("SHA256");
  thread_local Hasher hasher(kDigest);
  return hasher;
}

Hasher& sha512_of_thread() {
  static const EVP_MD* const kDigest = fetch("SHA512");
  thread_local Hasher hasher(kDigest);
  return hasher;
}

/// RFC 2104 section 2: the key, or its digest when it is longer than a block, filled up with zeros and mixed with a
/// pad.
template <std::size_t kBlock, std::size_t kOut>
void pad_key(Hasher& hasher, std::string_view key, std::array<std::uint8_t, kBlock>& inner,
             std::array<std::uint8_t, kBlock>& outer) {
  inner.fill(0);
  if (key.size() <= kBlock) {
    std::copy(key.begin(), key.end(), inner.begin());
  } else {
    const auto digest = hasher.start().add(as_bytes(key)).template finish<kOut>();
    std::copy(digest.begin(), digest.end(), inner.begin());
  }
  for (std::size_t i = 0; i < kBlock; ++i) {
    outer[i] = inner[i] ^ 0x5cU;
    inner[i] ^= 0x36U;
  }
}

}  // namespace

Digest sha256(std::string_view text) {
  return sha256_of_thread().start().add(as_bytes(text)).finish<32>();
}

Digest512 sha512(std::string_view text) {
  return sha512_of_thread().start().add(as_bytes(text)).finish<64>();
}

KeyedDigest::KeyedDigest(std::string_view key) {
  pad_key<64, 32>(sha256_of_thread(), key, inner_, outer_);
}

KeyedDigest::~KeyedDigest() {
  explicit_bzero(inner_.data(), inner_.size());
  explicit_bzero(outer_.data(), outer_.size());
}

Digest KeyedDigest::operator()(std::string_view text) const {
  Hasher& hasher = sha256_of_thread();
  const Digest inside = hasher.start().add(inner_).add(as_bytes(text)).finish<32>();
  return hasher.start().add(outer_).add(inside).finish<32>();
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  return KeyedDigest(key)(text);
}

Digest512 hmac_sha512(std::string_view key, std::string_view text) {
  std::array<std::uint8_t, 128> inner;
  std::array<std::uint8_t, 128> outer;
  Hasher& hasher = sha512_of_thread();
  pad_key<128, 64>(hasher, key, inner, outer);
  const Digest512 inside = hasher.start().add(inner).add(as_bytes(text)).finish<64>();
  const Digest512 digest = hasher.start().add(outer).add(inside).finish<64>();
  explicit_bzero(inner.data(), inner.size());
  explicit_bzero(outer.data(), outer.size());
  return digest;
}

}  // namespace jeton::crypto
