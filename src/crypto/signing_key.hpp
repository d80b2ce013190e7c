// An RSA key that signs tokens (arrowhead-authorization 5.7, 8.4), from a PEM or PKCS#12 file.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/private_key.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace jeton::crypto {

enum class DigestAlgorithm : std::uint8_t { kSha256, kSha512 };

/// Copies share the key. Thread-safe: many threads may sign and verify at once.
class SigningKey {
 public:
  static constexpr int kBitsMin = 2048;

  /// A PEM file with a private key (certificates beside it do not matter) or a PKCS#12 store; the content tells which.
  /// `password` opens an encrypted key and may be empty. kNotFound when there is no such file; kInvalid, naming the
  /// file and what would be right, when it holds no private key, the password is wrong, or the key is not RSA of
  /// kBitsMin bits or more.
  static base::Result<SigningKey> load(std::string_view path, const base::Secret& password);

  /// A key that was read from the file `path`, which serves something else too. kInvalid as above.
  static base::Result<SigningKey> from(const PrivateKey& key, std::string_view path);

  /// Standard base64, one line, of the DER SubjectPublicKeyInfo.
  const std::string& public_key_base64() const { return public_key_base64_; }

  /// RSASSA-PKCS1-v1_5 (RFC 8017 8.2), raw bytes. About 0.4 ms for 2048 bits: belongs on a worker.
  base::Result<std::string> sign(DigestAlgorithm algorithm, std::string_view text) const;

  /// False for anything but this key's signature over this text.
  bool verify(DigestAlgorithm algorithm, std::string_view text, std::string_view signature) const;

 private:
  SigningKey(std::shared_ptr<evp_pkey_st> key, std::string public_key_base64)
      : key_(std::move(key)), public_key_base64_(std::move(public_key_base64)) {}

  std::shared_ptr<evp_pkey_st> key_;
  std::string public_key_base64_;
};

}  // namespace jeton::crypto
