// The authorities that are believed, and whether they vouch for a certificate (RFC 5280 6).
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/certificate.hpp"

struct x509_store_st;  // OpenSSL's X509_STORE

namespace jeton::crypto {

/// Copies share the store; thread-safe.
class TrustStore {
 public:
  static constexpr std::size_t kAuthoritiesMax = 1'000;
  /// Of OpenSSL, for every chain whatever the transport: keys and signatures of at least 112 bits of strength, so RSA
  /// from 2048 bits on, elliptic curves from 224, and no SHA-1 (NIST SP 800-57 part 1, 5.6).
  static constexpr int kSecurityLevel = 2;

  /// Every certificate of a PEM file is believed, intermediate ones as well as roots. kNotFound when there is no such
  /// file, kInvalid when it holds none.
  static base::Result<TrustStore> load(std::string_view path);

  /// Success when a chain of at most limits::kCertificatesInChainMax issuers leads from the certificate to an
  /// authority, `intermediates` helping, all valid at `at`, for a TLS client, and strong enough for kSecurityLevel.
  /// kUnauthenticated with the reason otherwise.
  base::Status verify(const Certificate& certificate, std::span<const Certificate> intermediates,
                      base::Instant at) const;

  /// Whether this very certificate is one of those that are believed.
  bool holds(const Certificate& certificate) const;

  const std::vector<Certificate>& authorities() const { return authorities_; }
  x509_store_st* native() const { return store_.get(); }

 private:
  TrustStore(std::shared_ptr<x509_store_st> store, std::vector<Certificate> authorities)
      : store_(std::move(store)), authorities_(std::move(authorities)) {}

  std::shared_ptr<x509_store_st> store_;
  std::vector<Certificate> authorities_;
};

}  // namespace jeton::crypto
