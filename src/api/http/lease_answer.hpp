// The answer to one request about leases, in the form that was asked for: REST with statuses, as JSON or CBOR, or a
// message, whose status is always 200 (token-lease 1.1.3, 1.2.1, 1.4).
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "api/http/call.hpp"
#include "leases/list_leases.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/who.hpp"

namespace jeton::api::http {

/// Given once, from any thread. Dropped unanswered it is a failure of this server, see Later.
class LeaseAnswer {
 public:
  enum class Form : std::uint8_t { kRest, kMessage, kFramedMessage };
  /// REST is CBOR where the request's dialect noted so.
  LeaseAnswer(Later later, Form form) : later_(std::move(later)), form_(form) {}

  const Origin& origin() const { return later_.origin(); }

  void fail(const base::Error& error);
  template <class T>
  bool failed(const base::Result<T>& result) {
    if (!result) fail(result.error());
    return !result;
  }

  /// With the secret, if it is in there.
  void lease(int status, const jeton::leases::OwnedLease& lease);
  void page(const jeton::leases::LeasePage& page);
  /// What became of revoking `which`. One that nobody knows is no failure of a message; one that its provider has not
  /// confirmed is (A6).
  void revoked(const jeton::leases::RevokeLease::Outcome& outcome, const jeton::leases::LeaseRef& which);
  void count(std::int64_t count);
  /// An answer that is JSON in every form.
  void json(int status, std::string_view body);

 private:
  bool is_cbor() const;
  void success();

  Later later_;
  const Form form_;
};

using SharedLeaseAnswer = std::shared_ptr<LeaseAnswer>;

}  // namespace jeton::api::http
