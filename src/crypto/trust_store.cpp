#include "crypto/trust_store.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/limits.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/secret_file.hpp"

namespace jeton::crypto {
namespace {

// Holds what it was given alive only through the caller.
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

}  // namespace

base::Result<TrustStore> TrustStore::load(std::string_view path) {
  const auto content = read_secret_file(path, FileAccess::kAny);
  if (!content) return base::failure(content.error());
  auto authorities = Certificate::all_in_pem(content->reveal(), kAuthoritiesMax, path);
  if (!authorities) return base::failure(std::move(authorities.error()));
  const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  require(store != nullptr, "make a store of certificates");
  for (const Certificate& authority : *authorities)
    require(X509_STORE_add_cert(store.get(), authority.native()) == 1, "keep a certificate");
  // Whoever puts an intermediate authority into the file believes that one, whether or not its issuer is there.
  require(X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
              X509_STORE_set_depth(store.get(), static_cast<int>(base::limits::kCertificatesInChainMax)) == 1,
          "set up a store of certificates");
  // A TLS connection brings its own level along; a chain that is checked here would have none.
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store.get()), kSecurityLevel);
  return TrustStore(store, *std::move(authorities));
}

bool TrustStore::holds(const Certificate& certificate) const {
  return std::ranges::any_of(authorities_, [&](const Certificate& authority) {
    return X509_cmp(authority.native(), certificate.native()) == 0;
  });
}

base::Status TrustStore::verify(const Certificate& certificate, std::span<const Certificate> intermediates,
                                base::Instant at) const {
  const Stack between(sk_X509_new_null());
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> check(X509_STORE_CTX_new());
  require(between && check, "check a certificate");
  for (const Certificate& each : intermediates)
    require(sk_X509_push(between.get(), each.native()) > 0, "check a chain");
  require(X509_STORE_CTX_init(check.get(), store_.get(), certificate.native(), between.get()) == 1,
          "check a certificate");
  X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_CLIENT);
  X509_STORE_CTX_set_time(check.get(), 0, std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
  if (X509_verify_cert(check.get()) == 1) return {};
  take_openssl_reason();
  return base::failure(
      {base::ErrorCode::kUnauthenticated, X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())), {}});
}

}  // namespace jeton::crypto
