// Who is calling. One interface for every authentication policy and every transport.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "identity/caller.hpp"
#include "identity/credentials.hpp"
#include "model/names.hpp"

namespace jeton::identity {

/// The system operator's name (arrowhead-authorization 9.2).
inline constexpr std::string_view kSysop = "Sysop";

inline base::Error unauthenticated(std::string message) {
  return {base::ErrorCode::kUnauthenticated, std::move(message), {}};
}

/// Thread-safe. kUnauthenticated says what was missing or malformed and what is expected, kForbidden why somebody who
/// is known is not let in; neither repeats the credentials. A policy that asks another server passes that one's errors
/// on.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// From memory; nullopt: authenticate() has to ask. Never blocks.
  virtual std::optional<base::Result<Caller>> authenticate_now(const Credentials& credentials) const = 0;
  /// Asks if need be. May block up to the time-outs of whom it asks.
  virtual base::Result<Caller> authenticate(const Credentials& credentials) const = 0;
};

/// Policy `declared`: `SYSTEM//<name>` is believed (arrowhead-authorization 9.2). For closed networks only.
class DeclaredAuthenticator final : public Authenticator {
 public:
  explicit DeclaredAuthenticator(const model::Normalizer& normalizer) : normalizer_(normalizer) {}
  std::optional<base::Result<Caller>> authenticate_now(const Credentials& credentials) const override {
    return authenticate(credentials);
  }
  base::Result<Caller> authenticate(const Credentials& credentials) const override;

 private:
  const model::Normalizer& normalizer_;
};

}  // namespace jeton::identity
