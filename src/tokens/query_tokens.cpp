#include "tokens/query_tokens.hpp"

#include <utility>

namespace jeton::tokens {

base::Result<store::Page<model::AccessToken>> QueryTokens::operator()(const store::AccessTokenQuery& query) const {
  store::Page<model::AccessToken> page;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto found = snapshot.access_tokens().query(query);
    if (!found) return base::failure(std::move(found.error()));
    page = *std::move(found);
    return {};
  });
  if (!read) return base::failure(read.error());
  return page;
}

}  // namespace jeton::tokens
