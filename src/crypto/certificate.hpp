// X.509 certificates (RFC 5280): reading them, and what they say. Whether one is believed is for a TrustStore.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/subject.hpp"

struct x509_st;  // OpenSSL's X509

namespace jeton::crypto {

/// Copies share the certificate; thread-safe.
class Certificate {
 public:
  /// Of DER bytes; what follows the certificate is not looked at. nullopt when they begin with none.
  static std::optional<Certificate> from_der(std::string_view der);
  /// Every certificate in a PEM text, in order, what stands around and between them aside. kInvalid, naming the file
  /// `path`, when there is none, one cannot be read, or there are more than `most`.
  static base::Result<std::vector<Certificate>> all_in_pem(std::string_view text, std::size_t most,
                                                           std::string_view path);

  explicit Certificate(std::shared_ptr<x509_st> certificate) : certificate_(std::move(certificate)) {}
  x509_st* native() const { return certificate_.get(); }

  Subject subject() const;
  /// For logs: RFC 2253, escaped, at most 256 bytes.
  std::string subject_text() const;
  /// Standard base64, one line, of the DER SubjectPublicKeyInfo.
  std::string public_key_base64() const;
  /// The end of an Instant's range stands for any time behind it.
  base::Instant not_before() const;
  base::Instant not_after() const;
  /// Whether `issuer` bears the name that this one says it was issued by.
  bool names_as_issuer(const Certificate& issuer) const;

 private:
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace jeton::crypto
