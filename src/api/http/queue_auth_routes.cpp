#include "api/http/queue_auth_routes.hpp"

#include <optional>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/queue_route.hpp"
#include "api/http/waiting.hpp"
#include "api/message_queue/answers.hpp"
#include "api/message_queue/dialect.hpp"
#include "api/message_queue/requests.hpp"
#include "base/json/writer.hpp"
#include "base/log.hpp"
#include "queues/message_rules.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
namespace mq = message_queue;
using model::RestrictionMode;
using net::http::Method;
using queues::TokenScope;

constexpr std::string_view kTokenSchema =
    R"({"type":"object","properties":{"subQueue":{"type":"string"},"token":{"type":"string"}}})";

// 15
void list_restricted(Call& call, const QueueAuthParts& parts) {
  if (parts.access.mode() == RestrictionMode::kNone) return call.empty(204);
  std::string& out = answer_buffer();
  mq::append_texts(out, parts.restricted.names());
  call.json(200, out);
}

void answer_token(Respondent& respondent, std::string_view sub_queue, const base::Secret& token) {
  std::string& out = answer_buffer();
  out += R"({"subQueue":)";
  json::append_text(out, sub_queue);
  out += R"(,"token":)";
  json::append_text(out, token.reveal());
  out += '}';
  respondent.json(201, out);
}

base::Result<TokenScope> scope_of(const Call& call) {
  const auto scope = mq::text(call, "scope");
  if (!scope) return base::failure(scope.error());
  if (const auto known = queues::scope_from(scope->value_or(""))) return *known;
  return base::failure(base::invalid("query parameter 'scope' must be publish or consume"));
}

// A token for less than everything, from who may do everything there. The handlers of /auth answer without a body.
void give_confined_token(Call& call, const QueueAuthParts& parts, const std::string& sub_queue, TokenScope scope) {
  const bool guarded = call.caller().scope == mq::kGuardedScope;
  if (!guarded && !queues::is_owner_of(mq::credential_of(call), sub_queue)) return call.empty(403);
  if (!parts.restricted.contains(sub_queue)) return call.empty(409);
  const auto token = parts.tokens.make(sub_queue, scope);
  if (!token) return call.empty(500);
  base::log::info("audit", "confined token of a sub-queue given",
                  {{"caller", mq::actor_of(call)}, {"sub-queue", sub_queue}});
  answer_token(call, sub_queue, *token);
}

// 16. The token is made before the restriction is kept, so that none is ever kept whose token nobody got.
void restrict(Call& call, const QueueAuthParts& parts) {
  if (parts.access.mode() == RestrictionMode::kNone) return call.empty(204);
  std::string sub_queue(call.parameter("subQueue"));
  if (call.rejected(queues::check_sub_queue(sub_queue))) return;
  const auto scope = scope_of(call);
  if (call.rejected(scope)) return;
  if (*scope != TokenScope::kEverything) return give_confined_token(call, parts, sub_queue, *scope);
  if (parts.access.is_guarded_by_another(sub_queue)) return call.empty(409);
  auto token = parts.tokens.make(sub_queue, TokenScope::kEverything);
  if (!token) return call.empty(500);
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.restrict(sub_queue, mq::actor_of(call), call.now(), std::move(wanted),
                 [later = call.later(), sub_queue, token = *std::move(token)](const base::Result<bool>& done) mutable {
                   if (!done) return later.empty(500);
                   *done ? answer_token(later, sub_queue, token) : later.empty(409);
                 });
}

// 17
void lift(Call& call, const QueueAuthParts& parts) {
  const auto clear = mq::boolean(call, "clearQueue", false);
  if (call.rejected(clear)) return;
  if (parts.access.mode() == RestrictionMode::kNone) return call.empty(202);
  std::string sub_queue(call.parameter("subQueue"));
  if (!queues::is_owner_of(mq::credential_of(call), sub_queue)) return call.empty(403);
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.lift(std::move(sub_queue), *clear, mq::actor_of(call), call.now(), std::move(wanted),
             [later = call.later()](const base::Result<bool>& done) mutable {
               if (!done) return later.empty(500);
               later.empty(*done ? 200 : 204);
             });
}

// 18
void settings(Call& call, const QueueAuthParts& parts) {
  std::string& out = answer_buffer();
  json::append(out, parts.settings);
  call.json(200, out);
}

template <class Handle>
Route auth_route(Method method, std::string path, std::string operation, std::string summary,
                 const QueueAuthParts& parts, Handle handle) {
  Route route = queue_route(method, std::move(path), std::move(operation), std::move(summary));
  route.access = Access::kAnonymous;
  route.handler = [parts, handle](Call& call) { handle(call, parts); };
  return route;
}

}  // namespace

void add_queue_auth_routes(Router& router, const QueueAuthParts& parts) {
  Route list =
      auth_route(Method::kGet, "/auth", "list-restricted", "The restricted sub-queues.", parts, list_restricted);
  list.answers = {{200, "their names", {}}, {204, "none can be restricted", {}}};
  router.add(std::move(list));

  Route restricting = auth_route(Method::kPost, "/auth/{subQueue}", std::string(mq::kRestrictOperation),
                                 "Restricts a sub-queue to who has its token.", parts, restrict);
  restricting.query = {{"scope", "publish or consume: a token for only that, of a sub-queue that is restricted."}};
  restricting.answers = {{201, "restricted now; the token", std::string(kTokenSchema)},
                         {204, "none can be restricted", {}},
                         {409, "restricted before", {}}};
  router.add(std::move(restricting));

  Route lifting = auth_route(Method::kDelete, "/auth/{subQueue}", "lift-restriction",
                             "Lifts a restriction; takes the sub-queue's token.", parts, lift);
  lifting.access = Access::kAuthenticated;
  lifting.query = {{"clearQueue", "Whether the messages go with it."}};
  lifting.answers = {{200, "lifted", {}},
                     {202, "none can be restricted", {}},
                     {204, "it was not restricted", {}},
                     {403, "not your token", {}}};
  router.add(std::move(lifting));

  Route telling = auth_route(Method::kGet, "/settings", "settings",
                             "What the replaced system would say of its settings.", parts, settings);
  telling.answers = {{200, "names and values", {}}};
  router.add(std::move(telling));
}

}  // namespace jeton::api::http
