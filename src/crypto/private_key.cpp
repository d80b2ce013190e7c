#include "crypto/private_key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>

#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/pkcs12.hpp"

namespace jeton::crypto {
namespace {

using base::Secret;

std::shared_ptr<EVP_PKEY> read_pem(const Secret& content, const Secret& password) {
  const Owned<BIO, BIO_free> input(BIO_new_mem_buf(content.reveal().data(), static_cast<int>(content.size())));
  require(input != nullptr, "read from memory");
  Secret lent = password;  // the C interface wants a pointer to non-const
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(input.get(), nullptr, give_password, &lent);
  return key == nullptr ? nullptr : std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
}

std::shared_ptr<EVP_PKEY> read_pkcs12(const Secret& content, const Secret& password) {
  const auto store = open_pkcs12(content, password);
  return store ? store->key : nullptr;
}

}  // namespace

int give_password(char* buffer, int size, int /*writing*/, void* user) {
  const std::string_view password = static_cast<const Secret*>(user)->reveal();
  if (password.empty() || size < 0 || password.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, password.data(), password.size());
  return static_cast<int>(password.size());
}

base::Result<PrivateKey> PrivateKey::parse(const Secret& content, const Secret& password, std::string_view role,
                                           std::string_view path) {
  const bool pem = content.reveal().find("-----BEGIN ") != std::string_view::npos;
  std::shared_ptr<EVP_PKEY> key = pem ? read_pem(content, password) : read_pkcs12(content, password);
  const std::string reason = take_openssl_reason();  // even of a success: looking for the right format leaves some
  if (!key) {
    return base::failure(base::invalid(
        fmt::format("the {} file {} gives no private key as {} ({}); it must hold one, and the password must be {}",
                    role, path, pem ? "PEM" : "PKCS#12", reason,
                    password.empty() ? "set if it is encrypted" : "the right one"),
        std::string(path)));
  }
  return PrivateKey(std::move(key));
}

}  // namespace jeton::crypto
