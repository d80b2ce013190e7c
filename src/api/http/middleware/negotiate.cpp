#include "api/http/middleware/negotiate.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::api::http::middleware {
namespace {

std::string_view media_type(std::string_view value) {
  return base::trim(value.substr(0, value.find(';')));
}

bool accepts_text(std::string_view accept) {
  if (base::is_blank(accept)) return true;
  for (const std::string_view range : base::split(accept, ',')) {
    const std::string_view type = media_type(range);
    if (type == "*/*" || base::equals_ignoring_case(type, "text/*") || base::equals_ignoring_case(type, "text/plain"))
      return true;
  }
  return false;
}

}  // namespace

base::Status negotiate(const net::http::Request& request, const Route& route) {
  if (route.takes_json) {
    const std::string_view type = request.field("Content-Type");
    const bool nothing_sent = route.json_optional && request.body.empty() && type.empty();
    if (!nothing_sent && !base::equals_ignoring_case(media_type(type), "application/json")) {
      return base::failure({base::ErrorCode::kUnsupportedMediaType,
                            type.empty()
                                ? std::string("the body needs the header `Content-Type: application/json`")
                                : fmt::format("the body is {}; it must be application/json", base::shown(type)),
                            "Content-Type"});
    }
  }
  if (route.answers_text && !accepts_text(request.field("Accept"))) {
    return base::failure(
        {base::ErrorCode::kNotAcceptable, "the answer is text/plain, which the Accept header excludes", "Accept"});
  }
  return {};
}

}  // namespace jeton::api::http::middleware
