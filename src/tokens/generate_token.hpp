// A consumer asks for a token of its own (arrowhead-authorization 5.5).
#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tokens/token_issuer.hpp"

namespace jeton::tokens {

/// Thread-safe.
class GenerateToken {
 public:
  using Done = std::move_only_function<void(base::Result<MintedToken>)>;

  explicit GenerateToken(TokenIssuer& issuer) : issuer_(issuer) {}

  /// kForbidden when the policies do not grant it; otherwise as TokenMint::mint() and Store::submit(). `done` as
  /// TokenIssuer::Done.
  void operator()(TokenOrder order, std::string caller, base::Instant now, store::StillWanted still_wanted, Done done);

 private:
  TokenIssuer& issuer_;
};

}  // namespace jeton::tokens
