#include "crypto/signing_key.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/public_key.hpp"
#include "crypto/secret_file.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;
using base::failure;
using base::Result;
using base::Secret;

using SignContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

base::Error refused(std::string_view path, std::string_view what) {
  return base::invalid(fmt::format("the signing key file {} {}", path, what), std::string(path));
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
  const Result<PrivateKey> key = PrivateKey::parse(*content, password, "signing key", path);
  if (!key) return failure(key.error());
  return from(*key, path);
}

Result<SigningKey> SigningKey::from(const PrivateKey& key, std::string_view path) {
  EVP_PKEY* const native = key.native().get();
  if (EVP_PKEY_is_a(native, "RSA") != 1) {
    const char* type = EVP_PKEY_get0_type_name(native);
    return failure(refused(path, fmt::format("holds a key of type {}; it must be RSA of at least {} bits",
                                             type == nullptr ? "unknown" : type, kBitsMin)));
  }
  if (EVP_PKEY_get_bits(native) < kBitsMin) {
    return failure(refused(path, fmt::format("holds an RSA key of {} bits; it must have at least {}",
                                             EVP_PKEY_get_bits(native), kBitsMin)));
  }
  return SigningKey(key.native(), encode_public_key(native));
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
