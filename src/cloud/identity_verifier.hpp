// Asks the Authentication system whom an identity token names (arrowhead-authorization 9.4).
#pragma once
#include <stop_token>

#include "cloud/neighbours.hpp"
#include "identity/identity_verifier.hpp"

namespace jeton::cloud {

class IdentityVerifier final : public identity::IdentityVerifier {
 public:
  /// `neighbours` outlives it; `stop` ends what waits when the server goes down.
  IdentityVerifier(Neighbours& neighbours, std::stop_token stop) : neighbours_(neighbours), stop_(std::move(stop)) {}
  base::Result<identity::VerifiedIdentity> verify(std::string_view token) override;

 private:
  Neighbours& neighbours_;
  const std::stop_token stop_;
};

}  // namespace jeton::cloud
