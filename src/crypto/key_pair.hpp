// A private key with its certificate and those that vouch for it: what a TLS server shows.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/certificate.hpp"
#include "crypto/private_key.hpp"

namespace jeton::crypto {

struct KeyPair {
  PrivateKey key;
  std::vector<Certificate> chain;  ///< the key's own first, then its issuers; never empty

  const Certificate& certificate() const { return chain.front(); }

  // Both give kNotFound when there is no such file; kInvalid, naming the file and what would be right, when it cannot
  // be used, the password is wrong, or the key is not the certificate's. `password` may be empty.

  /// `certificate_path` holds the server's certificate and its chain in order, `key_path` its key; they may be one
  /// file.
  static base::Result<KeyPair> load_pem(std::string_view certificate_path, std::string_view key_path,
                                        const base::Secret& password);
  static base::Result<KeyPair> load_pkcs12(std::string_view path, const base::Secret& password);
};

}  // namespace jeton::crypto
