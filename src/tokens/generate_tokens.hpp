// An operator or an orchestrator generates tokens for others (arrowhead-authorization 5.14).
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/names.hpp"
#include "tokens/settings.hpp"
#include "tokens/token_issuer.hpp"

namespace jeton::tokens {

/// Thread-safe.
class GenerateTokens {
 public:
  using Done = TokenIssuer::Done;

  GenerateTokens(TokenIssuer& issuer, const Settings& settings, const model::Normalizer& normalizer);

  /// `unbound`: no policy is asked, and kForbidden unless the caller is on tokens.unbounded-generation-whitelist.
  /// Otherwise what is not granted is left out; nothing left is a success. All or nothing is stored (Q12).
  void operator()(std::vector<TokenOrder> orders, bool unbound, std::string caller, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  TokenIssuer& issuer_;
  std::vector<std::string> whitelist_;  // normalized, sorted
};

}  // namespace jeton::tokens
