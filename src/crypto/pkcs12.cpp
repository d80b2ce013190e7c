#include "crypto/pkcs12.hpp"

#include <openssl/bio.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"

namespace jeton::crypto {

std::optional<Pkcs12> open_pkcs12(const base::Secret& content, const base::Secret& password) {
  const Owned<BIO, BIO_free> input(BIO_new_mem_buf(content.reveal().data(), static_cast<int>(content.size())));
  require(input != nullptr, "read from memory");
  const Owned<PKCS12, PKCS12_free> store(d2i_PKCS12_bio(input.get(), nullptr));
  if (!store) return std::nullopt;
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  // A Secret shows the whole of a std::string, so a NUL follows as the C interface needs it.
  if (PKCS12_parse(store.get(), password.reveal().data(), &key, &certificate, &others) != 1) return std::nullopt;

  Pkcs12 opened;
  if (key != nullptr) opened.key = {key, EVP_PKEY_free};
  if (certificate != nullptr) opened.certificate = Certificate({certificate, X509_free});
  for (int i = 0; i < sk_X509_num(others); ++i)
    opened.others.emplace_back(std::shared_ptr<X509>{sk_X509_value(others, i), X509_free});
  sk_X509_free(others);  // the certificates in it have an owner now
  return opened;
}

}  // namespace jeton::crypto
