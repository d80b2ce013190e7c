#include "model/token.hpp"

namespace jeton::model {

std::optional<TokenKind> kind_of(TokenVariant variant) {
  switch (variant) {
    case TokenVariant::kNone:
    case TokenVariant::kCertificate:
      return std::nullopt;
    case TokenVariant::kTimeLimited:
      return TokenKind::kTimeLimited;
    case TokenVariant::kUsageLimited:
      return TokenKind::kUsageLimited;
    case TokenVariant::kBase64SelfContained:
    case TokenVariant::kRs256Jwt:
    case TokenVariant::kRs512Jwt:
      return TokenKind::kSelfContained;
    case TokenVariant::kTranslationBridge:
      return TokenKind::kTranslationBridge;
  }
  return std::nullopt;
}

}  // namespace jeton::model
