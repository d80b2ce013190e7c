// Policy `outsourced`: callers show an identity token of the Authentication system, which is asked about it; systems
// that are authenticators themselves show a key made with a shared secret (arrowhead-authorization 9.4,
// arrowhead-mqtt 8.3, 8.4).
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/answer_memory.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "identity/authenticator.hpp"
#include "identity/identity_verifier.hpp"

namespace jeton::identity {

class OutsourcedAuthenticator final : public Authenticator {
 public:
  struct Settings {
    base::Duration remember = std::chrono::seconds{5};  ///< an answer about a token; zero: every request asks
    /// Of authentication systems, by their name. Blanks around a secret do not count; without anything else in it, it
    /// lets nobody in.
    std::vector<std::pair<std::string, base::Secret>> authenticator_secrets;
  };
  /// All outlive it.
  OutsourcedAuthenticator(const Settings& settings, IdentityVerifier& verifier, const model::Normalizer& normalizer,
                          const base::Clock& clock);

  /// Authenticator keys are decided here, and tokens whose answer is remembered.
  std::optional<base::Result<Caller>> authenticate_now(const Credentials& credentials) const override;
  /// The same words for every key that is not good: nobody learns which check it failed.
  base::Result<Caller> authenticate(const Credentials& credentials) const override;

  std::size_t remembered() const { return verified_.size() + refused_.size(); }
  /// How often the Authentication system was not asked: too many others were waiting for it.
  std::uint64_t unasked() const { return verified_.unanswered(); }

 private:
  // What was sent, once it is known to have the right form.
  struct Presented {
    std::string_view token;   // of an identity token
    std::string_view system;  // of an authenticator key
    std::string_view hash;
  };
  static base::Result<Presented> presented(const Credentials& credentials);
  base::Result<Caller> authenticator(const Presented& key) const;
  std::optional<base::Result<Caller>> remembered(std::string_view digest) const;
  base::Result<Caller> conclude(const VerifiedIdentity& identity) const;

  using Verified = base::Result<VerifiedIdentity>;
  using Memory = base::AnswerMemory<Verified>;
  Memory::Answer ask(std::string_view token, std::string_view digest) const;

  const base::Duration remember_;
  IdentityVerifier& verifier_;
  const model::Normalizer& normalizer_;
  const base::Clock& clock_;
  boost::unordered_flat_map<std::string, crypto::KeyedDigest> authenticators_;  // by normalized name
  mutable Memory verified_;                                                     // by the digest of the token
  // Apart, so that made-up tokens push no good one out.
  mutable Memory refused_;
};

}  // namespace jeton::identity
