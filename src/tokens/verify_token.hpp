// A provider asks whether a token that was presented to it is good (arrowhead-authorization 5.6).
#pragma once
#include <functional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"
#include "store/store.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

/// Thread-safe.
class VerifyToken {
 public:
  struct Verification {
    enum class Answer : std::uint8_t {
      kRefused,   ///< not good, or not for this provider: nothing is told of it
      kVerified,  ///< good
      kTakesUse,  ///< good if it can be used once more: take_use() says
    };
    Answer answer = Answer::kRefused;
    IndexedToken token;  ///< unless refused
  };
  using Done = std::move_only_function<void(base::Result<bool>)>;

  VerifyToken(const crypto::KeyedDigest& reference_digest, const TokenIndex& tokens, store::Store& store)
      : reference_digest_(reference_digest), tokens_(tokens), store_(store) {}

  /// From memory; waits for nobody, and allocates only for the audit line of a token that has ended. kInvalid when the
  /// token is self-contained: its provider reads it by itself. A token that has ended is as good as unknown, whether or
  /// not it was cleaned up yet.
  base::Result<Verification> check(std::string_view text, std::string_view provider, base::Instant now) const;

  /// Takes one use of a token that check() found to need it. True exactly as often as the token has uses, whoever asks
  /// at the same time. `done` runs on the commit thread, or on the caller's when the store refuses.
  void take_use(const IndexedToken& token, base::Instant now, store::StillWanted still_wanted, Done done);

 private:
  const crypto::KeyedDigest& reference_digest_;
  const TokenIndex& tokens_;
  store::Store& store_;
};

}  // namespace jeton::tokens
