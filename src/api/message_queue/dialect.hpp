// How the family of MessageQueue's paths speaks: bearer tokens of sub-queues, correlation ids, two shapes of errors
// (message-queue 1, 5 and 6).
#pragma once
#include <string>
#include <string_view>

#include "api/http/dialect.hpp"
#include "identity/admission.hpp"
#include "queues/access.hpp"
#include "queues/access_tokens.hpp"

namespace jeton::api::message_queue {

/// The service and operation that policies name to let somebody restrict sub-queues.
inline constexpr std::string_view kService = "messageQueue";
inline constexpr std::string_view kRestrictOperation = "restrict";

class Dialect final : public http::Dialect {
 public:
  struct Parts {
    const queues::Access& access;
    const queues::AccessTokens& tokens;
    /// Judges who may restrict a sub-queue; null: everybody may, as in the original.
    const identity::Admission* guard = nullptr;
  };
  explicit Dialect(const Parts& parts) : parts_(parts) {}

  std::string_view echo_field() const override { return "X-Correlation-Id"; }
  void receive(const net::http::Request& request, http::Origin& origin) const override;
  /// After a bearer token was verified the caller is named after its sub-queue; see credential_of().
  Verdict admit(http::Call& call, Patience patience) const override;
  Form word(std::string& body, const http::Failure& failure) const override;
  std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal,
                                const http::Origin& origin) const override;
  base::Error unknown_path(const net::http::Request& request) const override;
  base::Error wrong_method(const net::http::Request& request, std::string_view allowed) const override;
  base::Error unsupported_body(const net::http::Request& request, const http::Route& route) const override;
  base::Error unacceptable_answer(const net::http::Request& request, const http::Route& route) const override;
  bool reads_forms() const override { return true; }
  Description description() const override;

 private:
  Verdict admit_to_restrict(http::Call& call, Patience patience) const;

  const Parts parts_;
};

/// The scope of a caller who is not known by a token of a sub-queue but was admitted to restrict any.
inline constexpr std::string_view kGuardedScope = "restrict";

/// Who calls, as the rules of queues know it.
queues::Credential credential_of(const http::Call& call);
/// Who calls, for events and audit lines.
std::string actor_of(const http::Call& call);

}  // namespace jeton::api::message_queue
