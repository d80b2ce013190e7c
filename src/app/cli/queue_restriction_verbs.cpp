// jeton queue clear, restrict, unrestrict. What is wrong is said by the status alone where the path is /auth.
#include <fmt/format.h>

#include "app/cli/api.hpp"
#include "app/cli/queue_wire.hpp"
#include "app/cli/verbs.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

std::string auth_path(std::string_view sub_queue) {
  return fmt::format("/auth/{}", base::percent_encode(sub_queue));
}

ExitCode nothing_is_restricted(Output& output) {
  return output.fail({ExitCode::kFailed, "this server restricts no sub-queues",
                      "who runs it sets queues.restriction-mode to HYBRID or RESTRICTED"});
}

Failure failure_to_restrict(const QueueRestrict& options, const QueueApi::Response& response, Failure otherwise) {
  const bool confined = !options.scope.empty();
  if (response.status == 409 && confined) {
    otherwise.message = fmt::format("{} is not restricted", base::shown(options.sub_queue));
    otherwise.advice = fmt::format("restrict it first: jeton queue restrict {}", options.sub_queue);
  } else if (response.status == 409) {
    otherwise.message =
        fmt::format("{} is restricted already, and its token is given only once", base::shown(options.sub_queue));
    otherwise.advice = "who has the token can confine another with --scope, or unrestrict the sub-queue";
  } else if (response.status == 403 && response.body.empty()) {
    otherwise.message = "a token with a scope is given to who has the sub-queue's own";
    otherwise.advice = "give that with --token or JETON_QUEUE_TOKEN";
  } else if (response.status == 401 || response.status == 403) {
    otherwise.advice =
        "a server that other machines reach wants the name of an operator, --as NAME; one on loopback wants none";
  }
  return otherwise;
}

}  // namespace

ExitCode clear_queue(const QueueClear& options, QueueApi& api, Output& output) {
  const auto response =
      api.call({.method = "DELETE", .path = with_query("/queue/keys", {{"subQueue", options.sub_queue}}), .body = {}});
  if (!response) return output.fail(response.error());
  if (response->status == 206) {
    return output.fail({ExitCode::kNotPermitted, "restricted sub-queues kept their messages; all others are empty now",
                        "clear each with its token: jeton queue clear SUB-QUEUE --token TOKEN"});
  }
  if (!output.json())
    output.line(options.sub_queue.empty() ? "cleared every sub-queue" : fmt::format("cleared {}", options.sub_queue));
  return ExitCode::kDone;
}

ExitCode restrict_queue(const QueueRestrict& options, QueueApi& api, Output& output) {
  const QueueApi::Request request{.method = "POST",
                                  .path = with_query(auth_path(options.sub_queue), {{"scope", options.scope}}),
                                  .body = {},
                                  .names_caller = true};
  const auto response = api.exchange(request);
  if (!response) return output.fail(response.error());
  if (response->status == 204) return nothing_is_restricted(output);
  if (response->status != 201)
    return output.fail(failure_to_restrict(options, *response, api.failure_of(request, *response)));
  const auto answer = read_answer<wire::QueueTokenAnswer>(response->body);
  if (!answer) return output.fail(answer.error());
  if (output.json()) {
    output.raw_line(response->body);
    return ExitCode::kDone;
  }
  output.line(answer->token);
  output.note(options.scope.empty()
                  ? fmt::format("{} is for who has this token now; it is not given again", options.sub_queue)
                  : fmt::format("a token of {} that can only {}", options.sub_queue, options.scope));
  return ExitCode::kDone;
}

ExitCode unrestrict_queue(const QueueUnrestrict& options, QueueApi& api, Output& output) {
  const QueueApi::Request request{
      .method = "DELETE",
      .path = with_query(auth_path(options.sub_queue), {{"clearQueue", options.clear ? "true" : ""}}),
      .body = {}};
  const auto response = api.exchange(request);
  if (!response) return output.fail(response.error());
  if (response->status == 202) return nothing_is_restricted(output);
  if (response->status == 403 && response->body.empty()) {
    return output.fail({ExitCode::kNotPermitted, "a restriction is lifted by who has the sub-queue's own token",
                        "give it with --token or JETON_QUEUE_TOKEN"});
  }
  if (response->status != 200 && response->status != 204) return output.fail(api.failure_of(request, *response));
  if (!output.json()) {
    output.verdict(
        true, response->status == 200 ? "open to everybody" : "was not restricted",
        fmt::format(": {}{}", options.sub_queue, response->status == 200 && options.clear ? ", and empty" : ""));
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
