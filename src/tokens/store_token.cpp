#include "tokens/store_token.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace jeton::tokens {
namespace {

struct Former {
  model::TokenId id;
  model::TokenDigest digest{};
};

// Memory knows what was committed; the overlay knows better what bodies of this group did.
base::Result<std::optional<Former>> former_of(store::Transaction& transaction, const TokenIndex& tokens,
                                              const TokenTuple& tuple, store::GroupOverlay::Key key) {
  if (const auto id = transaction.overlay().find(key)) {
    const auto row = transaction.access_tokens().find({*id});
    if (!row) return base::failure(row.error());
    if (*row && tuple_of(**row) == tuple) return Former{(*row)->id, (*row)->digest};
  }
  const auto current = tokens.current(tuple);
  if (!current) return std::nullopt;
  return Former{current->id, current->digest};
}

}  // namespace

base::Result<bool> end_token(store::Transaction& transaction, model::TokenId id, const model::TokenDigest& digest,
                             model::TokenEnd reason, base::Instant at, std::string_view actor) {
  const auto removed = transaction.access_tokens().remove(std::array{id});
  if (!removed) return base::failure(removed.error());
  if (*removed == 0) return false;
  transaction.append(at, std::string(actor), model::TokenEnded{id, digest, reason});
  return true;
}

base::Status store_token(store::Transaction& transaction, TokenIndex& tokens, model::AccessToken& token) {
  const TokenTuple tuple = tuple_of(token);
  if (auto room = tokens.has_room_for(tuple); !room) return room;
  const store::GroupOverlay::Key key = tokens.overlay_key(tuple);
  const auto former = former_of(transaction, tokens, tuple, key);
  if (!former) return base::failure(former.error());
  if (*former) {
    const auto ended = end_token(transaction, (*former)->id, (*former)->digest, model::TokenEnd::kReplaced,
                                 token.issued_at, token.requester);
    if (!ended) return base::failure(ended.error());
  }
  const model::EventId number = transaction.next_event();
  token.id = {number.value};
  if (auto inserted = transaction.access_tokens().insert(token); !inserted) return inserted;
  transaction.append(number, token.issued_at, token.requester, model::TokenIssued{token});
  transaction.overlay().set(key, number.value);
  return {};
}

}  // namespace jeton::tokens
