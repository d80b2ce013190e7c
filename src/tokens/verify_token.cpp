#include "tokens/verify_token.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::tokens {
namespace {

using model::TokenKind;
using Answer = VerifyToken::Verification::Answer;

void audit_refusal(const IndexedToken& token, std::string_view reason) {
  base::log::info("audit", "token use refused",
                  {{"caller", token.tuple.provider},
                   {"token", fmt::to_string(token.id.value)},
                   {"consumer", token.tuple.consumer},
                   {"target", token.tuple.target},
                   {"reason", reason}});
}

}  // namespace

base::Result<VerifyToken::Verification> VerifyToken::check(std::string_view text, std::string_view provider,
                                                           base::Instant now) const {
  const auto found = tokens_.find(reference_digest_(text));
  if (!found || found->tuple.provider != provider) return Verification{};
  if (!found->lives(now)) {
    audit_refusal(*found, "it has ended");
    return Verification{};
  }
  switch (found->kind) {
    case TokenKind::kTimeLimited:
      return Verification{Answer::kVerified, *found};
    case TokenKind::kUsageLimited:
      if (found->uses_left != 0) return Verification{Answer::kTakesUse, *found};
      audit_refusal(*found, "no uses are left");
      return Verification{};
    case TokenKind::kSelfContained:
    case TokenKind::kTranslationBridge:
      break;
  }
  return base::failure(base::invalid(
      "a self-contained token is not verified here: its provider reads it, and checks its signature if it has one"));
}

void VerifyToken::take_use(const IndexedToken& token, base::Instant now, store::StillWanted still_wanted, Done done) {
  auto body = [token, now](store::Transaction& transaction) -> base::Result<bool> {
    const auto left = transaction.access_tokens().use_once(token.id);
    if (!left) return base::failure(left.error());
    if (!*left) return false;
    transaction.append(now, std::string(token.tuple.provider), model::TokenUsed{token.id, token.digest, **left});
    return true;
  };
  store::submit_for<bool>(store_, std::move(still_wanted), std::move(body),
                          [token, done = std::move(done)](base::Result<bool> used) mutable {
                            if (used && !*used) audit_refusal(token, "no uses are left");
                            done(std::move(used));
                          });
}

}  // namespace jeton::tokens
