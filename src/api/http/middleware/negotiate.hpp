// Content negotiation: what a route reads and answers against what the client sends and accepts. Weights (`q=`) are not
// looked at.
#pragma once
#include "api/http/route.hpp"

namespace jeton::api::http::middleware {

/// Without its parameters: "text/plain" of "text/plain; charset=UTF-8".
std::string_view media_type(std::string_view value);

/// False: 415.
bool body_fits(const net::http::Request& request, const Route& route);
/// False: 406.
bool answer_fits(const net::http::Request& request, const Route& route);

}  // namespace jeton::api::http::middleware
