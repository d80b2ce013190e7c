// Removes the records of tokens that have ended (arrowhead-authorization 8.10). Nobody waits for it: what has ended is
// refused at once.
#pragma once
#include <span>

#include "base/clock.hpp"
#include "expiry/engine.hpp"
#include "store/store.hpp"
#include "tokens/token_index.hpp"

namespace jeton::tokens {

/// Lives as long as the engine and the store run.
class TokenCleaner {
 public:
  /// Takes over the engine's kind `kind`, whose quantum is tokens.cleaner-interval, and under which `tokens` schedules.
  TokenCleaner(expiry::Engine& engine, expiry::KindId kind, const TokenIndex& tokens, store::Store& store);
  TokenCleaner(const TokenCleaner&) = delete;
  TokenCleaner& operator=(const TokenCleaner&) = delete;

 private:
  void clean(std::span<const expiry::Due> due, base::Instant now, expiry::Engine::Done done);

  const TokenIndex& tokens_;
  store::Store& store_;
};

}  // namespace jeton::tokens
