// Certificates made with OpenSSL for the tests.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

struct evp_pkey_st;
struct x509_st;

namespace jeton::crypto::test_certificates {

struct Wanted {
  std::string common_name;  ///< empty: none
  std::vector<std::string> qualifiers;
  bool authority = false;
  std::string usage = "clientAuth,serverAuth";  ///< of extendedKeyUsage; empty: none
  base::Instant not_before = base::Instant{std::chrono::seconds{1'800'000'000}};
  base::Instant not_after = base::Instant{std::chrono::seconds{2'000'000'000}};
  std::string curve = "P-256";    ///< of its key
  std::string digest = "SHA256";  ///< of its signature
};

/// A certificate and its EC key. The issuer may go first.
class Made {
 public:
  /// Signed by its own key.
  static Made root(const Wanted& wanted);
  Made issue(const Wanted& wanted) const;

  std::string pem() const;
  std::string der() const;
  std::string key_pem(std::string_view password = {}) const;
  /// `others` go in beside it, in this order.
  std::string pkcs12(std::string_view password, const std::vector<Made>& others = {}) const;
  /// "-----BEGIN PUBLIC KEY-----".
  std::string public_pem() const;

 private:
  static Made make(const Wanted& wanted, const Made* issuer);
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace jeton::crypto::test_certificates
