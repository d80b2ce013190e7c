// Content negotiation (arrowhead-authorization 1.3, 1.4): 415 for a body that is no JSON, 406 where no text is
// accepted.
#pragma once
#include "api/http/route.hpp"
#include "base/result.hpp"

namespace jeton::api::http::middleware {

base::Status negotiate(const net::http::Request& request, const Route& route);

}  // namespace jeton::api::http::middleware
