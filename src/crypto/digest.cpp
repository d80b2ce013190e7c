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
  /// Takes over what `begun` has digested so far.
  Hasher& go_on_from(const Hasher& begun) {
    require(EVP_MD_CTX_copy_ex(context_.get(), begun.context_.get()) == 1, "go on with a digest");
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

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const kDigest = fetch("SHA256");
  return kDigest;
}

Hasher& sha256_of_thread() {
  thread_local Hasher hasher(sha256_algorithm());
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

/// RFC 2104 section 2.
template <std::size_t kBlock, std::size_t kOut>
std::array<std::uint8_t, kOut> hmac(Hasher& hasher, std::string_view key, std::string_view text) {
  std::array<std::uint8_t, kBlock> inner;
  std::array<std::uint8_t, kBlock> outer;
  pad_key<kBlock, kOut>(hasher, key, inner, outer);
  const auto inside = hasher.start().add(inner).add(as_bytes(text)).template finish<kOut>();
  const auto digest = hasher.start().add(outer).add(inside).template finish<kOut>();
  explicit_bzero(inner.data(), inner.size());
  explicit_bzero(outer.data(), outer.size());
  return digest;
}

}  // namespace

Digest sha256(std::string_view text) {
  return sha256_of_thread().start().add(as_bytes(text)).finish<32>();
}

Digest512 sha512(std::string_view text) {
  return sha512_of_thread().start().add(as_bytes(text)).finish<64>();
}

/// The contexts that have digested the padded key, inside and outside. Read only: calls go on from copies.
struct KeyedDigest::Begun {
  Hasher inside;
  Hasher outside;
};

KeyedDigest::KeyedDigest(std::string_view key) {
  std::array<std::uint8_t, 64> inner;
  std::array<std::uint8_t, 64> outer;
  pad_key<64, 32>(sha256_of_thread(), key, inner, outer);
  auto begun = std::make_shared<Begun>(Begun{Hasher(sha256_algorithm()), Hasher(sha256_algorithm())});
  begun->inside.start().add(inner);
  begun->outside.start().add(outer);
  begun_ = std::move(begun);
  explicit_bzero(inner.data(), inner.size());
  explicit_bzero(outer.data(), outer.size());
}

Digest KeyedDigest::operator()(std::string_view text) const {
  Hasher& hasher = sha256_of_thread();
  const Digest inside = hasher.go_on_from(begun_->inside).add(as_bytes(text)).finish<32>();
  return hasher.go_on_from(begun_->outside).add(inside).finish<32>();
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  return hmac<64, 32>(sha256_of_thread(), key, text);
}

Digest512 hmac_sha512(std::string_view key, std::string_view text) {
  return hmac<128, 64>(sha512_of_thread(), key, text);
}

}  // namespace jeton::crypto
