// What this server shows to its neighbours (arrowhead-authorization 11.5).
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace jeton::cloud {

/// Thread-safe.
class OutgoingCredentials {
 public:
  enum class Policy : std::uint8_t {
    kDeclared,     ///< the own name
    kCertificate,  ///< nothing but the client certificate of the TLS connection
    kOutsourced,   ///< the identity token of the own login
  };
  OutgoingCredentials(Policy policy, std::string system_name);

  Policy policy() const { return policy_; }
  const std::string& system_name() const { return system_name_; }

  /// The value of the Authorization header; empty: none is to be sent.
  base::Secret authorization() const;

  /// The token of the own login; empty: logged out.
  void use_token(const base::Secret& token);
  /// A neighbour did not accept what was shown: an identity token may have ended before its time.
  void refused(const base::Secret& shown);
  /// Whether the token in use was refused.
  bool is_refused() const;

 private:
  const Policy policy_;
  const std::string system_name_;
  mutable std::mutex mutex_;  // guards the rest
  base::Secret authorization_;
  bool refused_ = false;
};

}  // namespace jeton::cloud
