// JSON Web Tokens in JWS compact form (RFC 7515, 7519): RS256 and RS512 as Arrowhead issues them
// (arrowhead-authorization 8.4), HS512 as MessageQueue does (message-queue 5.2). Claims travel as JSON text: the caller
// writes, reads and judges them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/signing_key.hpp"

namespace jeton::crypto {

enum class JwtAlgorithm : std::uint8_t { kRs256, kRs512 };

inline constexpr std::size_t kJwtBytesMax = 16 * 1024;

/// Header exactly `{"typ":"JWT","alg":"RS256"}` or RS512. kTooLarge when the token would pass kJwtBytesMax. 0.4 ms of
/// RSA.
base::Result<std::string> sign_jwt(JwtAlgorithm algorithm, const SigningKey& key, std::string_view claims_json);

/// Header exactly `{"alg":"HS512","typ":"JWT"}`, the order of MessageQueue's tokens. A key of any length
/// (message-queue 5.3), but not an empty one: kInternal.
base::Result<std::string> sign_jwt_hs512(const base::Secret& key, std::string_view claims_json);

/// The claims of a token that was signed with this key and algorithm, as JSON text. The caller says which algorithm it
/// trusts; the header must name the same one and is never followed. Everything else is kUnauthenticated: a length past
/// kJwtBytesMax, other than three non-empty parts in base64url without padding, a header that is no JSON object, names
/// no or another algorithm ("none" included), names one twice, or has `crit` (RFC 7515 4.1.11); a signature that does
/// not match. Other header members are ignored. Dates are claims: the caller checks them against its own time.
base::Result<std::string> verify_jwt(JwtAlgorithm expected, const SigningKey& key, std::string_view token);
base::Result<std::string> verify_jwt_hs512(const base::Secret& key, std::string_view token);

}  // namespace jeton::crypto
