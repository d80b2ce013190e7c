#include "tokens/token_formats.hpp"

#include <fmt/format.h>
#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::tokens {
namespace {

constexpr std::string_view kIssuer = "ConsumerAuthorization";
constexpr std::int64_t kClockSkewSeconds =
    60;  // `nbf` lies before `iat` by this much, for providers whose clocks are behind

std::int64_t epoch_seconds(base::Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

struct JwtClaims {
  std::string jti;
  std::string_view iss;
  std::int64_t iat = 0;
  std::int64_t nbf = 0;
  std::optional<std::int64_t> exp;
  std::string_view psn;
  std::string_view csn;
  std::string_view ccn;
  model::TargetType tat{};
  std::string_view tan;
  std::optional<std::string_view> sco;
};
BOOST_DESCRIBE_STRUCT(JwtClaims, (), (jti, iss, iat, nbf, exp, psn, csn, ccn, tat, tan, sco))

std::string simple_token(std::string_view random) {
  return base::base64url_encode(base::as_bytes(random), true);
}

std::string base64_token(const model::AccessToken& token) {
  const std::string text = fmt::format("{}|{}|{}|{}|{}|{}|{}", token.cloud, token.subject, token.audience, token.target,
                                       token.scope, base::enum_text(token.target_type),
                                       token.expires_at ? base::format_instant(*token.expires_at) : std::string{});
  return base::base64url_encode(base::as_bytes(text), true);
}

std::string jwt_claims(const model::AccessToken& token, std::string_view random) {
  const std::int64_t issued = epoch_seconds(token.issued_at);
  JwtClaims claims{.jti = base::base64url_encode(base::as_bytes(random), false),
                   .iss = kIssuer,
                   .iat = issued,
                   .nbf = issued - kClockSkewSeconds,
                   .exp = std::nullopt,
                   .psn = token.audience,
                   .csn = token.subject,
                   .ccn = token.cloud,
                   .tat = token.target_type,
                   .tan = token.target,
                   .sco = std::nullopt};
  if (token.expires_at) claims.exp = epoch_seconds(*token.expires_at);
  if (!token.scope.empty()) claims.sco = token.scope;
  return base::json::write(claims);
}

}  // namespace jeton::tokens
