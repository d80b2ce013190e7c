// A private key out of a PEM or PKCS#12 file: the one reader for whoever signs tokens or serves TLS.
#pragma once
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace jeton::crypto {

/// Of any algorithm. Copies share the key; thread-safe.
class PrivateKey {
 public:
  /// `content` is what the file `path` holds, PEM (certificates beside the key do not matter) or PKCS#12; the content
  /// tells which. `password` opens an encrypted key and may be empty. kInvalid, naming `role` ("signing key"), the
  /// file and what would be right, when it holds no private key or the password is wrong.
  static base::Result<PrivateKey> parse(const base::Secret& content, const base::Secret& password,
                                        std::string_view role, std::string_view path);

  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  const std::shared_ptr<evp_pkey_st>& native() const { return key_; }

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

/// For OpenSSL's calls that ask for a password; `user` is a Secret. Without it OpenSSL would ask on the terminal. -1
/// means there is none.
int give_password(char* buffer, int size, int writing, void* user);

}  // namespace jeton::crypto
