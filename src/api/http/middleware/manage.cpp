#include "api/http/middleware/manage.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::api::http::middleware {

bool Manage::guards(const net::http::Request& request, const Route* route) {
  if (route != nullptr && route->access == Access::kAnonymous) return false;
  return (route != nullptr && route->access == Access::kManagement) ||
         request.path.find("/mgmt/") != std::string_view::npos;
}

base::Status Manage::operator()(const identity::Caller& caller, const Route* route) const {
  return route == nullptr ? access_.admit(caller, {}, {}) : access_.admit(caller, route->service, route->operation);
}

std::string Manage::origin(const net::http::Request& request) {
  const std::string_view host = request.field("Host");
  // The header is the client's word: only what can stand in an error as it is goes in.
  const bool sane = base::is_utf8(host) && host.size() <= 255;
  const std::string path = base::is_utf8(request.path) ? std::string(request.path) : std::string{};
  return fmt::format("{}://{}{}", request.secure ? "https" : "http", sane ? host : std::string_view{}, path);
}

}  // namespace jeton::api::http::middleware
