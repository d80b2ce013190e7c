#include "api/leases/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "api/leases/cbor.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/writer.hpp"
#include "base/time_text.hpp"
#include "crypto/digest.hpp"
#include "leases/failure.hpp"

namespace jeton::api::leases {
namespace {

namespace json = base::json;
using model::Lease;
using model::LeaseState;

// The text form of an identity of the seed's clients (token-lease 1.2.1).
constexpr char kIdentityMark = 'I';
constexpr std::size_t kIdentityDigits = 64;

std::int64_t milliseconds(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::int64_t unix_seconds(base::Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

bool can_be_renewed(const Lease& lease) {
  return lease.state == LeaseState::kActive && lease.expires_at && *lease.expires_at < lease.hard_end;
}

LeaseBody body_of(const Lease& lease, std::string_view value) {
  LeaseBody body{.id = lease.handle.external_id,
                 .value = std::nullopt,
                 .ttl = milliseconds(lease.ttl),
                 .issued = lease.issued.empty() ? base::format_instant(lease.issued_at) : lease.issued,
                 .renewable = can_be_renewed(lease),
                 .tags = {},
                 .lease_id = lease.name,
                 .provider = lease.provider(),
                 .role = std::nullopt,
                 .owner = lease.owner(),
                 .expires = lease.expires_at,
                 .status = lease.state,
                 .max_ttl = milliseconds(lease.hard_end - lease.issued_at),
                 .username = std::nullopt,
                 .reason = std::nullopt,
                 .due = std::nullopt,
                 .error = std::nullopt};
  if (!value.empty()) body.value = value;
  if (!lease.role().empty()) body.role = lease.role();
  // A provider that knows the credential by the name that we gave it has made an account of that name.
  if (!body.id.empty() && lease.handle.external_id == lease.handle.label) body.username = body.id;
  if (lease.end != model::LeaseEnd::kNone) body.reason = lease.end;
  if (lease.state != LeaseState::kActive && !model::is_ended(lease.state)) {
    body.due = lease.due_at;
    if (!lease.last_error.empty()) body.error = lease.last_error;
  }
  return body;
}

void append_lease_answer(std::string& out, const Lease& lease, std::string_view value) {
  out += R"({"result":"success","lease":)";
  json::append(out, body_of(lease, value));
  out += '}';
}

std::uint8_t digit_of(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

crypto::Digest identity_of(std::string_view owner) {
  const std::string_view digits = owner.substr(std::min<std::size_t>(1, owner.size()));
  const bool is_identity = owner.starts_with(kIdentityMark) && digits.size() == kIdentityDigits &&
                           digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_identity) return crypto::sha256(owner);
  crypto::Digest bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes.at(i) = static_cast<std::uint8_t>(digit_of(digits[2 * i]) * 16 + digit_of(digits[2 * i + 1]));
  return bytes;
}

bool is_refused(const jeton::leases::RevokeLease::Outcome& outcome) {
  return outcome.lease.state == LeaseState::kIrrevocable;
}

std::string success_with(std::string_view members) {
  return fmt::format(R"({{"type":"object","required":["result"],"properties":{{"result":{{"const":"success"}}{}{}}}}})",
                     members.empty() ? "" : ",", members);
}

}  // namespace

void append_lease_answer(std::string& out, const jeton::leases::OwnedLease& lease) {
  append_lease_answer(out, lease.lease, lease.value.reveal());
}

void append_lease_answer(std::string& out, const Lease& lease) {
  append_lease_answer(out, lease, {});
}

void append_page_answer(std::string& out, const jeton::leases::LeasePage& page) {
  out += R"({"result":"success","leases":[)";
  for (const Lease& lease : page.leases) {
    if (out.back() != '[') out += ',';
    json::append(out, body_of(lease, {}));
  }
  out += ']';
  if (!page.next.empty()) {
    out += R"(,"cursor":)";
    json::append_text(out, page.next);
  }
  out += '}';
}

void append_success_answer(std::string& out) {
  out += R"({"result":"success"})";
}

void append_count_answer(std::string& out, std::int64_t count) {
  out += R"({"result":"success","count":)";
  json::append_integer(out, count);
  out += '}';
}

void append_counts_answer(std::string& out, const std::vector<CountBody>& counts,
                          std::optional<std::int64_t> remaining) {
  out += R"({"result":"success","counts":)";
  json::append(out, counts);
  if (remaining) {
    out += R"(,"remaining":)";
    json::append_integer(out, *remaining);
  }
  out += '}';
}

void append_providers_answer(std::string& out, const std::vector<ProviderBody>& providers) {
  out += R"({"result":"success","providers":)";
  json::append(out, providers);
  out += '}';
}

void append_later_answer(std::string& out, const jeton::leases::RevokeLease::Outcome& outcome) {
  out += R"({"result":"success","status":)";
  json::append_text(out, base::enum_text(is_refused(outcome) ? LeaseState::kIrrevocable : LeaseState::kRevoking));
  out += R"(,"message":)";
  json::append_text(out, not_confirmed(outcome).message);
  out += '}';
}

void append_failure_answer(std::string& out, const base::Error& error) {
  out += R"({"result":"failure","code":)";
  json::append_text(out, jeton::leases::word_of(error.code));
  out += R"(,"message":)";
  json::append_text(out, error.message);
  out += '}';
}

base::Error not_confirmed(const jeton::leases::RevokeLease::Outcome& outcome) {
  const bool refused = is_refused(outcome);
  return {refused ? base::ErrorCode::kExternalFault : base::ErrorCode::kExternal,
          fmt::format("the lease has ended here; its provider {}{}{}",
                      refused ? "refuses to take the credential back, and is asked again once a day"
                              : "has not taken the credential back yet and is asked until it does",
                      outcome.trouble.empty() ? "" : ": ", outcome.trouble),
          {}};
}

void append_lease_cbor(std::string& out, const Lease& lease, std::string_view value) {
  static constexpr std::uint64_t kMembers = 6;
  cbor::append_map(out, kMembers);
  cbor::append_integer(out, 1);
  cbor::append_text(out, lease.handle.external_id);
  cbor::append_integer(out, 2);
  cbor::append_bytes(out, identity_of(lease.owner()));
  cbor::append_integer(out, 3);
  cbor::append_integer(out, unix_seconds(lease.issued_at));
  cbor::append_integer(out, 4);
  cbor::append_integer(out, unix_seconds(lease.expires_at.value_or(lease.issued_at)));
  cbor::append_integer(out, 5);
  cbor::append_text(out, value);
  cbor::append_integer(out, 6);
  cbor::append_integer(out, lease.state == LeaseState::kActive ? 0 : 1);
}

void append_page_cbor(std::string& out, const jeton::leases::LeasePage& page) {
  cbor::append_array(out, page.leases.size());
  for (const Lease& lease : page.leases) append_lease_cbor(out, lease, {});
}

std::string lease_schema() {
  return success_with(fmt::format(R"("lease":{})", openapi::schema<LeaseBody>()));
}
std::string page_schema() {
  return success_with(fmt::format(R"("leases":{{"type":"array","items":{}}},"cursor":{{"type":"string"}})",
                                  openapi::schema<LeaseBody>()));
}
std::string success_schema() {
  return success_with("");
}
std::string count_schema() {
  return success_with(R"("count":{"type":"integer"})");
}
std::string counts_schema() {
  return success_with(
      fmt::format(R"("counts":{},"remaining":{{"type":"integer"}})", openapi::schema<std::vector<CountBody>>()));
}
std::string providers_schema() {
  return success_with(fmt::format(R"("providers":{})", openapi::schema<std::vector<ProviderBody>>()));
}
std::string later_schema() {
  return success_with(R"("status":{"enum":["revoking","irrevocable"]},"message":{"type":"string"})");
}

}  // namespace jeton::api::leases
