#include "identity/outsourced_authenticator.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::identity {
namespace {

constexpr std::string_view kTokenPrefix = "IDENTITY-TOKEN";
constexpr std::string_view kKeyPrefix = "AUTHENTICATOR-KEY";
constexpr std::size_t kRefusedMax = 1'000;

base::Error missing() {
  return unauthenticated(
      "no credentials were sent; expected `IDENTITY-TOKEN//<token>`, in the header `Authorization: Bearer "
      "IDENTITY-TOKEN//<token>` over HTTP");
}

base::Error not_good() {
  return unauthenticated(
      "the credentials are not good; expected `IDENTITY-TOKEN//<token>` with a token that the Authentication system "
      "issued and that has not ended");
}

}  // namespace

OutsourcedAuthenticator::OutsourcedAuthenticator(const Settings& settings, IdentityVerifier& verifier,
                                                 const model::Normalizer& normalizer, const base::Clock& clock)
    : remember_(settings.remember),
      verifier_(verifier),
      normalizer_(normalizer),
      clock_(clock),
      verified_(clock, {.shared = settings.remember > base::Duration::zero()}),
      refused_(clock, {.answers_max = kRefusedMax}) {
  for (const auto& [name, secret] : settings.authenticator_secrets) {
    const std::string_view key = base::trim(secret.reveal());
    if (!key.empty()) authenticators_.insert_or_assign(normalizer_.system(name), crypto::KeyedDigest(key));
  }
}

base::Result<OutsourcedAuthenticator::Presented> OutsourcedAuthenticator::presented(const Credentials& credentials) {
  if (credentials.form == Credentials::Form::kNone) return base::failure(missing());
  const KeyPieces key = key_pieces(credentials.key);
  if (key.count == 2 && key.piece[0] == kTokenPrefix) {
    const std::string_view token = base::trim(key.piece[1]);
    if (!token.empty()) return Presented{.token = token};
  }
  if (key.count == 3 && key.piece[0] == kKeyPrefix)
    return Presented{.system = key.piece[1], .hash = base::trim(key.piece[2])};
  return base::failure(not_good());
}

base::Result<Caller> OutsourcedAuthenticator::authenticator(const Presented& key) const {
  const std::string name = normalizer_.system(key.system);
  const auto found = authenticators_.find(name);
  if (found == authenticators_.end()) return base::failure(not_good());
  const std::string expected = base::hex_encode(found->second(name));
  if (!base::equal_in_constant_time(expected, key.hash)) return base::failure(not_good());
  return Caller{.name = name};
}

std::optional<base::Result<Caller>> OutsourcedAuthenticator::authenticate_now(const Credentials& credentials) const {
  const auto key = presented(credentials);
  if (!key) return base::failure(key.error());
  if (key->token.empty()) return authenticator(*key);
  return remembered(crypto::as_text(crypto::sha256(key->token)));
}

base::Result<Caller> OutsourcedAuthenticator::authenticate(const Credentials& credentials) const {
  const auto key = presented(credentials);
  if (!key) return base::failure(key.error());
  if (key->token.empty()) return authenticator(*key);
  const crypto::Digest digest = crypto::sha256(key->token);
  if (auto known = remembered(crypto::as_text(digest))) return *std::move(known);
  const auto answered =
      verified_.ask(crypto::as_text(digest), [&] { return ask(key->token, crypto::as_text(digest)); });
  if (!answered) {
    return base::failure(
        base::Error{base::ErrorCode::kExternal, "the Authentication system is slow to answer; try again", {}});
  }
  if (!*answered) return base::failure(answered->error());
  return conclude(**answered);
}

std::optional<base::Result<Caller>> OutsourcedAuthenticator::remembered(std::string_view digest) const {
  auto known = verified_.recall(digest);
  if (!known) known = refused_.recall(digest);
  if (!known || !*known) return std::nullopt;
  return conclude(**known);
}

// A token ends when the Authentication system said it does, however lately that was asked.
base::Result<Caller> OutsourcedAuthenticator::conclude(const VerifiedIdentity& identity) const {
  const bool ended = identity.expires && *identity.expires <= clock_.wall();
  if (!identity.verified || ended) return base::failure(not_good());
  return Caller{.name = identity.name, .sysop = identity.sysop};
}

OutsourcedAuthenticator::Memory::Answer OutsourcedAuthenticator::ask(std::string_view token,
                                                                     std::string_view digest) const {
  Verified verified = verifier_.verify(token);
  if (!verified) return {std::move(verified)};
  if (!verified->verified) {
    refused_.put(digest, {verified, remember_, 0});
    return {std::move(verified)};
  }
  const std::size_t bytes = verified->name.size();
  return {std::move(verified), remember_, bytes};
}

}  // namespace jeton::identity
