#include "tokens/generate_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace jeton::tokens {

GenerateTokens::GenerateTokens(TokenIssuer& issuer, const Settings& settings, const model::Normalizer& normalizer)
    : issuer_(issuer) {
  for (const std::string& name : settings.unbounded_whitelist) {
    std::string normalized = normalizer.system(name);
    if (!normalized.empty()) whitelist_.push_back(std::move(normalized));
  }
  std::ranges::sort(whitelist_);
}

void GenerateTokens::operator()(std::vector<TokenOrder> orders, bool unbound, std::string caller, base::Instant now,
                                store::StillWanted still_wanted, Done done) {
  if (unbound && !std::ranges::binary_search(whitelist_, caller)) {
    return done(base::failure(base::forbidden(fmt::format(
        "{} may not generate tokens unbound by policies; tokens.unbounded-generation-whitelist says who may",
        caller))));
  }
  issuer_.issue({.orders = std::move(orders),
                 .requester = std::move(caller),
                 .now = now,
                 .unauthorized = unbound ? Unauthorized::kIgnored : Unauthorized::kDropped,
                 .still_wanted = std::move(still_wanted)},
                std::move(done));
}

}  // namespace jeton::tokens
