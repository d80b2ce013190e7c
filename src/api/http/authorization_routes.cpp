#include "api/http/authorization_routes.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/arrowhead/grant_requests.hpp"
#include "api/arrowhead/policy_answers.hpp"
#include "api/arrowhead/policy_payloads.hpp"
#include "api/arrowhead/policy_requests.hpp"
#include "api/http/call.hpp"
#include "api/http/waiting.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
using authorization::GrantOutcome;
using openapi::schema;

void grant(Call& call, const AuthorizationParts& parts) {
  const auto request = json::read<arrowhead::GrantRequest>(call.request().body);
  if (call.failed(request)) return;
  auto wanted = arrowhead::check_grant(*request, call.caller().name, parts.names);
  if (call.failed(wanted)) return;
  auto wanted_still = still_wanted(call.origin(), parts.clock);
  parts.grant_policy(*std::move(wanted), call.now(), std::move(wanted_still),
                     [later = call.later()](base::Result<authorization::GrantedPolicy> granted) mutable {
                       if (later.failed(granted)) return;
                       std::string& out = answer_buffer();
                       json::append(out, arrowhead::policy_answer(granted->policy));
                       later.json(granted->outcome == GrantOutcome::kCreated ? 201 : 200, out);
                     });
}

void revoke(Call& call, const AuthorizationParts& parts) {
  call.set_error_origin(
      fmt::format("DELETE /consumerauthorization/authorization/revoke/{}", call.parameter("instanceId")));
  auto revocation = arrowhead::check_revoke(call.parameter("instanceId"), call.caller().name, parts.names);
  if (call.failed(revocation)) return;
  auto wanted_still = still_wanted(call.origin(), parts.clock);
  parts.revoke_policy(*std::move(revocation), call.now(), std::move(wanted_still),
                      [later = call.later()](base::Result<bool> removed) mutable {
                        if (!later.failed(removed)) later.empty(*removed ? 200 : 204);
                      });
}

void lookup(Call& call, const AuthorizationParts& parts) {
  const auto request = json::read<arrowhead::LookupRequest>(call.request().body);
  if (call.failed(request)) return;
  auto query = arrowhead::check_lookup(*request, call.caller().name, parts.names);
  if (call.failed(query)) return;
  on_worker(parts.workers, parts.clock, call.later(),
            [&find = parts.query_policies, query = *std::move(query)](Later& later) {
              const auto page = find(query);
              if (later.failed(page)) return;
              std::string& out = answer_buffer();
              json::append(out, arrowhead::policy_list_answer(page->rows, page->total));
              later.json(200, out);
            });
}

std::string_view boolean(bool value) {
  return value ? "true" : "false";
}

// The rare way: a metadata policy asks for what is not at hand.
void verify_later(Call& call, const AuthorizationParts& parts, const authorization::AccessRequest& access) {
  authorization::AccessQuestion question{.cloud = std::string(access.cloud),
                                         .provider = std::string(access.provider),
                                         .target_type = access.target_type,
                                         .target = std::string(access.target),
                                         .consumer = std::string(access.consumer),
                                         .scope = std::string(access.scope)};
  call.set_error_origin({});  // what fails from here on is the evaluation (4.3)
  on_worker(parts.askers, parts.clock, call.later(),
            [&authorizer = parts.authorizer, question = std::move(question)](Later& later) {
              const auto decision = authorizer.decide(question.view());
              if (!later.failed(decision)) later.json(200, boolean(decision->granted));
            });
}

// Answered from memory on the network thread; nothing here allocates when the names are normalized already.
void verify(Call& call, const AuthorizationParts& parts) {
  thread_local arrowhead::NameBuffers buffers;
  const auto request = json::read<arrowhead::VerifyRequest>(call.request().body);
  if (call.failed(request)) return;
  const auto access = arrowhead::check_verify(*request, call.caller().name, parts.names, buffers);
  if (call.failed(access)) return;
  const auto decision = parts.authorizer.decide_now(*access);
  if (!decision) return verify_later(call, parts, *access);
  if (!*decision) {
    call.set_error_origin({});
    return call.fail(decision->error());
  }
  call.json(200, boolean((*decision)->granted));
}

template <class Handle>
std::function<void(Call&)> with(const AuthorizationParts& parts, Handle handle) {
  return [parts, handle](Call& call) { handle(call, parts); };
}

Route route(net::http::Method method, std::string_view path, std::string_view operation, std::string_view summary) {
  Route out;
  out.method = method;
  out.path = fmt::format("/consumerauthorization/authorization{}", path);
  out.service = "authorization";
  out.operation = operation;
  if (method == net::http::Method::kPost) out.request_type = kJsonType;
  out.summary = summary;
  return out;
}

}  // namespace

void add_authorization_routes(Router& router, const AuthorizationParts& parts) {
  using net::http::Method;

  Route granting =
      route(Method::kPost, "/grant", "grant", "Publishes who may use one of the caller's services or event types.");
  granting.request_schema = schema<arrowhead::GrantRequest>();
  granting.answers = {
      {201, "Created.", schema<arrowhead::PolicyAnswer>()},
      {200, "The same policies are there already; the description is updated.", schema<arrowhead::PolicyAnswer>()},
      {400, "The request is not valid, or other policies stand for the target.", {}}};
  granting.handler = with(parts, grant);
  router.add(std::move(granting));

  Route revoking =
      route(Method::kDelete, "/revoke/{instanceId}", "revoke", "Removes one of the caller's own policy sets.");
  revoking.answers = {{200, "Removed.", {}},
                      {204, "There is no such policy set on provider level.", {}},
                      {400, "The instance id is malformed.", {}},
                      {403, "The policy set belongs to another system.", {}}};
  revoking.handler = with(parts, revoke);
  router.add(std::move(revoking));

  Route looking =
      route(Method::kPost, "/lookup", "lookup", "Lists the caller's own policy sets that match all filters.");
  looking.request_schema = schema<arrowhead::LookupRequest>();
  looking.answers = {{200, "All matches, by instance id.", schema<arrowhead::PolicyListAnswer>()},
                     {400, "The request is not valid.", {}}};
  looking.handler = with(parts, lookup);
  router.add(std::move(looking));

  Route verifying = route(Method::kPost, "/verify", "verify",
                          "Says whether a consumer may use a target; the caller is one of the two.");
  verifying.request_schema = schema<arrowhead::VerifyRequest>();
  verifying.answers = {{200, "true or false.", schema<bool>()},
                       {400, "The request is not valid, or a metadata policy cannot be evaluated.", {}},
                       {403, "The caller is neither the provider nor the consumer.", {}}};
  verifying.handler = with(parts, verify);
  router.add(std::move(verifying));
}

}  // namespace jeton::api::http
