#include "tokens/generate_token.hpp"

#include <utility>
#include <vector>

namespace jeton::tokens {

void GenerateToken::operator()(TokenOrder order, std::string caller, base::Instant now, store::StillWanted still_wanted,
                               Done done) {
  TokenIssuer::Request request{.orders = {},
                               .requester = std::move(caller),
                               .now = now,
                               .unauthorized = Unauthorized::kRefused,
                               .still_wanted = std::move(still_wanted)};
  request.orders.push_back(std::move(order));
  issuer_.issue(std::move(request), [done = std::move(done)](base::Result<std::vector<MintedToken>> minted) mutable {
    if (!minted) return done(base::failure(std::move(minted.error())));
    done(std::move(minted->front()));
  });
}

}  // namespace jeton::tokens
