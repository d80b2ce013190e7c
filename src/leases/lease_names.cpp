#include "leases/lease_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.hpp"
#include "crypto/digest.hpp"

namespace jeton::leases {
namespace {

// 32 letters: a byte's low five bits choose one without a bias.
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";

std::string letters_of(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char byte : bytes) out += kLetters[static_cast<unsigned char>(byte) & 31U];
  return out;
}

bool is_role_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

}  // namespace

LeaseNames::LeaseNames(const base::Secret& key, RandomBytes random_bytes) : random_bytes_(std::move(random_bytes)) {
  const crypto::Digest digest = crypto::hmac_sha256(key, "lease-tag");
  tag_ = letters_of(crypto::as_text(digest).substr(0, kTagCharacters));
  label_prefix_ = "lt_" + tag_ + "_";
}

LeaseNames::Names LeaseNames::make(std::string_view provider, std::string_view role) const {
  const std::string random = letters_of(random_bytes_(kRandomCharacters));
  return {.lease = fmt::format("{}/{}/{}", provider, role.empty() ? kNoRole : role, random),
          .label = label_prefix_ + random};
}

base::Secret LeaseNames::make_secret() const {
  return base::Secret(base::base64url_encode(base::as_bytes(random_bytes_(kSecretBytes)), false));
}

double LeaseNames::random_fraction() const {
  const std::string bytes = random_bytes_(2);
  const unsigned number = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return static_cast<double>(number) / 65536.0;
}

base::Status check_role(std::string_view role) {
  if (!role.empty() && role.size() <= kRoleBytesMax && role.front() != '-' && role.front() != '.' &&
      std::ranges::all_of(role, is_role_character))
    return {};
  return base::failure(base::invalid(
      fmt::format("role {} is none; expected 1 to {} letters, digits, '_', '.' and '-', not beginning with '-' or '.'",
                  base::shown(role), kRoleBytesMax),
      "role"));
}

}  // namespace jeton::leases
