// What a request passes before anybody looks at what it asks for: who calls, is it kept out, may it manage
// (arrowhead-authorization 1.5, arrowhead-mqtt 7). The same for every transport.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "identity/authenticator.hpp"
#include "identity/blacklist.hpp"
#include "identity/caller.hpp"
#include "identity/credentials.hpp"
#include "identity/management_access.hpp"

namespace jeton::identity {

/// Thread-safe.
class Admission {
 public:
  /// All outlive it.
  Admission(const Authenticator& authenticator, const Blacklist& blacklist, const ManagementAccess& management)
      : authenticator_(authenticator), blacklist_(blacklist), management_(management) {}

  struct Wish {
    Credentials credentials;
    bool management = false;     ///< whether the management filter applies
    std::string_view service;    ///< with management: the service definition; empty: none that is known
    std::string_view operation;  ///< with management; empty: none that is known, which no policy can grant
  };
  enum class Stage : std::uint8_t { kAuthentication, kBlacklist, kManagement };
  struct Refusal {
    Stage stage = Stage::kAuthentication;
    base::Error error;
  };
  struct Outcome {
    Caller caller;                   ///< nameless when it was refused as kAuthentication
    std::optional<Refusal> refusal;  ///< of the first stage that refused; none: admitted
  };

  /// From memory; nullopt: decide() has to ask another server. Never blocks.
  std::optional<Outcome> decide_now(const Wish& wish) const;
  /// Asks whom it must. May block up to the time-outs of those: not for network threads.
  Outcome decide(const Wish& wish) const;

 private:
  const Authenticator& authenticator_;
  const Blacklist& blacklist_;
  const ManagementAccess& management_;
};

}  // namespace jeton::identity
