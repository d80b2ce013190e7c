// Who is calling. One interface for every authentication policy and every transport.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "identity/caller.hpp"
#include "model/names.hpp"

namespace jeton::identity {

/// What a caller presented. Views into the request.
struct Credentials {
  std::string_view
      authorization;  ///< the Authorization header, or an MQTT request's `authentication` member; empty: none
};

/// Thread-safe; never blocks.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// kUnauthenticated says what was missing or malformed and what is expected; it never repeats the credentials.
  virtual base::Result<Caller> authenticate(const Credentials& credentials) const = 0;
};

/// Policy `declared`: `Bearer SYSTEM//<name>` is believed (arrowhead-authorization 9.2). For closed networks only.
class DeclaredAuthenticator final : public Authenticator {
 public:
  explicit DeclaredAuthenticator(const model::Normalizer& normalizer) : normalizer_(normalizer) {}
  base::Result<Caller> authenticate(const Credentials& credentials) const override;

 private:
  const model::Normalizer& normalizer_;
};

}  // namespace jeton::identity
