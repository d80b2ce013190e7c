#include "net/tls/client_context.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>

#include "crypto/openssl_error.hpp"

namespace jeton::net::tls {
namespace {

base::Error unusable(std::string_view what, const std::string& file) {
  return base::invalid(fmt::format("the {} {} cannot be used: {}", what, file, crypto::take_openssl_reason()), file);
}

int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

bool expect_host(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* expected = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return (is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str())
                           : X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size())) == 1;
}

}  // namespace

base::Result<ClientContext> make_client_context(const ClientFiles& files, const std::string& host) {
  ERR_clear_error();
  ClientContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    return base::failure(base::internal("TLS is not available: " + crypto::take_openssl_reason()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);  // else an encrypted key is asked for at the terminal
  if (!expect_host(context.get(), host))
    return base::failure(base::invalid(fmt::format("{} cannot stand in a certificate", host)));
  const bool trusted = files.ca.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                        : SSL_CTX_load_verify_locations(context.get(), files.ca.c_str(), nullptr) == 1;
  if (!trusted) return base::failure(unusable("file of authorities", files.ca));
  if (files.certificate.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    return base::failure(unusable("certificate file", files.certificate));
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1)
    return base::failure(unusable("key file", files.key));
  return context;
}

}  // namespace jeton::net::tls
