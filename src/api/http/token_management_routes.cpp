#include "api/http/token_management_routes.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "api/arrowhead/query_list.hpp"
#include "api/arrowhead/token_answers.hpp"
#include "api/arrowhead/token_payloads.hpp"
#include "api/arrowhead/token_requests.hpp"
#include "api/http/call.hpp"
#include "api/http/waiting.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
using openapi::schema;
using Parts = TokenManagementParts;

void generate_tokens(Call& call, const Parts& parts) {
  const auto parameter = call.query_value("unbound");
  if (call.failed(parameter)) return;
  const auto unbound = arrowhead::check_unbound(*parameter);
  if (call.failed(unbound)) return;
  const auto request = json::read<arrowhead::ManagementTokenGenerationListRequest>(call.request().body);
  if (call.failed(request)) return;
  const base::Instant now = call.now();
  auto checked = arrowhead::check_generations(*request, call.caller().name, now, parts.names);
  if (call.failed(checked)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.generate_tokens(std::move(checked->orders), *unbound, std::move(checked->requester), now, std::move(wanted),
                        [later = call.later()](const base::Result<std::vector<tokens::MintedToken>>& minted) mutable {
                          if (later.failed(minted)) return;
                          std::string& out = answer_buffer();
                          json::append(out, arrowhead::generation_list_answer(*minted));
                          later.json(201, out);
                        });
}

void query_tokens(Call& call, const Parts& parts) {
  const auto request = json::read<arrowhead::TokenQueryRequest>(call.request().body);
  if (call.failed(request)) return;
  auto query = arrowhead::check_token_query(*request, parts.page_size_max, parts.names);
  if (call.failed(query)) return;
  on_worker(parts.workers, parts.clock, call.later(),
            [&find = parts.query_tokens, query = *std::move(query)](Later& later) {
              const auto page = find(query);
              if (later.failed(page)) return;
              std::string& out = answer_buffer();
              json::append(out, arrowhead::token_list_answer(page->rows, page->total));
              later.json(200, out);
            });
}

void revoke_tokens(Call& call, const Parts& parts) {
  const auto given = arrowhead::query_list(call, "tokenReferences");
  if (call.failed(given)) return;
  if (!*given) return call.fail(base::invalid("the list tokenReferences is missing", "tokenReferences"));
  auto digests = arrowhead::check_references(**given);
  if (call.failed(digests)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.revoke_tokens(*std::move(digests), call.caller().name, call.now(), std::move(wanted),
                      [later = call.later()](const base::Result<std::size_t>& revoked) mutable {
                        if (!later.failed(revoked)) later.empty(200);
                      });
}

void add_encryption_keys(Call& call, const Parts& parts) {
  const auto request = json::read<arrowhead::ManagementEncryptionKeyListRequest>(call.request().body);
  if (call.failed(request)) return;
  auto orders = arrowhead::check_keys(*request, parts.names);
  if (!orders) {
    if (!orders.error().has_origin) call.set_error_origin({});
    return call.fail(orders.error().error);
  }
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.register_encryption_keys(
      *std::move(orders), call.caller().name, call.now(), std::move(wanted),
      [later = call.later()](const base::Result<tokens::RegisterEncryptionKeys::Keys>& keys) mutable {
        if (later.failed(keys)) return;
        std::string& out = answer_buffer();
        json::append(out, arrowhead::key_list_answer(*keys));
        later.json(201, out);
      });
}

void remove_encryption_keys(Call& call, const Parts& parts) {
  const auto given = arrowhead::query_list(call, "systemNames");
  if (call.failed(given)) return;
  if (!*given) return call.fail(base::invalid("the list systemNames is missing", "systemNames"));
  auto systems = arrowhead::check_key_owners(**given, parts.names);
  if (call.failed(systems)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.remove_encryption_keys(*std::move(systems), call.caller().name, call.now(), std::move(wanted),
                               [later = call.later()](const base::Result<std::size_t>& removed) mutable {
                                 if (!later.failed(removed)) later.empty(200);
                               });
}

template <class Handle>
std::function<void(Call&)> with(const Parts& parts, Handle handle) {
  return [parts, handle](Call& call) { handle(call, parts); };
}

Route route(net::http::Method method, std::string_view path, std::string_view operation, std::string_view summary) {
  Route out;
  out.method = method;
  out.path = fmt::format("/consumerauthorization/authorization/mgmt/token{}", path);
  out.service = "authorizationTokenManagement";
  out.operation = operation;
  out.access = Access::kManagement;
  if (method == net::http::Method::kPost) out.request_type = kJsonType;
  out.summary = summary;
  return out;
}

void add_key_routes(Router& router, const Parts& parts) {
  using net::http::Method;

  Route adding = route(Method::kPost, "/encryption-key", "add-encryption-keys",
                       "Registers encryption keys of providers, all or none.");
  adding.request_schema = schema<arrowhead::ManagementEncryptionKeyListRequest>();
  adding.answers = {{201, "Registered, in the order of the request, with the initial vectors for CBC.",
                     schema<arrowhead::EncryptionKeyListAnswer>()},
                    {400, "A key is missing or too short, a system is named twice, or an algorithm is unknown.", {}}};
  adding.handler = with(parts, add_encryption_keys);
  router.add(std::move(adding));

  Route removing =
      route(Method::kDelete, "/encryption-key", "remove-encryption-keys", "Withdraws encryption keys of providers.");
  removing.query = {{"systemNames", "Names of the providers; those without a key are passed over.", true, true}};
  removing.answers = {{200, "None of them has a key any more.", {}},
                      {400, "A name is not valid, or there is none.", {}}};
  removing.handler = with(parts, remove_encryption_keys);
  router.add(std::move(removing));
}

}  // namespace

void add_token_management_routes(Router& router, const TokenManagementParts& parts) {
  using net::http::Method;

  Route generating =
      route(Method::kPost, "/generate", "generate-tokens", "Issues tokens for any consumers, all in one write.");
  generating.query = {{"unbound",
                       "true: do not ask the policies; for systems on tokens.unbounded-generation-whitelist.", false,
                       false}};
  generating.request_schema = schema<arrowhead::ManagementTokenGenerationListRequest>();
  generating.answers = {
      {201, "Issued; what no policy grants is left out.", schema<arrowhead::TokenListAnswer>()},
      {400, "The request is not valid, or a JSON web token was asked of a server without a signing key.", {}},
      {403, "The caller may not generate unbound.", {}}};
  generating.handler = with(parts, generate_tokens);
  router.add(std::move(generating));

  Route querying =
      route(Method::kPost, "/query", "query-tokens", "Lists the records of tokens that match all filters, by pages.");
  querying.request_schema = schema<arrowhead::TokenQueryRequest>();
  querying.answers = {{200, "One page, and the number of all matches; without the tokens themselves.",
                       schema<arrowhead::TokenListAnswer>()},
                      {400, "The request is not valid.", {}}};
  querying.handler = with(parts, query_tokens);
  router.add(std::move(querying));

  Route revoking = route(Method::kDelete, "/revoke", "revoke-tokens", "Ends tokens at once, by their references.");
  revoking.query = {{"tokenReferences", "References of tokens; unknown ones are passed over.", true, true}};
  revoking.answers = {{200, "None of them is good any more.", {}},
                      {400, "There is no reference, or one is blank.", {}}};
  revoking.handler = with(parts, revoke_tokens);
  router.add(std::move(revoking));
  add_key_routes(router, parts);
}

}  // namespace jeton::api::http
