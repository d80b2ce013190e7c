// The Arrowhead family, and the server's own: authentication, management filter and error bodies of
// arrowhead-authorization 1.5, 4 and 9.
#pragma once
#include "api/http/dialect.hpp"
#include "api/http/middleware/limit_rate.hpp"
#include "identity/admission.hpp"

namespace jeton::api::arrowhead {

class Dialect final : public http::Dialect {
 public:
  /// Both outlive it.
  Dialect(const identity::Admission& admission, http::middleware::LimitRate& limit_rate)
      : admission_(admission), limit_rate_(limit_rate) {}

  Verdict admit(http::Call& call, Patience patience) const override;
  Form word(std::string& body, const http::Failure& failure) const override;
  std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal,
                                const http::Origin& origin) const override;
  Description description() const override;

 private:
  const identity::Admission& admission_;
  http::middleware::LimitRate& limit_rate_;
};

}  // namespace jeton::api::arrowhead
