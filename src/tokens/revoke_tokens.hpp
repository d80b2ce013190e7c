// An operator ends tokens by their references (arrowhead-authorization 5.16).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

/// Thread-safe. Self-contained tokens that were handed out go on working at providers that read them by themselves.
class RevokeTokens {
 public:
  /// How many there were.
  using Done = std::move_only_function<void(base::Result<std::size_t>)>;

  RevokeTokens(const TokenIndex& tokens, store::Store& store) : tokens_(tokens), store_(store) {}

  /// Unknown ones are passed over (Q3). `done` runs on the commit thread, or on the caller's when the store refuses.
  void operator()(std::vector<model::TokenDigest> digests, std::string caller, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  const TokenIndex& tokens_;
  store::Store& store_;
};

}  // namespace jeton::tokens
