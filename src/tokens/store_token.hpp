// Stores a new token in place of its tuple's former one (arrowhead-authorization 8.8).
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/token.hpp"
#include "store/transaction.hpp"
#include "tokens/token_index.hpp"

namespace jeton::tokens {

/// Part of a write's body. Gives `token` its id; row and events belong to the same transaction. The former token may be
/// one that an earlier body of the same group stored.
base::Status store_token(store::Transaction& transaction, TokenIndex& tokens, model::AccessToken& token);

/// Removes a token's row with its event. False, and no event, when it is gone already.
base::Result<bool> end_token(store::Transaction& transaction, model::TokenId id, const model::TokenDigest& digest,
                             model::TokenEnd reason, base::Instant at, std::string_view actor);

}  // namespace jeton::tokens
