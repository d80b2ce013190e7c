#include "net/tls/context.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <string_view>

#include "base/limits.hpp"
#include "crypto/openssl_error.hpp"

namespace jeton::net::tls {
namespace {

using crypto::require;

// With elliptic-curve key exchange and authenticated encryption; of TLS 1.3 OpenSSL's own three are right.
constexpr const char* kCiphersOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kProtocols = "\x08http/1.1";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A client that names protocols and not ours would not understand our answers (RFC 7301 3.2).
int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, size, bytes_of(kProtocols),
                                            static_cast<unsigned>(kProtocols.size()), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_protocol(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   // A message says itself where it ends: a client may go without a close_notify.
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  require(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
              SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1,
          "choose the versions of TLS");
  SSL_CTX_set_security_level(context, crypto::TrustStore::kSecurityLevel);
  require(SSL_CTX_set_cipher_list(context, kCiphersOfTls12) == 1, "choose ciphers");
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  // Idle connections hold no buffers; one read of the socket takes a whole record and what follows it.
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
}

bool show(SSL_CTX* context, const crypto::KeyPair& identity) {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> issuers(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  require(issuers != nullptr, "keep a chain");
  for (std::size_t i = 1; i < identity.chain.size(); ++i)
    require(sk_X509_push(issuers.get(), identity.chain[i].native()) > 0, "keep a chain");
  return SSL_CTX_use_cert_and_key(context, identity.certificate().native(), identity.key.native().get(), issuers.get(),
                                  1) == 1;
}

void ask_clients(SSL_CTX* context, ClientCertificates clients, const crypto::TrustStore& trust) {
  SSL_CTX_set_verify(
      context, SSL_VERIFY_PEER | (clients == ClientCertificates::kNeed ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  SSL_CTX_set_verify_depth(context, static_cast<int>(base::limits::kCertificatesInChainMax));
  SSL_CTX_set1_cert_store(context, trust.native());
  for (const crypto::Certificate& authority : trust.authorities())
    require(SSL_CTX_add_client_CA(context, authority.native()) == 1, "name an authority");
}

}  // namespace

base::Result<std::shared_ptr<const Context>> Context::create(const crypto::KeyPair& identity,
                                                             ClientCertificates clients,
                                                             const std::optional<crypto::TrustStore>& trust) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  require(context != nullptr, "set up TLS");
  set_protocol(context.get());
  if (!show(context.get(), identity)) {
    return base::failure(base::invalid(
        fmt::format("the certificate of {} cannot be served ({}); expected an RSA key of at least 2048 bits or an "
                    "elliptic-curve key of at least 224, and signatures made with SHA-256 or better",
                    identity.certificate().subject_text(), crypto::take_openssl_reason())));
  }
  if (clients != ClientCertificates::kNone) {
    if (!trust) return base::failure(base::invalid("client certificates are asked for, and no authority is believed"));
    ask_clients(context.get(), clients, *trust);
  }
  return std::make_shared<const Context>(context, clients == ClientCertificates::kNone ? std::nullopt : trust);
}

}  // namespace jeton::net::tls
