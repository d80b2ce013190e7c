#include "tokens/revoke_tokens.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "store/submit_for.hpp"
#include "tokens/store_token.hpp"

namespace jeton::tokens {
namespace {

/// The ids of those that lived.
base::Result<std::vector<model::TokenId>> end_all(store::Transaction& transaction, const TokenIndex& tokens,
                                                  const std::vector<model::TokenDigest>& digests,
                                                  const std::string& caller, base::Instant now) {
  std::vector<model::TokenId> ended;
  for (const model::TokenDigest& digest : digests) {
    const auto token = tokens.find(digest);
    if (!token) continue;
    const auto gone = end_token(transaction, token->id, digest, model::TokenEnd::kRevoked, now, caller);
    if (!gone) return base::failure(gone.error());
    if (*gone) ended.push_back(token->id);
  }
  return ended;
}

}  // namespace

void RevokeTokens::operator()(std::vector<model::TokenDigest> digests, std::string caller, base::Instant now,
                              store::StillWanted still_wanted, Done done) {
  if (digests.empty()) return done(std::size_t{0});
  auto body = [this, digests = std::move(digests), caller, now](store::Transaction& transaction) {
    return end_all(transaction, tokens_, digests, caller, now);
  };
  store::submit_for<std::vector<model::TokenId>>(
      store_, std::move(still_wanted), std::move(body),
      [caller, done = std::move(done)](base::Result<std::vector<model::TokenId>> ended) mutable {
        if (!ended) return done(base::failure(std::move(ended.error())));
        for (const model::TokenId id : *ended)
          base::log::info("audit", "token revoked", {{"caller", caller}, {"token", fmt::to_string(id.value)}});
        done(ended->size());
      });
}

}  // namespace jeton::tokens
