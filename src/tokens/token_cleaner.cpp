#include "tokens/token_cleaner.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "tokens/store_token.hpp"

namespace jeton::tokens {
namespace {

struct Ending {
  model::TokenId id;
  model::TokenDigest digest{};
  model::TokenEnd reason{};
};

// Why a token is to be removed, if it is: its deadline may be one that it was given before it changed.
std::optional<model::TokenEnd> reason_of(const IndexedToken& token, base::Instant now) {
  if (token.kind == model::TokenKind::kUsageLimited && token.uses_left == 0) return model::TokenEnd::kExhausted;
  if (!token.lives(now)) return model::TokenEnd::kExpired;
  return std::nullopt;
}

}  // namespace

TokenCleaner::TokenCleaner(expiry::Engine& engine, expiry::KindId kind, const TokenIndex& tokens, store::Store& store)
    : tokens_(tokens), store_(store) {
  engine.on_due(kind, [this](std::span<const expiry::Due> due, base::Instant now, expiry::Engine::Done done) {
    clean(due, now, std::move(done));
  });
}

void TokenCleaner::clean(std::span<const expiry::Due> due, base::Instant now, expiry::Engine::Done done) {
  std::vector<Ending> endings;
  endings.reserve(due.size());
  for (const expiry::Due& deadline : due) {
    const auto token = tokens_.ending(deadline.key);
    if (!token) continue;
    if (const auto reason = reason_of(*token, now)) endings.push_back({token->id, token->digest, *reason});
  }
  if (endings.empty()) return done({});
  const std::size_t count = endings.size();
  store_.submit(
      [endings = std::move(endings), now](store::Transaction& transaction) -> base::Status {
        for (const Ending& ending : endings) {
          const auto ended = end_token(transaction, ending.id, ending.digest, ending.reason, now, "tokens.cleaner");
          if (!ended) return base::failure(ended.error());
        }
        return {};
      },
      [done = std::move(done), count](base::Status status) mutable {
        if (status) base::log::debug("tokens", "cleaned", {{"tokens", fmt::to_string(count)}});
        done(std::move(status));
      });
}

}  // namespace jeton::tokens
