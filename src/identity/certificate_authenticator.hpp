// Policy `certificate`: a caller is whom its X.509 certificate names (arrowhead-authorization 9.3, arrowhead-mqtt 8.2).
#pragma once
#include <memory>
#include <mutex>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/certificate.hpp"
#include "crypto/trust_store.hpp"
#include "identity/authenticator.hpp"
#include "identity/certificate_rules.hpp"

namespace jeton::identity {

/// The certificate in an MQTT request's member `authentication`: base64 of a PEM text. nullopt for any other text.
std::optional<crypto::Certificate> certificate_in(std::string_view text);

/// Reads memory only. A caller over HTTP has shown its certificate to TLS, which has verified it and made it prove its
/// key: Credentials::certificates. TLS also ends a connection whose certificate is no longer good. One over MQTT sends
/// it along with each request, as the key; its chain and validity are checked here, but nothing proves that the sender
/// holds its private key, for the wire has no room for that.
///
/// kUnauthenticated has one text for each condition of arrowhead-mqtt 8, whatever the check that failed.
class CertificateAuthenticator final : public Authenticator {
 public:
  /// `names` and `clock` outlive it.
  CertificateAuthenticator(CertifiedCloud own, crypto::TrustStore trust, const model::Normalizer& names,
                           const base::Clock& clock);

  std::optional<base::Result<Caller>> authenticate_now(const Credentials& credentials) const override {
    return authenticate(credentials);
  }
  base::Result<Caller> authenticate(const Credentials& credentials) const override;

  /// From any thread: these authorities are believed from here on.
  void trust(crypto::TrustStore authorities);

 private:
  bool is_believed(const crypto::Certificate& certificate) const;

  const CertifiedCloud own_;
  const model::Normalizer& names_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  // guards trust_
  crypto::TrustStore trust_;
};

}  // namespace jeton::identity
