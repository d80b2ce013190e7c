#include "test_keys.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <map>
#include <stdexcept>

#include "crypto/owned.hpp"

namespace jeton::crypto::test_keys {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Buffer = Owned<BIO, BIO_free>;

void must(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL refuses to make what the test needs");
}

EVP_PKEY* rsa(int bits) {
  static std::map<int, Key> keys;
  Key& key = keys[bits];
  if (!key) key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  must(key != nullptr);
  return key.get();
}

std::string text_of(BIO* buffer) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(buffer, &data);
  return {data, static_cast<std::size_t>(size)};
}

Buffer buffer() {
  return Buffer(BIO_new(BIO_s_mem()));
}

std::string private_pem(EVP_PKEY* key, std::string_view password) {
  const Buffer out = buffer();
  const auto* bytes = reinterpret_cast<const unsigned char*>(password.data());
  must(PEM_write_bio_PrivateKey(out.get(), key, password.empty() ? nullptr : EVP_aes_256_cbc(), bytes,
                                static_cast<int>(password.size()), nullptr, nullptr) == 1);
  return text_of(out.get());
}

Certificate certificate(EVP_PKEY* key) {
  Certificate made(X509_new());
  must(made != nullptr && ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1) == 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  must(X509_set_pubkey(made.get(), key) == 1 && X509_sign(made.get(), key, EVP_sha256()) > 0);
  return made;
}

}  // namespace

std::string rsa_pem(int bits, std::string_view password) {
  return private_pem(rsa(bits), password);
}

std::string rsa_pss_pem() {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_keygen_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048) == 1 &&
       EVP_PKEY_generate(context.get(), &key) == 1);
  return private_pem(Key(key).get(), {});
}

std::string ec_pem() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  must(key != nullptr);
  return private_pem(key.get(), {});
}

std::string certificate_pem(int bits) {
  const Buffer out = buffer();
  must(PEM_write_bio_X509(out.get(), certificate(rsa(bits)).get()) == 1);
  return text_of(out.get());
}

std::string pkcs12(int bits, std::string_view password) {
  const Owned<PKCS12, PKCS12_free> store(PKCS12_create(std::string(password).c_str(), "jeton", rsa(bits),
                                                       certificate(rsa(bits)).get(), nullptr, 0, 0, 0, 0, 0));
  const Buffer out = buffer();
  must(store != nullptr && i2d_PKCS12_bio(out.get(), store.get()) == 1);
  return text_of(out.get());
}

std::string public_pem(int bits) {
  const Buffer out = buffer();
  must(PEM_write_bio_PUBKEY(out.get(), rsa(bits)) == 1);
  return text_of(out.get());
}

bool verifies(std::string_view der_public_key, const char* digest, std::string_view text, std::string_view signature) {
  const auto* der = reinterpret_cast<const unsigned char*>(der_public_key.data());
  const Key key(d2i_PUBKEY(nullptr, &der, static_cast<long>(der_public_key.size())));
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  must(key != nullptr);
  must(EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key.get(), nullptr) == 1);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace jeton::crypto::test_keys
