#include "crypto/key_pair.hpp"

#include <openssl/x509.h>

#include <algorithm>

#include "base/limits.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/pkcs12.hpp"
#include "crypto/secret_file.hpp"

namespace jeton::crypto {
namespace {

using base::failure;
using base::limits::kCertificatesInChainMax;

bool belongs(const PrivateKey& key, const Certificate& certificate) {
  const bool same = X509_check_private_key(certificate.native(), key.native().get()) == 1;
  if (!same) take_openssl_reason();
  return same;
}

// From the key's own certificate up to the last issuer that is there. A store has no order of its own.
std::vector<Certificate> in_order(const Certificate& first, std::vector<Certificate> others) {
  std::vector<Certificate> chain = {first};
  while (chain.size() < kCertificatesInChainMax) {
    const auto issuer =
        std::ranges::find_if(others, [&](const Certificate& other) { return chain.back().names_as_issuer(other); });
    if (issuer == others.end()) break;
    chain.push_back(*issuer);
    others.erase(issuer);
  }
  return chain;
}

}  // namespace

base::Result<KeyPair> KeyPair::load_pem(std::string_view certificate_path, std::string_view key_path,
                                        const base::Secret& password) {
  const auto certificates = read_secret_file(certificate_path, FileAccess::kAny);
  if (!certificates) return failure(certificates.error());
  auto chain = Certificate::all_in_pem(certificates->reveal(), kCertificatesInChainMax, certificate_path);
  if (!chain) return failure(std::move(chain.error()));
  const auto content = read_secret_file(key_path, FileAccess::kAny);
  if (!content) return failure(content.error());
  auto key = PrivateKey::parse(*content, password, "TLS key", key_path);
  if (!key) return failure(std::move(key.error()));
  if (!belongs(*key, chain->front())) {
    return failure(base::invalid(fmt::format("the key in {} is not that of the first certificate in {}; the server's "
                                             "own certificate stands first, its issuers behind it",
                                             key_path, certificate_path),
                                 std::string(key_path)));
  }
  return KeyPair{.key = *std::move(key), .chain = *std::move(chain)};
}

base::Result<KeyPair> KeyPair::load_pkcs12(std::string_view path, const base::Secret& password) {
  const auto content = read_secret_file(path, FileAccess::kAny);
  if (!content) return failure(content.error());
  auto store = open_pkcs12(*content, password);
  const std::string reason = take_openssl_reason();
  if (!store) {
    return failure(
        base::invalid(fmt::format("the file {} cannot be opened as PKCS#12 ({}); the password must be {}", path, reason,
                                  password.empty() ? "set if it is encrypted" : "the right one"),
                      std::string(path)));
  }
  if (!store->key || !store->certificate) {
    return failure(base::invalid(
        fmt::format("the PKCS#12 file {} holds no private key with its certificate; it must hold both", path),
        std::string(path)));
  }
  return KeyPair{.key = PrivateKey(std::move(store->key)),
                 .chain = in_order(*store->certificate, std::move(store->others))};
}

}  // namespace jeton::crypto
