// The management filter (arrowhead-authorization 9.6): guards every URL with /mgmt/ in it, and routes that ask for it.
#pragma once
#include "api/http/route.hpp"
#include "identity/management_access.hpp"

namespace jeton::api::http::middleware {

class Manage {
 public:
  explicit Manage(const identity::ManagementAccess& access) : access_(access) {}

  static bool guards(const net::http::Request& request, const Route* route);
  /// `route` may be null: no policy can then admit, only the caller's own standing.
  base::Status operator()(const identity::Caller& caller, const Route* route) const;
  /// The error origin of a refusal: the full URL.
  static std::string origin(const net::http::Request& request);

 private:
  const identity::ManagementAccess& access_;
};

}  // namespace jeton::api::http::middleware
