#include "queues/access_tokens.hpp"

#include <cmath>
#include <optional>

#include "base/json/types.hpp"
#include "base/json/writer.hpp"
#include "crypto/jwt.hpp"

namespace jeton::queues {
namespace {

namespace json = base::json;

constexpr std::string_view kIssuer = "kilemon/message-queue";
constexpr std::string_view kSubQueueClaim = "Sub-Queue-Identifier";
/// Ours: the original's verifier ignores what it does not know, and takes such a token for one of everything.
constexpr std::string_view kScopeClaim = "Sub-Queue-Scope";

std::optional<TokenScope> scope_of(const json::Value& claims) {
  const json::Value* const claim = claims.member(kScopeClaim);
  if (claim == nullptr) return TokenScope::kEverything;
  const auto* text = claim->as<std::string>();
  return text != nullptr && !text->empty() ? scope_from(*text) : std::nullopt;
}

/// A date claim in whole seconds; nullopt when it is no number.
std::optional<double> seconds_of(const json::Value& claim) {
  if (const auto* whole = claim.as<std::int64_t>()) return static_cast<double>(*whole);
  if (const auto* number = claim.as<double>()) return std::floor(*number);
  return std::nullopt;
}

// Without leeway: `exp` must be later than the current second, `nbf` and `iat` must not be.
bool dates_hold(const json::Value& claims, base::Instant now) {
  const auto second = static_cast<double>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  if (const json::Value* const end = claims.member("exp")) {
    const auto at = seconds_of(*end);
    if (!at || second >= *at) return false;
  }
  for (const std::string_view name : {"nbf", "iat"}) {
    const json::Value* const begin = claims.member(name);
    if (begin == nullptr) continue;
    const auto at = seconds_of(*begin);
    if (!at || *at > second) return false;
  }
  return true;
}

// Its own check holds until then; an end that no clock of ours reaches is none.
std::optional<base::Instant> end_of(const json::Value& claims) {
  const json::Value* const end = claims.member("exp");
  const auto at = end != nullptr ? seconds_of(*end) : std::nullopt;
  constexpr auto kLast =
      static_cast<double>(std::chrono::floor<std::chrono::seconds>(base::Instant::max().time_since_epoch()).count());
  if (!at || *at >= kLast) return std::nullopt;
  return base::Instant{std::chrono::seconds{static_cast<std::int64_t>(*at)}};
}

base::Result<Credential> credential_of(std::string_view text, base::Instant now) {
  const auto claims = json::parse(text);
  if (!claims || claims->as<json::Object>() == nullptr) return base::failure(unauthenticated());
  const json::Value* const issuer = claims->member("iss");
  const auto* issuer_text = issuer != nullptr ? issuer->as<std::string>() : nullptr;
  const auto scope = scope_of(*claims);
  if (issuer_text == nullptr || *issuer_text != kIssuer || !scope || !dates_hold(*claims, now))
    return base::failure(unauthenticated());
  const json::Value* const name = claims->member(kSubQueueClaim);
  const auto* name_text = name != nullptr ? name->as<std::string>() : nullptr;
  if (name_text == nullptr) return Credential{};
  return Credential{Claim{*name_text, *scope, end_of(*claims)}};
}

}  // namespace

base::Result<base::Secret> AccessTokens::make(std::string_view sub_queue, TokenScope scope) const {
  if (keys_.empty()) return base::failure(base::internal("there is no key to sign a sub-queue's token with"));
  std::string claims = R"({"iss":"kilemon/message-queue","Sub-Queue-Identifier":)";
  json::append_text(claims, sub_queue);
  if (scope != TokenScope::kEverything) {
    claims += R"(,"Sub-Queue-Scope":)";
    json::append_text(claims, scope_text(scope));
  }
  claims += '}';
  auto token = crypto::sign_jwt_hs512(keys_.front(), claims);
  if (!token) return base::failure(std::move(token.error()));
  return base::Secret(*std::move(token));
}

base::Result<Credential> AccessTokens::verify(std::string_view token, base::Instant now) const {
  for (const base::Secret& key : keys_) {
    if (const auto claims = crypto::verify_jwt_hs512(key, token)) return credential_of(*claims, now);
  }
  return base::failure(unauthenticated());
}

}  // namespace jeton::queues
