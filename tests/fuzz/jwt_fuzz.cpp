// Any bytes as a JSON web token: verifying must refuse them without misbehaving, and what it accepts must be what was
// signed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/jwt.hpp"

namespace {

using jeton::base::Secret;

// The input's first byte says how to read the rest: as a token, or as claims to sign and take back.
void check(std::string_view input) {
  static const Secret key("a key for fuzzing, of no particular length");
  if (input.empty()) return;
  const bool sign = (static_cast<unsigned char>(input.front()) & 1U) != 0;
  input.remove_prefix(1);
  if (!sign) {
    const auto claims = jeton::crypto::verify_jwt_hs512(key, input);
    if (!claims && claims.error().code != jeton::base::ErrorCode::kUnauthenticated) std::abort();
    return;
  }
  const auto token = jeton::crypto::sign_jwt_hs512(key, input);
  if (!token) return;
  const auto again = jeton::crypto::verify_jwt_hs512(key, *token);
  if (again && *again != input) std::abort();
  if (jeton::crypto::verify_jwt_hs512(Secret("another key"), *token)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
