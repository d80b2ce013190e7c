#include "cloud/identity_verifier.hpp"

#include <fmt/format.h>

#include "base/json/reader.hpp"
#include "base/limits.hpp"
#include "cloud/error_answer.hpp"

namespace jeton::cloud {
namespace {

struct VerifyAnswer {
  std::optional<bool> verified;
  std::optional<std::string> system_name;
  std::optional<bool> sysop;
  std::optional<std::string> expiration_time;
};
BOOST_DESCRIBE_STRUCT(VerifyAnswer, (), (verified, system_name, sysop, expiration_time))

base::Error unreadable(std::string_view reason) {
  return unusable(fmt::format("the answer of {} cannot be used: {}", kAuthentication, reason));
}

base::Result<identity::VerifiedIdentity> identity_of(std::string_view body) {
  const auto answer = base::json::read_unpadded<VerifyAnswer>(body);
  if (!answer) return base::failure(unreadable(answer.error().message));
  if (!answer->verified) return base::failure(unreadable("it does not say whether the token is `verified`"));
  identity::VerifiedIdentity identity{.verified = *answer->verified};
  if (!identity.verified) return identity;
  // Names beyond the contract's bound would only fill the memory.
  if (!answer->system_name || base::is_blank(*answer->system_name) ||
      answer->system_name->size() > base::limits::kNameCharactersMax) {
    return base::failure(unreadable("its `systemName` is missing, or no name of a system"));
  }
  identity.name = *answer->system_name;
  identity.sysop = answer->sysop.value_or(false);
  if (answer->expiration_time) {
    const auto expires = base::parse_instant(*answer->expiration_time);
    if (!expires) return base::failure(unreadable(fmt::format("expirationTime: {}", expires.error().message)));
    identity.expires = *expires;
  }
  return identity;
}

}  // namespace

base::Result<identity::VerifiedIdentity> IdentityVerifier::verify(std::string_view token) {
  auto body = neighbours_.ask({.neighbour = kAuthentication,
                               .service = Discovery::kIdentity,
                               .operation = "identity-verify",
                               .arguments = {token},
                               .patience = {.stop = stop_}});
  if (!body) {
    // The other side words its errors itself, and may repeat what it was asked.
    if (body.error().message.find(token) == std::string::npos) return base::failure(body.error());
    return base::failure(base::Error{body.error().code, fmt::format("{} refused the question", kAuthentication), {}});
  }
  auto identity = identity_of(*body);
  if (!identity) neighbours_.doubt(Discovery::kIdentity);
  return identity;
}

}  // namespace jeton::cloud
