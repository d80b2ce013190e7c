#include "crypto/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "crypto/owned.hpp"

namespace jeton::crypto::test_certificates {
namespace {

using Buffer = Owned<BIO, BIO_free>;

void must(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL refuses to make what the test needs");
}

Buffer buffer() {
  return Buffer(BIO_new(BIO_s_mem()));
}

std::string text_of(BIO* buffer) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(buffer, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add(X509_NAME* name, int attribute, const std::string& value) {
  must(X509_NAME_add_entry_by_NID(name, attribute, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                  static_cast<int>(value.size()), -1, 0) == 1);
}

void extend(X509* certificate, int extension, const char* value) {
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value);
  must(made != nullptr && X509_add_ext(certificate, made, -1) == 1);
  X509_EXTENSION_free(made);
}

std::time_t seconds(base::Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

Made Made::root(const Wanted& wanted) {
  return make(wanted, nullptr);
}

Made Made::issue(const Wanted& wanted) const {
  return make(wanted, this);
}

Made Made::make(const Wanted& wanted, const Made* issuer) {
  static long serial = 0;
  Made made;
  made.key_ = {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", wanted.curve.c_str()), EVP_PKEY_free};
  made.certificate_ = {X509_new(), X509_free};
  X509* const x = made.certificate_.get();
  must(made.key_ && x != nullptr && X509_set_version(x, X509_VERSION_3) == 1 &&
       ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial) == 1 && X509_set_pubkey(x, made.key_.get()) == 1);
  must(ASN1_TIME_set(X509_getm_notBefore(x), seconds(wanted.not_before)) != nullptr &&
       ASN1_TIME_set(X509_getm_notAfter(x), seconds(wanted.not_after)) != nullptr);
  X509_NAME* const name = X509_get_subject_name(x);
  if (!wanted.common_name.empty()) add(name, NID_commonName, wanted.common_name);
  for (const std::string& qualifier : wanted.qualifiers) add(name, NID_dnQualifier, qualifier);
  const Made& by = issuer == nullptr ? made : *issuer;
  must(X509_set_issuer_name(x, X509_get_subject_name(by.certificate_.get())) == 1);
  extend(x, NID_basic_constraints, wanted.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wanted.usage.empty() && !wanted.authority) extend(x, NID_ext_key_usage, wanted.usage.c_str());
  must(X509_sign(x, by.key_.get(), EVP_get_digestbyname(wanted.digest.c_str())) > 0);
  return made;
}

std::string Made::pem() const {
  const Buffer out = buffer();
  must(PEM_write_bio_X509(out.get(), certificate_.get()) == 1);
  return text_of(out.get());
}

std::string Made::der() const {
  const Buffer out = buffer();
  must(i2d_X509_bio(out.get(), certificate_.get()) == 1);
  return text_of(out.get());
}

std::string Made::key_pem(std::string_view password) const {
  const Buffer out = buffer();
  must(PEM_write_bio_PrivateKey(out.get(), key_.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                                reinterpret_cast<const unsigned char*>(password.data()),
                                static_cast<int>(password.size()), nullptr, nullptr) == 1);
  return text_of(out.get());
}

std::string Made::pkcs12(std::string_view password, const std::vector<Made>& others) const {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> stack(sk_X509_new_null(),
                                                                         [](STACK_OF(X509) * s) { sk_X509_free(s); });
  for (const Made& other : others) must(sk_X509_push(stack.get(), other.certificate_.get()) > 0);
  const Owned<PKCS12, PKCS12_free> store(PKCS12_create(std::string(password).c_str(), "jeton", key_.get(),
                                                       certificate_.get(), stack.get(), 0, 0, 0, 0, 0));
  const Buffer out = buffer();
  must(store != nullptr && i2d_PKCS12_bio(out.get(), store.get()) == 1);
  return text_of(out.get());
}

std::string Made::public_pem() const {
  const Buffer out = buffer();
  must(PEM_write_bio_PUBKEY(out.get(), key_.get()) == 1);
  return text_of(out.get());
}

}  // namespace jeton::crypto::test_certificates
