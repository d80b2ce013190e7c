#include "api/http/authorization_management_routes.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/arrowhead/grant_requests.hpp"
#include "api/arrowhead/policy_answers.hpp"
#include "api/arrowhead/policy_payloads.hpp"
#include "api/arrowhead/policy_requests.hpp"
#include "api/arrowhead/query_list.hpp"
#include "api/http/call.hpp"
#include "api/http/waiting.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
using authorization::AccessQuestion;
using openapi::schema;
using Parts = AuthorizationManagementParts;

void answer_policies(Respondent& respondent, int status, const std::vector<model::PolicySet>& sets,
                     std::int64_t count) {
  std::string& out = answer_buffer();
  json::append(out, arrowhead::policy_list_answer(sets, count));
  respondent.json(status, out);
}

void grant_policies(Call& call, const Parts& parts) {
  const auto request = json::read<arrowhead::ManagementGrantListRequest>(call.request().body);
  if (call.failed(request)) return;
  auto wanted = arrowhead::check_grants(*request, call.caller().name, parts.names);
  if (call.failed(wanted)) return;
  auto wanted_still = still_wanted(call.origin(), parts.clock);
  parts.grant_policies(*std::move(wanted), call.now(), std::move(wanted_still),
                       [later = call.later()](base::Result<std::vector<model::PolicySet>> granted) mutable {
                         if (later.failed(granted)) return;
                         answer_policies(later, 201, *granted, static_cast<std::int64_t>(granted->size()));
                       });
}

void revoke_policies(Call& call, const Parts& parts) {
  const auto given = arrowhead::query_list(call, "instanceIds");
  if (call.failed(given)) return;
  if (!*given) return call.fail(base::invalid("the list instanceIds is missing", "instanceIds"));
  auto ids = arrowhead::check_revocations(**given, parts.names);
  if (call.failed(ids)) return;
  auto wanted_still = still_wanted(call.origin(), parts.clock);
  parts.revoke_policies(*std::move(ids), call.caller().name, call.now(), std::move(wanted_still),
                        [later = call.later()](base::Result<std::size_t> removed) mutable {
                          if (!later.failed(removed)) later.empty(200);
                        });
}

void query_policies(Call& call, const Parts& parts) {
  const auto request = json::read<arrowhead::QueryRequest>(call.request().body);
  if (call.failed(request)) return;
  auto query = arrowhead::check_query(*request, parts.page_size_max, parts.names);
  if (call.failed(query)) return;
  on_worker(parts.workers, parts.clock, call.later(),
            [&find = parts.query_policies, query = *std::move(query)](Later& later) {
              const auto page = find(query);
              if (!later.failed(page)) answer_policies(later, 200, page->rows, page->total);
            });
}

void answer_questions(Respondent& respondent, const std::vector<AccessQuestion>& questions,
                      const base::Result<std::vector<bool>>& granted) {
  if (respondent.failed(granted)) return;
  std::string& out = answer_buffer();
  json::append(out, arrowhead::verify_list_answer(questions, *granted));
  respondent.json(200, out);
}

void check_policies(Call& call, const Parts& parts) {
  const auto request = json::read<arrowhead::VerifyListRequest>(call.request().body);
  if (call.failed(request)) return;
  auto questions = arrowhead::check_questions(*request, parts.names);
  if (call.failed(questions)) return;
  call.set_error_origin({});  // what fails from here on is the evaluation (4.3)
  if (const auto granted = parts.check_policies.decide_now(*questions))
    return answer_questions(call, *questions, *granted);
  on_worker(parts.askers, parts.clock, call.later(),
            [&check = parts.check_policies, questions = *std::move(questions)](Later& later) {
              answer_questions(later, questions, check.decide(questions));
            });
}

template <class Handle>
std::function<void(Call&)> with(const Parts& parts, Handle handle) {
  return [parts, handle](Call& call) { handle(call, parts); };
}

Route route(net::http::Method method, std::string_view path, std::string_view operation, std::string_view summary) {
  Route out;
  out.method = method;
  out.path = fmt::format("/consumerauthorization/authorization/mgmt{}", path);
  out.service = "authorizationManagement";
  out.operation = operation;
  out.access = Access::kManagement;
  if (method == net::http::Method::kPost) out.request_type = kJsonType;
  out.summary = summary;
  return out;
}

}  // namespace

void add_authorization_management_routes(Router& router, const AuthorizationManagementParts& parts) {
  using net::http::Method;

  Route granting = route(Method::kPost, "/grant", "grant-policies",
                         "Grants management-level policies for any provider, all or none.");
  granting.request_schema = schema<arrowhead::ManagementGrantListRequest>();
  granting.answers = {{201, "Created, in the order of the request.", schema<arrowhead::PolicyListAnswer>()},
                      {400, "The request is not valid, or a target has management-level policies already.", {}}};
  granting.handler = with(parts, grant_policies);
  router.add(std::move(granting));

  Route revoking = route(Method::kDelete, "/revoke", "revoke-policies",
                         "Removes policy sets of both levels; unknown ids are passed over.");
  revoking.query = {{"instanceIds", "Policy instance ids.", true, true}};
  revoking.answers = {{200, "None of them is there any more.", {}}, {400, "An id is malformed, or there is none.", {}}};
  revoking.handler = with(parts, revoke_policies);
  router.add(std::move(revoking));

  Route querying = route(Method::kPost, "/query", "query-policies",
                         "Lists the policy sets of a level that match all filters, by pages.");
  querying.request_schema = schema<arrowhead::QueryRequest>();
  querying.answers = {{200, "One page, and the number of all matches.", schema<arrowhead::PolicyListAnswer>()},
                      {400, "The request is not valid.", {}}};
  querying.handler = with(parts, query_policies);
  router.add(std::move(querying));

  Route checking =
      route(Method::kPost, "/check", "check-policies", "Says for each of many consumers whether it may use a target.");
  checking.request_schema = schema<arrowhead::VerifyListRequest>();
  checking.answers = {{200, "One answer a question, in their order.", schema<arrowhead::VerifyListAnswer>()},
                      {400, "The request is not valid, or a metadata policy cannot be evaluated.", {}}};
  checking.handler = with(parts, check_policies);
  router.add(std::move(checking));
}

}  // namespace jeton::api::http
