#include "api/http/token_routes.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "api/arrowhead/requester.hpp"
#include "api/arrowhead/token_answers.hpp"
#include "api/arrowhead/token_payloads.hpp"
#include "api/arrowhead/token_requests.hpp"
#include "api/http/call.hpp"
#include "api/http/waiting.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "tokens/public_key.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
using openapi::schema;
using Answer = tokens::VerifyToken::Verification::Answer;

void generate(Call& call, const TokenParts& parts) {
  const auto request = json::read<arrowhead::TokenGenerationRequest>(call.request().body);
  if (call.failed(request)) return;
  auto order = arrowhead::check_generation(*request, call.caller().name, parts.names);
  if (call.failed(order)) return;
  std::string caller = order->consumer;
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.generate_token(*std::move(order), std::move(caller), call.now(), std::move(wanted),
                       [later = call.later()](base::Result<tokens::MintedToken> minted) mutable {
                         if (later.failed(minted)) return;
                         std::string& out = answer_buffer();
                         json::append(out, arrowhead::generation_answer(*minted));
                         later.json(201, out);
                       });
}

void answer_verification(Respondent& respondent, const tokens::IndexedToken* token) {
  if (token == nullptr) return respondent.json(200, R"({"verified":false})");
  std::string& out = answer_buffer();
  json::append(out, arrowhead::verified_answer(*token));
  respondent.json(200, out);
}

// Answered from memory on the network thread, unless a use has to be taken. Errors name the path with `{token}` in it,
// never the token (Q13), because that is how the route spells it.
void verify(Call& call, const TokenParts& parts) {
  thread_local std::string buffer;
  const auto question = arrowhead::check_verification(call.parameter("token"), call.caller().name, parts.names, buffer);
  if (call.failed(question)) return;
  const base::Instant now = call.now();
  const auto found = parts.verify_token.check(question->token, question->provider, now);
  if (call.failed(found)) return;
  if (found->answer != Answer::kTakesUse)
    return answer_verification(call, found->answer == Answer::kVerified ? &found->token : nullptr);
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.verify_token.take_use(found->token, now, std::move(wanted),
                              [later = call.later(), token = found->token](const base::Result<bool>& used) mutable {
                                if (!later.failed(used)) answer_verification(later, *used ? &token : nullptr);
                              });
}

void get_public_key(Call& call, const TokenParts& parts) {
  const auto key = tokens::public_key(parts.signing_key);
  if (!call.failed(key)) call.text(200, *key);
}

void register_encryption_key(Call& call, const TokenParts& parts) {
  const auto request = json::read<arrowhead::EncryptionKeyRequest>(call.request().body);
  if (call.failed(request)) return;
  auto order = arrowhead::check_key(*request, call.caller().name, parts.names);
  if (!order) {
    if (!order.error().has_origin) call.set_error_origin({});
    return call.fail(order.error().error);
  }
  std::string caller = order->system;
  std::vector<tokens::EncryptionKeyOrder> orders;
  orders.push_back(*std::move(order));
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.register_encryption_keys(
      std::move(orders), std::move(caller), call.now(), std::move(wanted),
      [later = call.later()](const base::Result<tokens::RegisterEncryptionKeys::Keys>& keys) mutable {
        if (!later.failed(keys)) later.text(201, arrowhead::key_additive(*keys->front()));
      });
}

void unregister_encryption_key(Call& call, const TokenParts& parts) {
  std::string buffer;
  const auto requester = arrowhead::check_requester(call.caller().name, parts.names, buffer);
  if (call.failed(requester)) return;
  const std::string caller(*requester);
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.remove_encryption_keys({caller}, caller, call.now(), std::move(wanted),
                               [later = call.later()](const base::Result<std::size_t>& removed) mutable {
                                 if (!later.failed(removed)) later.empty(*removed != 0 ? 200 : 204);
                               });
}

template <class Handle>
std::function<void(Call&)> with(const TokenParts& parts, Handle handle) {
  return [parts, handle](Call& call) { handle(call, parts); };
}

Route route(net::http::Method method, std::string_view path, std::string_view operation, std::string_view summary) {
  Route out;
  out.method = method;
  out.path = fmt::format("/consumerauthorization/authorization-token{}", path);
  out.service = "authorizationToken";
  out.operation = operation;
  if (method == net::http::Method::kPost) out.request_type = kJsonType;
  out.summary = summary;
  return out;
}

Route verifying(std::string_view path, const TokenParts& parts) {
  Route out = route(net::http::Method::kGet, path, "verify",
                    "Says whether a token that was presented to the caller is good, and whose it is.");
  out.answers = {{200, "Good or not. Verifying a usage-limited token takes one use.",
                  schema<arrowhead::TokenVerificationAnswer>()},
                 {400, "The token is self-contained: its provider reads it.", {}}};
  out.handler = with(parts, verify);
  return out;
}

void add_verify_routes(Router& router, const TokenParts& parts) {
  router.add(verifying("/token/verify/{token}", parts));
  // The path of the public documentation, and what a client makes that takes the registered path literally (5.6).
  for (const std::string_view alias : {"/verify/{token}", "/token/verify/%7Btoken%7D/{token}"}) {
    Route out = verifying(alias, parts);
    out.documented = false;
    router.add(std::move(out));
  }
}

void add_key_routes(Router& router, const TokenParts& parts) {
  using net::http::Method;

  Route reading = route(Method::kGet, "/public-key", "get-public-key",
                        "The key with which JSON web tokens of this server are checked.");
  reading.answer_type = kTextType;
  reading.answers = {{200, "Base64 of the DER SubjectPublicKeyInfo, as text.", {}},
                     {404, "This server has no signing key.", {}}};
  reading.handler = with(parts, get_public_key);
  router.add(std::move(reading));

  Route registering = route(Method::kPost, "/encryption-key", "register-encryption-key",
                            "Self-contained tokens for the caller are encrypted with this key from now on.");
  registering.answer_type = kTextType;
  registering.request_schema = schema<arrowhead::EncryptionKeyRequest>();
  registering.answers = {{201, "For CBC the initial vector of all later tokens as base64 text, for ECB nothing.", {}},
                         {400, "The key is missing or too short, or the algorithm is unknown.", {}}};
  registering.handler = with(parts, register_encryption_key);
  router.add(std::move(registering));

  Route unregistering =
      route(Method::kDelete, "/encryption-key", "unregister-encryption-key", "Withdraws the caller's encryption key.");
  unregistering.answers = {{200, "Removed.", {}}, {204, "The caller had none.", {}}};
  unregistering.handler = with(parts, unregister_encryption_key);
  router.add(std::move(unregistering));
}

}  // namespace

void add_token_routes(Router& router, const TokenParts& parts) {
  Route generating = route(net::http::Method::kPost, "/generate", "generate",
                           "Issues a token with which the caller may use a target of a provider.");
  generating.request_schema = schema<arrowhead::TokenGenerationRequest>();
  generating.answers = {
      {201, "Issued; a former token of the same consumer, target and scope has ended.",
       schema<arrowhead::TokenGenerationAnswer>()},
      {400, "The request is not valid, or a JSON web token was asked of a server without a signing key.", {}},
      {403, "No policy grants the target to the caller.", {}}};
  generating.handler = with(parts, generate);
  router.add(std::move(generating));
  add_verify_routes(router, parts);
  add_key_routes(router, parts);
}

}  // namespace jeton::api::http
