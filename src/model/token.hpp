// The token model. What every token has is in Token; each feature adds its own record to it.
#pragma once
#include <array>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"
#include "model/policy.hpp"

namespace jeton::model {

using TokenId = base::Id<struct TokenIdTag>;

/// HMAC-SHA-256 of the clear token text under the server's reference key (arrowhead-authorization 8.6): what is kept of
/// a token that only has to be recognised, and, as standard base64, the reference by which management operations name
/// it.
using TokenDigest = std::array<std::uint8_t, 32>;

/// How a token proves itself (arrowhead-authorization 2.6).
enum class TokenKind : std::uint8_t { kTimeLimited = 1, kUsageLimited = 2, kSelfContained = 3, kTranslationBridge = 4 };

/// The wire's finer distinction; the same literals name interface security policies.
enum class TokenVariant : std::uint8_t {
  kNone = 1,
  kCertificate,
  kTimeLimited,
  kUsageLimited,
  kBase64SelfContained,
  kRs256Jwt,
  kRs512Jwt,
  kTranslationBridge,
};

/// nullopt for kNone and kCertificate, which are no tokens.
std::optional<TokenKind> kind_of(TokenVariant variant);

struct Token {
  TokenId id;
  TokenDigest digest{};
  TokenKind kind = TokenKind::kTimeLimited;
  std::string subject;   ///< who may present it: the consumer
  std::string audience;  ///< whom it is presented to: the provider
  std::string scope;     ///< empty: none
  base::Instant issued_at;
  std::optional<base::Instant> expires_at;  ///< absent: limited otherwise

  bool operator==(const Token&) const = default;
};

/// What an access token adds: the Arrowhead tuple's remaining parts and its use count.
struct AccessToken : Token {
  TokenVariant variant = TokenVariant::kTimeLimited;
  std::string requester;  ///< who asked for it
  std::string cloud;      ///< the consumer's
  TargetType target_type = TargetType::kServiceDefinition;
  std::string target;
  std::optional<std::int64_t> usage_limit;  ///< kUsageLimited only, as the next
  std::optional<std::int64_t> uses_left;

  bool operator==(const AccessToken&) const = default;
};

/// Why a token is no more.
enum class TokenEnd : std::uint8_t { kRevoked = 1, kReplaced, kExpired, kExhausted };

BOOST_DESCRIBE_STRUCT(Token, (), (id, digest, kind, subject, audience, scope, issued_at, expires_at))
BOOST_DESCRIBE_STRUCT(AccessToken, (Token), (variant, requester, cloud, target_type, target, usage_limit, uses_left))

}  // namespace jeton::model

namespace jeton::base {
template <>
struct EnumText<model::TokenKind> {
  static constexpr auto kRows =
      enum_rows<model::TokenKind>({{model::TokenKind::kTimeLimited, "TIME_LIMITED_TOKEN"},
                                   {model::TokenKind::kUsageLimited, "USAGE_LIMITED_TOKEN"},
                                   {model::TokenKind::kSelfContained, "SELF_CONTAINED_TOKEN"},
                                   {model::TokenKind::kTranslationBridge, "TRANSLATION_BRIDGE_TOKEN"}});
};
template <>
struct EnumText<model::TokenVariant> {
  static constexpr auto kRows =
      enum_rows<model::TokenVariant>({{model::TokenVariant::kNone, "NONE"},
                                      {model::TokenVariant::kCertificate, "CERT_AUTH"},
                                      {model::TokenVariant::kTimeLimited, "TIME_LIMITED_TOKEN_AUTH"},
                                      {model::TokenVariant::kUsageLimited, "USAGE_LIMITED_TOKEN_AUTH"},
                                      {model::TokenVariant::kBase64SelfContained, "BASE64_SELF_CONTAINED_TOKEN_AUTH"},
                                      {model::TokenVariant::kRs256Jwt, "RSA_SHA256_JSON_WEB_TOKEN_AUTH"},
                                      {model::TokenVariant::kRs512Jwt, "RSA_SHA512_JSON_WEB_TOKEN_AUTH"},
                                      {model::TokenVariant::kTranslationBridge, "TRANSLATION_BRIDGE_TOKEN_AUTH"}});
};
template <>
struct EnumText<model::TokenEnd> {
  static constexpr auto kRows = enum_rows<model::TokenEnd>({{model::TokenEnd::kRevoked, "revoked"},
                                                            {model::TokenEnd::kReplaced, "replaced"},
                                                            {model::TokenEnd::kExpired, "expired"},
                                                            {model::TokenEnd::kExhausted, "exhausted"}});
};
}  // namespace jeton::base
