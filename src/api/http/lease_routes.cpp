#include "api/http/lease_routes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/leases/answers.hpp"
#include "api/leases/bounded_json.hpp"
#include "api/leases/cbor.hpp"
#include "api/leases/dialect.hpp"
#include "api/leases/requests.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

namespace core = jeton::leases;
namespace json = base::json;
namespace wire = api::leases;
using base::failure;
using base::invalid;
using base::Result;
using net::http::Method;
using Operations = LeaseOperations;

SharedLeaseAnswer answer_of(Call& call) {
  return std::make_shared<LeaseAnswer>(call.later(), LeaseAnswer::Form::kRest);
}

/// The members of the body, JSON or CBOR alike; none where it may be left out and is.
Result<json::Object> body_of(const Call& call) {
  const std::string_view body = call.request().body;
  if (body.empty() && call.origin().route->body_optional) return json::Object{};
  const std::string_view type = middleware::media_type(call.request().field("Content-Type"));
  if (!base::equals_ignoring_case(type, wire::kCborType)) return wire::read_object(body);
  const auto value = wire::cbor::decode(body);
  if (!value) return failure(value.error());
  const auto* object = value->as<json::Object>();
  if (object == nullptr) return failure(invalid("request must be an object"));
  return *object;
}

/// The first value of a query parameter; empty when it is absent.
Result<std::string> query_text(const Call& call, std::string_view name) {
  auto value = call.query_value(name);
  if (!value) return failure(value.error());
  std::string text = std::move(*value).value_or(std::string{});
  if (const auto good = wire::check_text(text, name, base::limits::kLeaseTextBytesMax); !good)
    return failure(good.error());
  return text;
}

/// The lease that the path and the parameter `provider` name.
Result<core::LeaseRef> which_of(const Call& call) {
  auto provider = query_text(call, "provider");
  if (!provider) return failure(provider.error());
  return wire::check_id(call.parameter("id"), *std::move(provider));
}

// The header and the member are the same thing; both must not differ.
base::Status take_idempotency_header(const Call& call, wire::CreateRequest& request) {
  constexpr std::string_view kName = "Idempotency-Key";
  const std::string_view sent = base::trim(call.request().field(kName));
  if (sent.empty()) return {};
  if (!base::is_utf8(sent)) return failure(invalid("Idempotency-Key is not UTF-8", std::string(kName)));
  if (const auto good = wire::check_text(sent, kName, base::limits::kLeaseTextBytesMax); !good) return good;
  if (!request.idempotency_key.empty() && request.idempotency_key != sent)
    return failure(invalid("Idempotency-Key and idempotency_key differ", std::string(kName)));
  request.idempotency_key = sent;
  return {};
}

void create(Call& call, const Operations& operations) {
  const auto body = body_of(call);
  if (call.failed(body)) return;
  auto request = wire::read_create(*body);
  if (call.failed(request) || call.failed(take_idempotency_header(call, *request))) return;
  operations.run(answer_of(call), call.caller(), *std::move(request));
}

base::Status read_page(const Call& call, core::LeaseFilter& filter) {
  auto cursor = query_text(call, "cursor");
  if (!cursor) return failure(cursor.error());
  filter.cursor = *std::move(cursor);
  const auto limit = query_text(call, "limit");
  if (!limit) return failure(limit.error());
  if (limit->empty()) return {};
  const char* end = limit->data() + limit->size();
  const auto [stop, problem] = std::from_chars(limit->data(), end, filter.limit);
  if (problem != std::errc{} || stop != end)
    return failure(invalid(fmt::format("limit must be an integer, not {}", base::shown(*limit)), "limit"));
  return {};
}

base::Status read_choice(const Call& call, core::LeaseFilter& filter) {
  const auto status = query_text(call, "status");
  if (!status) return failure(status.error());
  if (!status->empty()) {
    const auto state = wire::read_status(*status);
    if (!state) return failure(state.error());
    filter.state = *state;
  }
  const auto due = query_text(call, "due");
  if (!due) return failure(due.error());
  if (!due->empty() && *due != "true" && *due != "false")
    return failure(invalid(fmt::format("due must be true or false, not {}", base::shown(*due)), "due"));
  filter.due_only = *due == "true";
  return {};
}

Result<wire::ListRequest> read_list(const Call& call) {
  wire::ListRequest request;
  core::LeaseFilter& filter = request.filter;
  for (auto [name, member] :
       {std::pair("owner", &filter.owner), {"provider", &filter.provider}, {"prefix", &filter.prefix}}) {
    auto text = query_text(call, name);
    if (!text) return failure(text.error());
    if (!text->empty()) *member = *std::move(text);
  }
  if (const auto read = read_choice(call, filter); !read) return failure(read.error());
  if (const auto read = read_page(call, filter); !read) return failure(read.error());
  return request;
}

void list(Call& call, const Operations& operations) {
  auto request = read_list(call);
  if (!call.failed(request)) operations.run(answer_of(call), call.caller(), *std::move(request));
}

void get(Call& call, const Operations& operations) {
  auto which = which_of(call);
  if (!call.failed(which)) operations.run(answer_of(call), call.caller(), wire::GetRequest{*std::move(which)});
}

void revoke(Call& call, const Operations& operations) {
  auto which = which_of(call);
  if (!call.failed(which)) operations.run(answer_of(call), call.caller(), wire::RevokeRequest{*std::move(which)});
}

void renew(Call& call, const Operations& operations) {
  auto which = which_of(call);
  if (call.failed(which)) return;
  const auto body = body_of(call);
  if (call.failed(body)) return;
  const auto increment = wire::read_increment(*body);
  if (call.failed(increment)) return;
  operations.run(answer_of(call), call.caller(), wire::RenewRequest{*std::move(which), *increment});
}

void abandon(Call& call, const Operations& operations) {
  auto which = which_of(call);
  if (call.failed(which)) return;
  const auto body = body_of(call);
  if (call.failed(body)) return;
  auto reason = wire::read_reason(*body);
  if (call.failed(reason)) return;
  operations.run(answer_of(call), call.caller(), wire::AbandonRequest{*std::move(which), *std::move(reason)});
}

void revoke_many(Call& call, const Operations& operations) {
  const auto body = body_of(call);
  if (call.failed(body)) return;
  auto request = wire::read_revoke_many(*body);
  if (!call.failed(request)) operations.run(answer_of(call), call.caller(), *std::move(request));
}

void release(Call& call, const Operations& operations) {
  const auto body = body_of(call);
  if (call.failed(body)) return;
  auto request = wire::read_release(*body);
  if (!call.failed(request)) operations.run(answer_of(call), call.caller(), *std::move(request));
}

void counts(Call& call, const Operations& operations) {
  auto prefix = query_text(call, "prefix");
  if (!call.failed(prefix)) operations.counts(answer_of(call), call.caller(), *std::move(prefix));
}

void providers(Call& call, const Operations& operations) {
  operations.providers(answer_of(call), call.caller());
}

const QueryParameter kProvider{"provider", "Which of several leases with this id is meant: the provider's name."};

Route route(Method method, std::string path, std::string_view operation, std::string summary) {
  Route out;
  out.method = method;
  out.path = std::move(path);
  out.service = wire::kService;
  out.operation = operation;
  out.summary = std::move(summary);
  return out;
}

/// A route that reads a body, as JSON or as CBOR.
Route reading(Route out, std::string schema) {
  out.request_type = kJsonType;
  out.also_reads = {std::string(wire::kCborType)};
  out.request_schema = std::move(schema);
  return out;
}

std::string object_schema(std::string_view properties) {
  return fmt::format(R"({{"type":"object","properties":{{{}}}}})", properties);
}

constexpr std::string_view kCreateMembers =
    R"("provider":{"type":"string"},"role":{"type":"string"},"ttl":{"type":"integer","description":"milliseconds"},)"
    R"("options":{"type":"object","description":"what the provider needs"},"idempotency_key":{"type":"string"})";
constexpr std::string_view kIncrementMembers =
    R"("increment":{"type":"integer","description":"milliseconds from now"})";
constexpr std::string_view kReasonMembers = R"("reason":{"type":"string"})";
constexpr std::string_view kSelectionMembers =
    R"("prefix":{"type":"string"},"owner":{"type":"string"},"provider":{"type":"string"})";
constexpr std::string_view kReleaseMembers =
    R"("id":{"type":"string"},"all":{"type":"boolean"},"prefix":{"type":"string"},"owner":{"type":"string"},)"
    R"("provider":{"type":"string"})";

Route creating() {
  Route out = reading(route(Method::kPost, "/leases", Operations::kCreate,
                            "Has a provider make a credential for the caller, for a time."),
                      object_schema(kCreateMembers));
  out.body_optional = true;
  out.answers = {{201, "The lease with its secret.", wire::lease_schema()},
                 {200, "The living lease of the same Idempotency-Key.", wire::lease_schema()},
                 {403, "No policy lets the caller lease from this provider in this role.", {}},
                 {429, "A quota is used up.", {}},
                 {502, "The provider refuses.", {}},
                 {503, "The provider is away, or this server cannot write.", {}},
                 {504, "The provider gave no sure answer; what it made is taken back.", {}}};
  return out;
}

Route listing() {
  Route out =
      route(Method::kGet, "/leases", Operations::kList, "Lists the caller's leases; an operator sees everybody's.");
  out.query = {{"owner", "Only those of this owner; for operators."},
               {"provider", "Only those of this provider."},
               {"prefix", "Only those whose lease_id begins so."},
               {"status", "Only those in this state; else those that live, for operators all that have not ended."},
               {"due", "true: only those that are to be taken back by now."},
               {"limit", fmt::format("At most so many, 1 to {}; {} without it.", core::kLeasesPerPageMax,
                                     core::kLeasesPerPageByDefault)},
               {"cursor", "What the page before gave as cursor."}};
  out.answers = {{200, "Oldest first, without secrets.", wire::page_schema()}};
  return out;
}

Route getting() {
  Route out = route(Method::kGet, "/leases/{id}", Operations::kGet,
                    "Shows a lease, with its secret to its owner. The id is the provider's or the lease_id.");
  out.query = {kProvider};
  out.answers = {{200, "The lease.", wire::lease_schema()}, {404, "The caller has no such lease.", {}}};
  return out;
}

Route revoking() {
  Route out = route(Method::kDelete, "/leases/{id}", Operations::kRevoke, "Takes a lease back before its time.");
  out.query = {kProvider};
  out.answers = {{200, "Taken back, now or before.", wire::success_schema()},
                 {202, "It has ended here; its provider is asked until it confirms.", wire::later_schema()},
                 {404, "The caller never had such a lease.", {}}};
  return out;
}

Route renewing() {
  Route out = reading(
      route(Method::kPost, "/leases/{id}/renew", Operations::kRenew,
            "Moves the end of a lease to `increment` from now, at most to its hard end; without one by its ttl."),
      object_schema(kIncrementMembers));
  out.body_optional = true;
  out.query = {kProvider};
  out.answers = {{200, "The lease as it is now.", wire::lease_schema()},
                 {404, "The caller has no such lease.", {}},
                 {409, "It cannot be renewed any more.", {}}};
  return out;
}

Route abandoning() {
  Route out = reading(route(Method::kPost, "/leases/{id}/abandon", Operations::kAbandon,
                            "Gives a lease up whose provider refuses to take it back; it may still work there."),
                      object_schema(kReasonMembers));
  out.access = Access::kManagement;
  out.query = {kProvider};
  out.answers = {{200, "Given up.", wire::lease_schema()},
                 {404, "There is no such lease.", {}},
                 {409, "It has ended already.", {}}};
  return out;
}

Route revoking_many() {
  Route out = reading(route(Method::kPost, "/leases/revoke", Operations::kRevokeMany,
                            "Ends all leases of a selection at once; who is no operator ends its own only."),
                      object_schema(kSelectionMembers));
  out.answers = {{200, "So many have ended; their providers are asked now.", wire::count_schema()}};
  return out;
}

Route releasing() {
  Route out = reading(route(Method::kPost, "/leases/release", Operations::kRelease,
                            "Lets revocations go that leases.hold-revocations holds."),
                      object_schema(kReleaseMembers));
  out.access = Access::kManagement;
  out.answers = {{200, "So many were let go.", wire::count_schema()}};
  return out;
}

Route counting() {
  Route out = route(Method::kGet, "/leases/counts", Operations::kCounts,
                    "Counts leases that count against quotas, by provider, and for operators by owner and role.");
  out.query = {
      {"prefix", "For operators: `remaining` of the answer says how many of these are still to be taken back."}};
  out.answers = {{200, "The counts.", wire::counts_schema()}};
  return out;
}

Route telling_providers() {
  Route out = route(Method::kGet, "/leases/providers", Operations::kProviders, "Lists the configured providers.");
  out.answers = {{200, "The providers.", wire::providers_schema()}};
  return out;
}

}  // namespace

void add_lease_routes(Router& router, const std::shared_ptr<const LeaseOperations>& operations) {
  const auto add = [&](Route made, void (*handle)(Call&, const Operations&)) {
    made.handler = [operations, handle](Call& call) { handle(call, *operations); };
    router.add(std::move(made));
  };
  add(creating(), create);
  add(listing(), list);
  add(counting(), counts);
  add(telling_providers(), providers);
  add(revoking_many(), revoke_many);
  add(releasing(), release);
  add(getting(), get);
  add(revoking(), revoke);
  add(renewing(), renew);
  add(abandoning(), abandon);
}

}  // namespace jeton::api::http
