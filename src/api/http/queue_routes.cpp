#include "api/http/queue_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "api/http/call.hpp"
#include "api/http/queue_route.hpp"
#include "api/http/waiting.hpp"
#include "api/message_queue/answers.hpp"
#include "api/message_queue/dialect.hpp"
#include "api/message_queue/requests.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"

namespace jeton::api::http {
namespace {

namespace mq = message_queue;
using net::http::Method;
using queues::Use;

// What 0.5.0's clients know how to read has four members; what else there is to say of a message goes into fields.
void answer_message(Respondent& respondent, int status, const model::Message& message) {
  std::string& out = answer_buffer();
  mq::append_message_response(out, message);
  const std::string attempts = fmt::to_string(message.attempts);
  const std::string until = message.due_at ? base::format_instant(*message.due_at) : std::string{};
  const std::array<net::http::Field, 2> fields = {
      {{"X-Queue-Attempts", attempts},
       {message.state == model::MessageState::kHeld ? "X-Queue-Held-Until" : "X-Queue-Ready-At", until}}};
  respondent.answer({.status = status,
                     .content_type = kJsonType,
                     .body = out,
                     .fields = std::span(fields).first(message.due_at ? 2 : 1)});
}

void answer_messages(Respondent& respondent, int status, std::span<const model::Message> messages) {
  std::string& out = answer_buffer();
  mq::append_messages_response(out, messages);
  respondent.json(status, out);
}

// 4, and the same for several.
void publish(Call& call, const QueueParts& parts, base::Result<std::vector<queues::NewMessage>> read, bool several) {
  if (call.rejected(read)) return;
  auto checked = queues::check(*read, parts.bounds);
  if (call.rejected(checked)) return;
  std::set<std::string> sub_queues;
  for (const queues::NewMessage& message : *read) sub_queues.insert(message.sub_queue);
  const auto may = [&access = parts.access, credential = mq::credential_of(call),
                    sub_queues = std::move(sub_queues)]() -> base::Status {
    for (const std::string& name : sub_queues) {
      if (auto allowed = access.check(credential, name, Use::kPublish); !allowed) return allowed;
    }
    return {};
  };
  if (call.failed(may())) return;
  const base::Instant now = call.now();
  // Asked again when its turn comes: a sub-queue may have been restricted meanwhile.
  auto wanted = [in_time = still_wanted(call.origin(), parts.clock), may]() mutable -> base::Status {
    if (auto still = in_time(); !still) return still;
    return may();
  };
  std::string actor = mq::actor_of(call);
  parts.publish(*std::move(read), std::move(actor), now, std::move(wanted),
                [later = call.later(), several](base::Result<std::vector<model::Message>> published) mutable {
                  if (later.failed(published)) return;
                  several ? answer_messages(later, 201, *published) : answer_message(later, 201, published->front());
                });
}

base::Result<std::optional<base::Duration>> visibility_of(const Call& call, const QueueParts& parts) {
  auto given = mq::duration(call, "visibility", mq::kMessageSpanMax);
  if (!given) return given;
  if (!*given) return parts.visibility;
  return **given == base::Duration::zero() ? std::nullopt : *given;  // as in the configuration: no end
}

queues::MessageRequest request_of(const Call& call, std::optional<std::string> assigned_to) {
  return {.uuid = std::string(call.parameter("uuid")),
          .assigned_to = std::move(assigned_to),
          .credential = mq::credential_of(call),
          .actor = mq::actor_of(call)};
}

// 7
void assign(Call& call, const QueueParts& parts) {
  auto assigned_to = mq::required_text(call, "assignedTo");
  if (call.rejected(assigned_to) || call.rejected(queues::check_assignee(*assigned_to))) return;
  const auto visibility = visibility_of(call, parts);
  if (call.rejected(visibility)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  auto request = request_of(call, *std::move(assigned_to));
  parts.assign(std::move(request), *visibility, call.now(), std::move(wanted),
               [later = call.later()](const base::Result<std::optional<queues::Assign::Outcome>>& outcome) mutable {
                 if (later.failed(outcome)) return;
                 if (!*outcome) return later.empty(204);
                 answer_message(later, (*outcome)->assigned == queues::Assigned::kNow ? 200 : 202, (*outcome)->message);
               });
}

// 8
void release(Call& call, const QueueParts& parts) {
  auto assigned_to = mq::text(call, "assignedTo");
  if (call.rejected(assigned_to)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  auto request = request_of(call, *std::move(assigned_to));
  parts.release(std::move(request), call.now(), std::move(wanted),
                [later = call.later()](const base::Result<std::optional<queues::Release::Outcome>>& outcome) mutable {
                  if (later.failed(outcome)) return;
                  if (!*outcome) return later.empty(204);
                  answer_message(later, (*outcome)->released == queues::Released::kNow ? 200 : 202,
                                 (*outcome)->message);
                });
}

// 6
void remove_one(Call& call, const QueueParts& parts) {
  auto assigned_to = mq::text(call, "assignedTo");
  if (call.rejected(assigned_to)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  auto request = request_of(call, *std::move(assigned_to));
  parts.remove({request.uuid}, request, call.now(), std::move(wanted),
               [later = call.later()](const base::Result<std::vector<std::string>>& removed) mutable {
                 if (!later.failed(removed)) later.empty(removed->empty() ? 204 : 200);
               });
}

void remove_several(Call& call, const QueueParts& parts) {
  auto uuids = call.query_values("uuid");
  if (call.rejected(uuids)) return;
  if (uuids->empty() || uuids->size() > base::limits::kMessagesPerBatchMax) {
    return call.reject(base::invalid(fmt::format("query parameter 'uuid' is given {} times; expected 1 to {} times",
                                                 uuids->size(), base::limits::kMessagesPerBatchMax)));
  }
  auto assigned_to = mq::text(call, "assignedTo");
  if (call.rejected(assigned_to)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  parts.remove(*std::move(uuids),
               {.uuid = {},
                .assigned_to = *std::move(assigned_to),
                .credential = mq::credential_of(call),
                .actor = mq::actor_of(call)},
               call.now(), std::move(wanted),
               [later = call.later()](const base::Result<std::vector<std::string>>& removed) mutable {
                 if (later.failed(removed)) return;
                 std::string& out = answer_buffer();
                 out += R"({"deleted":)";
                 mq::append_texts(out, *removed);
                 out += '}';
                 later.json(200, out);
               });
}

/// How `next` was asked: for one message or, with `count`, for several, in another envelope.
struct NextQuestion {
  queues::NextRequest request;
  std::optional<base::Duration> wait;
  bool several = false;
};

base::Result<NextQuestion> read_next(const Call& call, const QueueParts& parts) {
  auto sub_queue = mq::required_text(call, "subQueue");
  if (!sub_queue) return base::failure(sub_queue.error());
  auto assigned_to = mq::required_text(call, "assignedTo");
  if (!assigned_to) return base::failure(assigned_to.error());
  if (const auto fits = queues::check_assignee(*assigned_to); !fits) return base::failure(fits.error());
  const auto visibility = visibility_of(call, parts);
  if (!visibility) return base::failure(visibility.error());
  const auto count = mq::count(call, "count", static_cast<std::int64_t>(base::limits::kMessagesPerBatchMax));
  if (!count) return base::failure(count.error());
  const auto wait = mq::duration(call, "wait", base::limits::kLongPollSecondsMax);
  if (!wait) return base::failure(wait.error());
  return NextQuestion{.request = {.sub_queue = *std::move(sub_queue),
                                  .assigned_to = *std::move(assigned_to),
                                  .visibility = *visibility,
                                  .count_max = static_cast<std::size_t>(count->value_or(1)),
                                  .actor = mq::actor_of(call)},
                      .wait = *wait,
                      .several = count->has_value()};
}

void answer_next(Later& later, const base::Result<std::vector<model::Message>>& taken, bool several) {
  if (later.failed(taken)) return;
  if (several) return answer_messages(later, 200, *taken);
  taken->empty() ? later.empty(204) : answer_message(later, 200, taken->front());
}

// A wait ends with the token that it was begun with.
base::Tick end_of_wait(const Call& call, const queues::Credential& credential, base::Duration wait) {
  const base::Tick until = call.request().received + wait;
  if (!credential || !credential->ends) return until;
  const base::Duration left = *credential->ends - call.now();
  const base::Tick tick = call.tick();  // later than that: the token has ended by then
  return until - tick < left ? until : tick + left;
}

// 9
void next(Call& call, const QueueParts& parts) {
  auto question = read_next(call, parts);
  if (call.rejected(question)) return;
  const queues::Credential credential = mq::credential_of(call);
  if (call.failed(parts.access.check(credential, question->request.sub_queue, Use::kConsume))) return;
  const bool several = question->several;
  const base::Duration wait = question->wait.value_or(base::Duration::zero());
  const base::Tick until = end_of_wait(call, credential, wait);
  // A message is not taken for a client that is gone, nor long after the time that it gave.
  const auto later = std::make_shared<Later>(call.later());
  const bool waits = wait != base::Duration::zero();
  auto wanted = [later, waits, &access = parts.access, credential, sub_queue = question->request.sub_queue,
                 last = until + parts.request_time_max, &clock = parts.clock]() -> base::Status {
    // Who ends its side while it waits for something that may never come has gone.
    if (!later->open() || (waits && later->peer_ended()) || clock.monotonic() >= last)
      return base::failure(base::unavailable("nobody waits for this message any more"));
    if (auto believed = queues::expect_not_ended(credential, clock.wall()); !believed) return believed;
    return access.check(credential, sub_queue, Use::kConsume);  // it may have been restricted meanwhile
  };
  auto done = [later, several, waits, credential,
               &clock = parts.clock](const base::Result<std::vector<model::Message>>& taken) {
    // Nobody is there to be told of a failure, and it is none.
    if (!taken && waits && (!later->open() || later->peer_ended())) return later->empty(204);
    // That there is nothing is for who may know it.
    if (taken && taken->empty() && later->failed(queues::expect_not_ended(credential, clock.wall()))) return;
    answer_next(*later, taken, several);
  };
  if (!waits) return parts.next(std::move(question->request), parts.clock.wall(), std::move(wanted), std::move(done));
  parts.waiting.wait(std::move(question->request), until, std::move(wanted), std::move(done));
}

// 13
void clear(Call& call, const QueueParts& parts) {
  auto sub_queue = mq::text(call, "subQueue");
  if (call.rejected(sub_queue)) return;
  auto wanted = still_wanted(call.origin(), parts.clock);
  queues::Clear::Request request{
      .sub_queue = *std::move(sub_queue), .credential = mq::credential_of(call), .actor = mq::actor_of(call)};
  parts.clear(std::move(request), call.now(), std::move(wanted),
              [later = call.later()](const base::Result<queues::Clear::Outcome>& outcome) mutable {
                if (!later.failed(outcome)) later.empty(*outcome == queues::Clear::Outcome::kAll ? 204 : 206);
              });
}

template <class Handle>
std::function<void(Call&)> with(const QueueParts& parts, Handle handle) {
  return [parts, handle](Call& call) { handle(call, parts); };
}

const QueryParameter kVisibility{"visibility", "How long the message is held, such as 30s; then it is ready again."};
const QueryParameter kAssignee{"assignedTo", "Who holds the message."};
const QueryParameter kAssigneeRequired{"assignedTo", "Who shall hold it.", true};
const QueryParameter kDelay{"delay", "How long it waits before it is handed out, such as 30s."};
const QueryParameter kTtl{"ttl", "How long it lives, such as 1h."};

}  // namespace

void add_queue_routes(Router& router, const QueueParts& parts) {
  Route entry = queue_route(Method::kPost, "/queue/entry", "publish", "Puts a message into a sub-queue.");
  entry.request_type = kJsonType;
  entry.request_schema = mq::entry_schema();
  entry.query = {kDelay, kTtl};
  entry.answers = {{201, "kept", mq::message_schema()}};
  entry.handler = [parts](Call& call) { publish(call, parts, mq::read_entry(call), false); };
  router.add(std::move(entry));

  Route entries = queue_route(Method::kPost, "/queue/entries", "publish-several", "Puts several in, all or none.");
  entries.request_type = kJsonType;
  entries.request_schema = mq::entries_schema();
  entries.query = {kDelay, kTtl};
  entries.answers = {{201, "all are kept", mq::messages_schema()}};
  entries.handler = [parts](Call& call) { publish(call, parts, mq::read_entries(call), true); };
  router.add(std::move(entries));

  Route one = queue_route(Method::kDelete, "/queue/entry/{uuid}", "delete", "Removes a message.");
  one.answer_type.clear();
  one.query = {kAssignee};
  one.answers = {{200, "removed", {}}, {204, "there is no such message", {}}};
  one.handler = with(parts, remove_one);
  router.add(std::move(one));

  Route several = queue_route(Method::kDelete, "/queue/entries", "delete-several", "Removes several, all or none.");
  several.query = {{"uuid", "Which ones; may be repeated.", true, true}, kAssignee};
  several.answers = {{200, "the uuids of those that were there", {}}};
  several.handler = with(parts, remove_several);
  router.add(std::move(several));

  Route assigning = queue_route(Method::kPut, "/queue/entry/{uuid}/assign", "assign", "Makes somebody its holder.");
  assigning.query = {kAssigneeRequired, kVisibility};
  assigning.answers = {{200, "held now", mq::message_schema()},
                       {202, "held by the same before", mq::message_schema()},
                       {204, "there is no such message", {}}};
  assigning.handler = with(parts, assign);
  router.add(std::move(assigning));

  Route releasing = queue_route(Method::kPut, "/queue/entry/{uuid}/release", "release", "Gives a held message back.");
  releasing.query = {kAssignee};
  releasing.answers = {{200, "free now", mq::message_schema()},
                       {202, "free before", mq::message_schema()},
                       {204, "there is no such message", {}}};
  releasing.handler = with(parts, release);
  router.add(std::move(releasing));

  Route taking = queue_route(Method::kPut, "/queue/next", "next", "Hands out the oldest message that is ready.");
  taking.query = {{"subQueue", "Of which sub-queue.", true},
                  kAssigneeRequired,
                  kVisibility,
                  {"count", "How many at most; the answer is then a list."},
                  {"wait", "How long to wait for one, such as 20s."}};
  taking.answers = {{200, "held by who asked", mq::message_schema()}, {204, "none is ready", {}}};
  taking.handler = with(parts, next);
  router.add(std::move(taking));

  Route clearing = queue_route(Method::kDelete, "/queue/keys", "clear", "Empties a sub-queue, or all of them.");
  clearing.query = {{"subQueue", "Which one; all that the caller may clear without it."}};
  clearing.answers = {{204, "emptied", {}}, {206, "some are closed to the caller and kept their messages", {}}};
  clearing.handler = with(parts, clear);
  router.add(std::move(clearing));
}

}  // namespace jeton::api::http
