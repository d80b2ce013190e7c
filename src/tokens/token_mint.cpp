#include "tokens/token_mint.hpp"

#include <fmt/format.h>

#include <utility>

#include "crypto/jwt.hpp"
#include "tokens/token_encryption.hpp"
#include "tokens/token_formats.hpp"

namespace jeton::tokens {
namespace {

using model::TokenKind;
using model::TokenVariant;

// A second draw is already a sign that the generator is broken; more of them would not mend it.
constexpr int kDrawsMax = 8;

}  // namespace

bool TokenMint::signs(TokenVariant variant) {
  return variant == TokenVariant::kRs256Jwt || variant == TokenVariant::kRs512Jwt;
}

base::Result<MintedToken> TokenMint::mint(const TokenOrder& order, std::string_view requester,
                                          base::Instant now) const {
  const auto kind = model::kind_of(order.variant);
  if (!kind || *kind == TokenKind::kTranslationBridge) {
    return base::failure(
        base::invalid(fmt::format("{} is no variant of a token that is issued here", base::enum_text(order.variant))));
  }
  MintedToken minted;
  model::AccessToken& token = minted.record;
  token.kind = *kind;
  token.variant = order.variant;
  token.subject = order.consumer;
  token.audience = order.provider;
  token.scope = order.scope;
  token.cloud = order.cloud;
  token.target_type = order.target_type;
  token.target = order.target;
  token.requester = requester;
  token.issued_at = now;
  if (*kind == TokenKind::kUsageLimited) {
    token.usage_limit = order.usage_limit.value_or(parts_.settings.simple_usage_limit);
    token.uses_left = token.usage_limit;
  } else {
    token.expires_at = order.expires_at.value_or(now + parts_.settings.time_limit);
  }

  auto text = clear_text(token);
  if (!text) return base::failure(std::move(text.error()));
  if (*kind == TokenKind::kSelfContained) {
    if (const auto key = parts_.encryption_keys.find(token.audience)) {
      text = encrypt_for(*key, *text);
      if (!text) return base::failure(std::move(text.error()));
    }
  }
  minted.text = base::Secret(*std::move(text));
  return minted;
}

// The digest is that of the clear text, also when the token is handed out encrypted (8.6).
base::Result<std::string> TokenMint::clear_text(model::AccessToken& token) const {
  const auto digested = [&](base::Result<std::string> text) {
    if (text) token.digest = parts_.reference_digest(*text);
    return text;
  };
  switch (token.variant) {
    case TokenVariant::kTimeLimited:
    case TokenVariant::kUsageLimited:
      return draw_simple(token.digest);
    case TokenVariant::kBase64SelfContained:
      return digested(base64_token(token));
    case TokenVariant::kRs256Jwt:
    case TokenVariant::kRs512Jwt:
      return digested(sign(token));
    case TokenVariant::kNone:
    case TokenVariant::kCertificate:
    case TokenVariant::kTranslationBridge:
      break;
  }
  return base::failure(base::internal("no format for this variant"));
}

base::Result<std::string> TokenMint::draw_simple(model::TokenDigest& digest) const {
  if (parts_.settings.simple_byte_size < kSimpleBytesMin) {
    return base::failure(
        base::internal(fmt::format("tokens.simple-byte-size is {}; simple tokens need {} bytes or more",
                                   parts_.settings.simple_byte_size, kSimpleBytesMin)));
  }
  for (int draw = 0; draw < kDrawsMax; ++draw) {
    std::string text = simple_token(parts_.random_bytes(parts_.settings.simple_byte_size));
    digest = parts_.reference_digest(text);
    if (!parts_.tokens.find(digest)) return text;
  }
  return base::failure(base::internal("the source of random bytes repeats itself"));
}

base::Result<std::string> TokenMint::sign(const model::AccessToken& token) const {
  if (parts_.signing_key == nullptr) {
    return base::failure(base::invalid(
        fmt::format("{} needs a signing key, and this server has none; set tokens.signing-key or serve TLS",
                    base::enum_text(token.variant)),
        "tokenVariant"));
  }
  const auto algorithm =
      token.variant == TokenVariant::kRs256Jwt ? crypto::JwtAlgorithm::kRs256 : crypto::JwtAlgorithm::kRs512;
  return crypto::sign_jwt(algorithm, *parts_.signing_key, jwt_claims(token, parts_.random_bytes(kJwtIdBytes)));
}

}  // namespace jeton::tokens
