// What the tokens look like (arrowhead-authorization 8.2 to 8.4). Pure.
#pragma once
#include <string>
#include <string_view>

#include "model/token.hpp"

namespace jeton::tokens {

inline constexpr std::size_t kSimpleBytesMin = 16;
inline constexpr std::size_t kJwtIdBytes = 16;

/// base64url with padding.
std::string simple_token(std::string_view random);

/// Who may call what until when, readable by anybody, signed by nobody: base64url with padding of seven fields. The
/// expiry is left empty when the token has none.
std::string base64_token(const model::AccessToken& token);

/// The claims as JSON, in the order of 8.4; times are cut to seconds. `random` becomes `jti`.
std::string jwt_claims(const model::AccessToken& token, std::string_view random);

}  // namespace jeton::tokens
