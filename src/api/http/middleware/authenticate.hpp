// Turns credentials into a Caller (arrowhead-authorization 9).
#pragma once
#include "base/result.hpp"
#include "identity/authenticator.hpp"
#include "net/http/message.hpp"

namespace jeton::api::http::middleware {

class Authenticate {
 public:
  explicit Authenticate(const identity::Authenticator& authenticator) : authenticator_(authenticator) {}
  /// kUnauthenticated when there is no acceptable proof of who calls.
  base::Result<identity::Caller> operator()(const net::http::Request& request) const;

 private:
  const identity::Authenticator& authenticator_;
};

}  // namespace jeton::api::http::middleware
