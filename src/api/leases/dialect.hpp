// How /leases speaks: callers as everywhere, with an owner for those without an identity where one is configured;
// errors with a machine word (token-lease 1.4 A3, A7, A9).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/http/dialect.hpp"
#include "api/http/middleware/limit_rate.hpp"
#include "identity/admission.hpp"

namespace jeton::api::leases {

/// The service that policies for operators name.
inline constexpr std::string_view kService = "leases";

inline constexpr std::string_view kCborType = "application/cbor";
inline constexpr std::string_view kFramedType = "application/octet-stream";

class Dialect final : public http::Dialect {
 public:
  struct Parts {
    const identity::Admission& admission;
    http::middleware::LimitRate& limit_rate;
    std::string anonymous_owner;  ///< who calls when nothing at all was presented; empty: nobody may
  };
  explicit Dialect(Parts parts) : parts_(std::move(parts)) {}

  /// Notes whether the answer is CBOR: where Accept names it, and where the body is CBOR and Accept does not name JSON.
  void receive(const net::http::Request& request, http::Origin& origin) const override;
  std::string_view logger() const override { return "api.leases"; }
  Verdict admit(http::Call& call, Patience patience) const override;
  std::optional<identity::Caller> nobody() const override;
  /// {"result":"failure","code":…,"message":…}, or a text of CBOR.
  Form word(std::string& body, const http::Failure& failure) const override;
  std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal,
                                const http::Origin& origin) const override;
  Description description() const override;

 private:
  const Parts parts_;
};

/// Whether the caller is the owner of those without an identity, who operates nothing.
bool is_anonymous(const identity::Caller& caller);

}  // namespace jeton::api::leases
