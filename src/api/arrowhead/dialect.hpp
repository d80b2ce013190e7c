// The Arrowhead family, and the server's own: authentication, management filter and error bodies of
// arrowhead-authorization 1.5, 4 and 9.
#pragma once
#include "api/http/dialect.hpp"
#include "api/http/middleware/limit_rate.hpp"
#include "identity/authenticator.hpp"
#include "identity/management_access.hpp"

namespace jeton::api::arrowhead {

class Dialect final : public http::Dialect {
 public:
  /// All outlive it.
  Dialect(const identity::Authenticator& authenticator, const identity::ManagementAccess& management,
          http::middleware::LimitRate& limit_rate)
      : authenticator_(authenticator), management_(management), limit_rate_(limit_rate) {}

  bool admit(http::Call& call) const override;
  Form word(std::string& body, const http::Failure& failure) const override;
  std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal) const override;
  Description description() const override;

 private:
  base::Status admit_to_management(const http::Call& call) const;

  const identity::Authenticator& authenticator_;
  const identity::ManagementAccess& management_;
  http::middleware::LimitRate& limit_rate_;
};

}  // namespace jeton::api::arrowhead
