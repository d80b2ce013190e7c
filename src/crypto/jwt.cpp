#include "crypto/jwt.hpp"

#include <simdjson.h>

#include "base/strings.hpp"
#include "crypto/digest.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;
using base::failure;
using base::Result;
using base::Secret;

struct Algorithm {
  std::string_view name;
  std::string_view header;
  DigestAlgorithm digest;
};

constexpr Algorithm kRs256{"RS256", R"({"typ":"JWT","alg":"RS256"})", DigestAlgorithm::kSha256};
constexpr Algorithm kRs512{"RS512", R"({"typ":"JWT","alg":"RS512"})", DigestAlgorithm::kSha512};
constexpr Algorithm kHs512{"HS512", R"({"alg":"HS512","typ":"JWT"})", DigestAlgorithm::kSha512};

const Algorithm& rsa(JwtAlgorithm algorithm) {
  return algorithm == JwtAlgorithm::kRs256 ? kRs256 : kRs512;
}

/// Views into the token; `signed_text` is header, dot and claims as they stand in it.
struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;
};

base::Error untrusted(std::string message) {
  return {base::ErrorCode::kUnauthenticated, std::move(message), {}};
}

std::string encode(std::string_view bytes) {
  return base::base64url_encode(as_bytes(bytes), false);
}

std::string signing_input(const Algorithm& algorithm, std::string_view claims_json) {
  std::string input = encode(algorithm.header);
  input += '.';
  input += encode(claims_json);
  return input;
}

Result<std::string> finish(std::string input, std::string_view signature) {
  input += '.';
  input += encode(signature);
  if (input.size() > kJwtBytesMax) {
    return failure({base::ErrorCode::kTooLarge,
                    fmt::format("a token of {} bytes is too large; at most {}", input.size(), kJwtBytesMax),
                    {}});
  }
  return input;
}

/// RFC 7515 section 2 has no padding, but libraries let it pass in what is signed, and so did systems we replace
/// (message-queue 5.4). Left-over bits are refused.
std::optional<std::string> decode(std::string_view part) {
  return part.empty() ? std::nullopt : base::base64url_decode(part);
}

/// Nobody signs a signature: it has one spelling, lest one token be told as another.
std::optional<std::string> decode_signature(std::string_view part) {
  return part.ends_with('=') ? std::nullopt : decode(part);
}

Result<Parts> split(std::string_view token) {
  if (token.size() > kJwtBytesMax) {
    return failure(untrusted(fmt::format("a token of {} bytes is too large; at most {}", token.size(), kJwtBytesMax)));
  }
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return failure(untrusted("a signed token has three parts separated by dots; this one has not"));
  }
  const Parts parts{.header = token.substr(0, first),
                    .claims = token.substr(first + 1, second - first - 1),
                    .signature = token.substr(second + 1),
                    .signed_text = token.substr(0, second)};
  if (parts.header.empty() || parts.claims.empty() || parts.signature.empty()) {
    return failure(untrusted("one of the three parts of a signed token is empty"));
  }
  return parts;
}

/// RFC 7515 section 4: member names are unique, and what `crit` lists must be understood; nothing is.
base::Status check_header(std::string_view part, const Algorithm& expected) {
  const std::optional<std::string> text = decode(part);
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object header;
  if (!text || parser.parse(*text).get(header) != simdjson::SUCCESS) {
    return failure(untrusted("the header of a signed token is not a JSON object in base64url"));
  }
  std::size_t named = 0;
  std::string_view name;
  for (const simdjson::dom::key_value_pair& member : header) {
    if (member.key == "crit")
      return failure(untrusted("the header of a signed token has 'crit', which is not supported"));
    if (member.key != "alg") continue;
    ++named;
    if (member.value.get(name) != simdjson::SUCCESS) name = {};
  }
  if (named != 1 || name != expected.name) {
    return failure(
        untrusted(fmt::format("the header of a signed token must name the algorithm {} once; it names {}",
                              expected.name, named == 1 ? base::shown(name) : fmt::format("{} of them", named))));
  }
  return {};
}

/// Everything but the signature itself, which `genuine` judges.
template <class Genuine>
Result<std::string> verify(const Algorithm& expected, std::string_view token, Genuine genuine) {
  const Result<Parts> parts = split(token);
  if (!parts) return failure(parts.error());
  if (base::Status header = check_header(parts->header, expected); !header) return failure(std::move(header.error()));
  const std::optional<std::string> signature = decode_signature(parts->signature);
  if (!signature) return failure(untrusted("the signature of a token is not base64url without padding"));
  if (!genuine(parts->signed_text, *signature)) {
    return failure(untrusted(
        fmt::format("the signature of a token is not this key's {} signature of its content", expected.name)));
  }
  std::optional<std::string> claims = decode(parts->claims);
  if (!claims) return failure(untrusted("the claims of a token are not base64url"));
  return std::move(*claims);
}

}  // namespace

Result<std::string> sign_jwt(JwtAlgorithm algorithm, const SigningKey& key, std::string_view claims_json) {
  std::string input = signing_input(rsa(algorithm), claims_json);
  const Result<std::string> signature = key.sign(rsa(algorithm).digest, input);
  if (!signature) return failure(signature.error());
  return finish(std::move(input), *signature);
}

Result<std::string> sign_jwt_hs512(const Secret& key, std::string_view claims_json) {
  if (key.empty()) return failure(base::internal("a token cannot be signed with an empty key"));
  std::string input = signing_input(kHs512, claims_json);
  const Digest512 signature = hmac_sha512(key.reveal(), input);
  return finish(std::move(input), as_text(signature));
}

Result<std::string> verify_jwt(JwtAlgorithm expected, const SigningKey& key, std::string_view token) {
  const Algorithm& algorithm = rsa(expected);
  return verify(algorithm, token, [&](std::string_view text, std::string_view signature) {
    return key.verify(algorithm.digest, text, signature);
  });
}

Result<std::string> verify_jwt_hs512(const Secret& key, std::string_view token) {
  if (key.empty()) return failure(base::internal("a token cannot be verified with an empty key"));
  return verify(kHs512, token, [&](std::string_view text, std::string_view signature) {
    const Digest512 right = hmac_sha512(key.reveal(), text);
    return base::equal_in_constant_time(as_text(right), signature);
  });
}

}  // namespace jeton::crypto
