#include "api/http/dialect.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::api::http {

using base::ErrorCode;

void Dialect::receive(const net::http::Request& /*request*/, Origin& /*origin*/) const {}

std::string_view Dialect::word_refusal(std::string& body, const net::http::Refusal& refusal,
                                       const Origin& /*origin*/) const {
  body += refusal.message;
  return "text/plain;charset=UTF-8";
}

base::Error Dialect::unknown_path(const net::http::Request& /*request*/) const {
  return base::not_found("there is nothing at this path; /docs lists what there is");
}

base::Error Dialect::wrong_method(const net::http::Request& request, std::string_view allowed) const {
  return {ErrorCode::kMethodNotAllowed,
          fmt::format("{} is not possible here; allowed: {}", base::shown(request.method_text), allowed),
          {}};
}

base::Error Dialect::unsupported_body(const net::http::Request& request, const Route& route) const {
  const std::string_view type = request.field("Content-Type");
  return {ErrorCode::kUnsupportedMediaType,
          type.empty() ? fmt::format("the body needs the header `Content-Type: {}`", route.request_type)
                       : fmt::format("the body is {}; it must be {}", base::shown(type), route.request_type),
          "Content-Type"};
}

base::Error Dialect::unacceptable_answer(const net::http::Request& /*request*/, const Route& route) const {
  return {ErrorCode::kNotAcceptable,
          fmt::format("the answer is {}, which the Accept header excludes", route.answer_type), "Accept"};
}

}  // namespace jeton::api::http
