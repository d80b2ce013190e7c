// The OpenAPI 3.1 document, made from the table of routes.
#pragma once
#include <string>
#include <string_view>

#include "api/http/dialect.hpp"
#include "api/http/router.hpp"

namespace jeton::api::openapi {

/// `own` is the dialect of the paths that no family owns.
std::string document(const http::Router& router, const http::Dialect& own, std::string_view version);

}  // namespace jeton::api::openapi
