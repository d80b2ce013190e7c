#include "api/http/middleware/authenticate.hpp"

namespace jeton::api::http::middleware {

base::Result<identity::Caller> Authenticate::operator()(const net::http::Request& request) const {
  return authenticator_.authenticate({.authorization = request.field("Authorization")});
}

}  // namespace jeton::api::http::middleware
