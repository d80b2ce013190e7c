#include "identity/certificate_authenticator.hpp"

#include <array>
#include <utility>

#include "base/strings.hpp"

namespace jeton::identity {
namespace {

constexpr std::array<std::string_view, 2> kMarks = {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"};
constexpr std::size_t kTextBytesMax = 64 * 1024;  // several times what any certificate needs
constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

std::string without(std::string_view mark, std::string_view text) {
  std::string rest;
  for (;;) {
    const std::size_t end = text.find(mark);
    rest += text.substr(0, end);
    if (end == std::string_view::npos) return rest;
    text.remove_prefix(end + mark.size());
  }
}

base::Error missing() {
  return unauthenticated(
      "no certificate was shown; expected one of the TLS connection over HTTP, or the base64 of its PEM text over "
      "MQTT");
}

// The same for what cannot be decoded and for what is not believed.
base::Error not_valid() {
  return unauthenticated(
      "the certificate cannot be accepted; expected the base64 of the PEM text of an X.509 certificate that is valid "
      "now and issued by an authority that this server trusts");
}

}  // namespace

std::optional<crypto::Certificate> certificate_in(std::string_view text) {
  if (text.size() > kTextBytesMax) return std::nullopt;
  auto pem = base::base64_decode(text);
  if (!pem) return std::nullopt;
  for (const std::string_view mark : kMarks) pem = without(mark, *pem);
  std::erase_if(*pem, [](char c) { return kWhiteSpace.find(c) != std::string_view::npos; });
  const auto der = base::base64_decode(*pem);
  return der ? crypto::Certificate::from_der(*der) : std::nullopt;
}

CertificateAuthenticator::CertificateAuthenticator(CertifiedCloud own, crypto::TrustStore trust,
                                                   const model::Normalizer& names, const base::Clock& clock)
    : own_(std::move(own)), names_(names), clock_(clock), trust_(std::move(trust)) {}

base::Result<Caller> CertificateAuthenticator::authenticate(const Credentials& credentials) const {
  if (!credentials.certificates.empty()) return caller_of(credentials.certificates, own_, names_);
  if (credentials.form == Credentials::Form::kNone) return base::failure(missing());
  const auto certificate = certificate_in(credentials.key);
  if (!certificate || !is_believed(*certificate)) return base::failure(not_valid());
  const crypto::Subject subject = certificate->subject();
  return caller_of({&subject, 1}, own_, names_);
}

void CertificateAuthenticator::trust(crypto::TrustStore authorities) {
  const std::scoped_lock lock(mutex_);
  std::swap(trust_, authorities);
}

bool CertificateAuthenticator::is_believed(const crypto::Certificate& certificate) const {
  std::unique_lock lock(mutex_);
  const crypto::TrustStore trust = trust_;
  lock.unlock();
  return trust.verify(certificate, {}, clock_.wall()).has_value();
}

}  // namespace jeton::identity
