// The OpenAPI 3.1 document, made from the table of routes.
#pragma once
#include <string>
#include <string_view>

#include "api/http/router.hpp"

namespace jeton::api::openapi {

std::string document(const http::Router& router, std::string_view version);

}  // namespace jeton::api::openapi
