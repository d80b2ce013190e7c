// What a TLS server shows and demands: its certificate, the protocol versions, whose client certificates it believes.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "crypto/key_pair.hpp"
#include "crypto/trust_store.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace jeton::net::tls {

/// Whether clients are asked for a certificate. One that is shown and not believed ends the handshake in any case.
enum class ClientCertificates : std::uint8_t { kNone, kWant, kNeed };

/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption (RFC 9325 4.2), without compression,
/// renegotiation, early data and resumption: every connection shows its certificate anew. ALPN, where a client asks,
/// is http/1.1 (RFC 7301). Thread-safe; unchanging.
class Context {
 public:
  /// kInvalid when OpenSSL does not take the key pair, for example because the key is too short. `trust` is needed
  /// unless `clients` is kNone.
  static base::Result<std::shared_ptr<const Context>> create(const crypto::KeyPair& identity,
                                                             ClientCertificates clients,
                                                             const std::optional<crypto::TrustStore>& trust);

  /// `trust` is what `context` verifies clients by, if it does.
  explicit Context(std::shared_ptr<ssl_ctx_st> context, std::optional<crypto::TrustStore> trust = {})
      : context_(std::move(context)), trust_(std::move(trust)) {}
  ssl_ctx_st* native() const { return context_.get(); }
  /// Whether the certificate is an authority whose client certificates are believed.
  bool believes(const crypto::Certificate& authority) const { return trust_ && trust_->holds(authority); }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  std::optional<crypto::TrustStore> trust_;  // none: clients are not asked
};

/// The context that new connections begin with. Those that are open keep theirs, unless it no longer believes the
/// certificate that their client has shown. Thread-safe.
class CurrentContext {
 public:
  explicit CurrentContext(std::shared_ptr<const Context> first) : current_(std::move(first)) {}

  std::shared_ptr<const Context> get() const {
    const std::scoped_lock lock(mutex_);
    return current_;
  }
  void set(std::shared_ptr<const Context> next) {
    const std::scoped_lock lock(mutex_);
    current_.swap(next);  // the former one ends outside the lock, with its last connection
  }

 private:
  mutable std::mutex mutex_;  // guards current_
  std::shared_ptr<const Context> current_;
};

}  // namespace jeton::net::tls
