#include "api/http/middleware/negotiate.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::api::http::middleware {
namespace {

bool covers(std::string_view range, std::string_view type) {
  if (range == "*/*" || base::equals_ignoring_case(range, type)) return true;
  const std::string_view whole_group = type.substr(0, type.find('/') + 1);
  return range.ends_with("/*") && base::equals_ignoring_case(range.substr(0, range.size() - 1), whole_group);
}

}  // namespace

std::string_view media_type(std::string_view value) {
  return base::trim(value.substr(0, value.find(';')));
}

bool body_fits(const net::http::Request& request, const Route& route) {
  if (route.request_type.empty()) return true;
  const std::string_view type = request.field("Content-Type");
  const bool nothing_sent = route.body_optional && request.body.empty() && type.empty();
  const auto is_sent = [type = media_type(type)](std::string_view known) {
    return base::equals_ignoring_case(type, known);
  };
  return nothing_sent || is_sent(route.request_type) || std::ranges::any_of(route.also_reads, is_sent);
}

bool answer_fits(const net::http::Request& request, const Route& route) {
  if (route.answer_type.empty()) return true;
  bool asked = false;
  for (const net::http::Field& field : request.fields) {  // several fields are one list (RFC 9110 5.3)
    if (!base::equals_ignoring_case(field.name, "Accept") || base::is_blank(field.value)) continue;
    asked = true;
    for (const std::string_view range : base::split(field.value, ',')) {
      if (covers(media_type(range), route.answer_type)) return true;
    }
  }
  return !asked;
}

}  // namespace jeton::api::http::middleware
