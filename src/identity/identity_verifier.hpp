// Whom an identity token names, as the Authentication system says (arrowhead-authorization 9.4). A port.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::identity {

struct VerifiedIdentity {
  bool verified = false;  ///< false: nobody logged in holds this token; the rest says nothing then
  std::string name;       ///< as the Authentication system has it
  bool sysop = false;
  std::optional<base::Instant> expires;  ///< none: it did not say
};

/// Thread-safe.
class IdentityVerifier {
 public:
  virtual ~IdentityVerifier() = default;
  /// May block up to a call's time-out. Errors are for the caller whose token it is: kNotFound when no Authentication
  /// system can be found, kExternal when it does not answer, its own kind when it answers with an error, kExternalFault
  /// when its answer cannot be read. None repeats the token.
  virtual base::Result<VerifiedIdentity> verify(std::string_view token) = 0;
};

}  // namespace jeton::identity
