#include "tokens/verify_token.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/log.hpp"

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
  const auto used = std::make_shared<bool>(false);
  store_.submit(
      [token, now, used,
       still_wanted = std::move(still_wanted)](store::Transaction& transaction) mutable -> base::Status {
        *used = false;
        if (still_wanted) {
          if (auto wanted = still_wanted(); !wanted) return wanted;
        }
        const auto left = transaction.access_tokens().use_once(token.id);
        if (!left) return base::failure(left.error());
        if (!*left) return {};
        transaction.append(now, std::string(token.tuple.provider), model::TokenUsed{token.id, token.digest, **left});
        *used = true;
        return {};
      },
      [token, used, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::failure(std::move(status.error())));
        if (!*used) audit_refusal(token, "no uses are left");
        done(*used);
      });
}

}  // namespace jeton::tokens
