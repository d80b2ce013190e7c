#include "crypto/signing_key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cstring>

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/secret_file.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;
using base::failure;
using base::Result;
using base::Secret;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Input = Owned<BIO, BIO_free>;
using SignContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

/// Gives OpenSSL the password; without this callback it would ask on the terminal. -1 means there is none.
int give_password(char* buffer, int size, int /*writing*/, void* user) {
  const std::string_view password = static_cast<const Secret*>(user)->reveal();
  if (password.empty() || size < 0 || password.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, password.data(), password.size());
  return static_cast<int>(password.size());
}

Key read_pem(BIO* input, const Secret& password) {
  Secret lent = password;  // the C interface wants a pointer to non-const
  return Key(PEM_read_bio_PrivateKey(input, nullptr, give_password, &lent));
}

Key read_pkcs12(BIO* input, const Secret& password) {
  const Owned<PKCS12, PKCS12_free> store(d2i_PKCS12_bio(input, nullptr));
  if (!store) return nullptr;
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  // A Secret shows the whole of a std::string, so a NUL follows as the C interface needs it.
  const int parsed = PKCS12_parse(store.get(), password.reveal().data(), &key, &certificate, nullptr);
  X509_free(certificate);
  return parsed == 1 ? Key(key) : nullptr;
}

base::Error refused(std::string_view path, std::string_view what) {
  return base::invalid(fmt::format("the signing key file {} {}", path, what), std::string(path));
}

Result<Key> parse(std::string_view path, const Secret& content, const Secret& password) {
  const bool pem = content.reveal().find("-----BEGIN ") != std::string_view::npos;
  const Input input(BIO_new_mem_buf(content.reveal().data(), static_cast<int>(content.size())));
  require(input != nullptr, "read from memory");
  Key key = pem ? read_pem(input.get(), password) : read_pkcs12(input.get(), password);
  if (!key) {
    return failure(
        refused(path, fmt::format("gives no private key as {} ({}); it must hold one, and the password must be {}",
                                  pem ? "PEM" : "PKCS#12", take_openssl_reason(),
                                  password.empty() ? "set if it is encrypted" : "the right one")));
  }
  take_openssl_reason();  // what looking for the right format left behind
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1) {
    const char* type = EVP_PKEY_get0_type_name(key.get());
    return failure(refused(path, fmt::format("holds a key of type {}; it must be RSA of at least {} bits",
                                             type == nullptr ? "unknown" : type, SigningKey::kBitsMin)));
  }
  if (EVP_PKEY_get_bits(key.get()) < SigningKey::kBitsMin) {
    return failure(refused(path, fmt::format("holds an RSA key of {} bits; it must have at least {}",
                                             EVP_PKEY_get_bits(key.get()), SigningKey::kBitsMin)));
  }
  return key;
}

std::string encode_public_key(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  require(size > 0, "encode a public key");
  std::string text = base::base64_encode({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return text;
}

const char* name_of(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::kSha256 ? "SHA256" : "SHA512";
}

/// What a thread signs with, kept from one signature to the next: to look algorithms up and to set a context up costs
/// several microseconds. Null when OpenSSL cannot; it then knows why.
EVP_PKEY_CTX* signer_of_thread(DigestAlgorithm algorithm, const std::shared_ptr<EVP_PKEY>& key) {
  struct Signer {
    std::shared_ptr<EVP_PKEY> key;
    SignContext context;
  };
  thread_local std::array<Signer, 2> signers;
  Signer& signer = signers[algorithm == DigestAlgorithm::kSha256 ? 0 : 1];
  if (signer.context && signer.key == key) return signer.context.get();
  signer.key = key;
  signer.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  EVP_PKEY_CTX* const context = signer.context.get();
  const EVP_MD* const digest = algorithm == DigestAlgorithm::kSha256 ? EVP_sha256() : EVP_sha512();
  if (context == nullptr || EVP_PKEY_sign_init(context) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context, digest) != 1) {
    signer.context.reset();
  }
  return signer.context.get();
}

}  // namespace

Result<SigningKey> SigningKey::load(std::string_view path, const Secret& password) {
  const Result<Secret> content = read_secret_file(path, FileAccess::kAny);
  if (!content) {
    base::Error error = content.error();
    error.message = "the signing key: " + error.message;
    return failure(std::move(error));
  }
  Result<Key> key = parse(path, *content, password);
  if (!key) return failure(std::move(key.error()));
  std::string public_key = encode_public_key(key->get());
  return SigningKey({key->release(), EVP_PKEY_free}, std::move(public_key));
}

Result<std::string> SigningKey::sign(DigestAlgorithm algorithm, std::string_view text) const {
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const auto sign_digest = [&](std::string_view digest) {
    EVP_PKEY_CTX* const context = signer_of_thread(algorithm, key_);
    return context != nullptr && EVP_PKEY_sign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                                               as_bytes(digest).data(), digest.size()) == 1;
  };
  const bool is_signed =
      algorithm == DigestAlgorithm::kSha256 ? sign_digest(as_text(sha256(text))) : sign_digest(as_text(sha512(text)));
  if (!is_signed) {
    return failure(
        base::internal(fmt::format("cannot sign with RSA and {}: {}", name_of(algorithm), take_openssl_reason())));
  }
  signature.resize(size);
  return signature;
}

bool SigningKey::verify(DigestAlgorithm algorithm, std::string_view text, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  require(context != nullptr && EVP_DigestVerifyInit_ex(context.get(), nullptr, name_of(algorithm), nullptr, nullptr,
                                                        key_.get(), nullptr) == 1,
          "start a signature check");
  const bool genuine = EVP_DigestVerify(context.get(), as_bytes(signature).data(), signature.size(),
                                        as_bytes(text).data(), text.size()) == 1;
  if (!genuine) take_openssl_reason();
  return genuine;
}

}  // namespace jeton::crypto
