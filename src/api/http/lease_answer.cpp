#include "api/http/lease_answer.hpp"

#include <array>
#include <string>

#include "api/leases/answers.hpp"
#include "api/leases/dialect.hpp"
#include "api/leases/framing.hpp"
#include "leases/lease_records.hpp"

namespace jeton::api::http {
namespace {

namespace wire = api::leases;
using jeton::leases::Revoked;

constexpr int kDone = 200;  // of CBOR, whatever was done (token-lease 1.2.2)
constexpr int kAccepted = 202;

}  // namespace

bool LeaseAnswer::is_cbor() const {
  return form_ == Form::kRest && origin().answer_type == wire::kCborType;
}

void LeaseAnswer::json(int status, std::string_view body) {
  if (form_ == Form::kRest) return later_.json(status, body);
  if (form_ == Form::kMessage) return later_.json(200, body);
  std::string framed;
  wire::append_bare_string(framed, body);
  later_.answer({.status = 200, .content_type = wire::kFramedType, .body = framed, .fields = {}});
}

void LeaseAnswer::fail(const base::Error& error) {
  if (form_ == Form::kRest) return later_.fail(error);
  std::string body;
  wire::append_failure_answer(body, error);
  if (form_ == Form::kMessage)
    return later_.fail_as(error, {.status = 200, .content_type = kJsonType, .body = body, .fields = {}});
  std::string framed;
  wire::append_bare_string(framed, body);
  later_.fail_as(error, {.status = 200, .content_type = wire::kFramedType, .body = framed, .fields = {}});
}

void LeaseAnswer::lease(int status, const jeton::leases::OwnedLease& lease) {
  std::string& out = answer_buffer();
  if (is_cbor()) {
    wire::append_lease_cbor(out, lease.lease, lease.value.reveal());
    return later_.answer({.status = kDone, .content_type = wire::kCborType, .body = out, .fields = {}});
  }
  wire::append_lease_answer(out, lease);
  json(status, out);
}

// A list of CBOR has no room for the cursor.
void LeaseAnswer::page(const jeton::leases::LeasePage& page) {
  std::string& out = answer_buffer();
  if (is_cbor()) {
    wire::append_page_cbor(out, page);
    const std::array<net::http::Field, 1> fields = {{{"X-Lease-Next", page.next}}};
    return later_.answer({.status = 200,
                          .content_type = wire::kCborType,
                          .body = out,
                          .fields = std::span(fields).first(page.next.empty() ? 0 : 1)});
  }
  wire::append_page_answer(out, page);
  json(200, out);
}

void LeaseAnswer::success() {
  if (is_cbor()) return later_.empty(200);
  std::string& out = answer_buffer();
  wire::append_success_answer(out);
  json(200, out);
}

void LeaseAnswer::revoked(const jeton::leases::RevokeLease::Outcome& outcome, const jeton::leases::LeaseRef& which) {
  const bool is_message = form_ != Form::kRest;
  if (outcome.revoked == Revoked::kUnknown && !is_message) return fail(jeton::leases::no_such_lease(which));
  if (outcome.revoked != Revoked::kLater) return success();
  if (is_message) return fail(wire::not_confirmed(outcome));
  if (is_cbor()) return later_.empty(kAccepted);
  std::string& out = answer_buffer();
  wire::append_later_answer(out, outcome);
  json(kAccepted, out);
}

void LeaseAnswer::count(std::int64_t count) {
  std::string& out = answer_buffer();
  wire::append_count_answer(out, count);
  json(200, out);
}

}  // namespace jeton::api::http
