// What a PKCS#12 store holds (RFC 7292).
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "base/secret.hpp"
#include "crypto/certificate.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace jeton::crypto {

struct Pkcs12 {
  std::shared_ptr<evp_pkey_st> key;        ///< null: there is none
  std::optional<Certificate> certificate;  ///< the key's own
  std::vector<Certificate> others;         ///< in no order that means anything
};

/// nullopt when it is no such store or the password is wrong; the reason is then in OpenSSL's queue of this thread.
std::optional<Pkcs12> open_pkcs12(const base::Secret& content, const base::Secret& password);

}  // namespace jeton::crypto
