// The tokens of restricted sub-queues: HS512, a pure function of key and name (message-queue 5.2 to 5.4).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "queues/access.hpp"

namespace jeton::queues {

/// Thread-safe.
class AccessTokens {
 public:
  /// Made with the first key, verified with any: a key is rotated by putting a new one in front of it. None: tokens are
  /// neither made nor believed, as in mode NONE.
  explicit AccessTokens(std::vector<base::Secret> keys) : keys_(std::move(keys)) {}

  /// The token of that name; without a scope, bit by bit the original's. Nothing in it ends by itself.
  base::Result<base::Secret> make(std::string_view sub_queue, TokenScope scope) const;
  /// What the token says; none when it is genuine but names no sub-queue. kUnauthenticated when it is not genuine, has
  /// ended, is not valid yet, has a scope that is not known, or there is no key; the message does not tell which.
  base::Result<Credential> verify(std::string_view token, base::Instant now) const;

 private:
  const std::vector<base::Secret> keys_;
};

}  // namespace jeton::queues
