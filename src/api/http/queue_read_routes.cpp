#include <fmt/format.h>

#include <utility>

#include "api/http/call.hpp"
#include "api/http/queue_route.hpp"
#include "api/http/queue_routes.hpp"
#include "api/http/waiting.hpp"
#include "api/message_queue/answers.hpp"
#include "api/message_queue/dialect.hpp"
#include "api/message_queue/requests.hpp"
#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"
#include "queues/assignment_rules.hpp"
#include "queues/message_change.hpp"
#include "store/transaction.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
namespace mq = message_queue;
using base::failure;
using net::http::Method;
using queues::Use;

/// Reads the store on a worker, and answers with what `read(snapshot, out)` appended to `out`.
template <class Read>
void answer_read(Call& call, const QueueParts& parts, Read read) {
  on_worker(parts.workers, parts.clock, call.later(), [&store = parts.store, read = std::move(read)](Later& later) {
    std::string out;
    const auto status = store.read([&](const store::Snapshot& snapshot) -> base::Status {
      out.clear();
      return read(snapshot, out);
    });
    if (!later.failed(status)) later.json(200, out);
  });
}

// 1: no body, whatever is the matter.
void healthcheck(Call& call, const QueueParts& parts) {
  call.empty(parts.store.health() ? 200 : 500);
}

// 2
void count_all(Call& call, const QueueParts& parts) {
  answer_read(call, parts, [](const store::Snapshot& snapshot, std::string& out) -> base::Status {
    const auto depth = snapshot.sub_queues().depth();
    if (!depth) return failure(depth.error());
    json::append_integer(out, *depth);
    return {};
  });
}

// 3
void count_one(Call& call, const QueueParts& parts) {
  std::string name(call.parameter("subQueue"));
  if (call.failed(parts.access.check(mq::credential_of(call), name, Use::kConsume))) return;
  answer_read(call, parts, [name = std::move(name)](const store::Snapshot& snapshot, std::string& out) -> base::Status {
    const auto found = snapshot.sub_queues().find(name);
    if (!found) return failure(found.error());
    json::append_integer(out, *found ? (*found)->depth : 0);
    return {};
  });
}

// 5
void read_entry(Call& call, const QueueParts& parts) {
  queues::MessageRequest request{.uuid = std::string(call.parameter("uuid")),
                                 .assigned_to = {},
                                 .credential = mq::credential_of(call),
                                 .actor = {}};
  const base::Instant now = call.now();
  on_worker(parts.workers, parts.clock, call.later(),
            [&store = parts.store, &access = parts.access, request = std::move(request), now](Later& later) {
              std::optional<model::Message> message;
              const auto status = store.read([&](const store::Snapshot& snapshot) -> base::Status {
                auto found = queues::find_for(snapshot, access, request, now);
                if (!found) return failure(found.error());
                message = *std::move(found);
                return {};
              });
              if (later.failed(status)) return;
              if (!message) return later.empty(204);
              std::string& out = answer_buffer();
              mq::append_message_response(out, *message);
              later.json(200, out);
            });
}

/// A list of messages under the bounds of one answer: past them it is refused rather than cut short.
class MessageLister {
 public:
  MessageLister(std::string& out, mq::Payload payload, base::Instant now) : out_(out), payload_(payload), now_(now) {}

  /// Appends the messages as a JSON array. With a limit at most so many; next() says whether there may be more.
  base::Status append(const store::Snapshot& snapshot, store::MessageList wanted, std::optional<std::int64_t> limit) {
    wanted.now = now_;
    wanted.count_max = limit.value_or(static_cast<std::int64_t>(base::limits::kMessagesPerListMax) + 1);
    std::int64_t read = 0;
    out_ += '[';
    auto status = snapshot.messages().list(wanted, [&](model::Message&& message) -> base::Status {
      next_ = ++read == limit ? message.id : model::MessageId{};
      if (out_.back() != '[') out_ += ',';
      mq::append_message(out_, message, payload_);
      return ++count_ <= base::limits::kMessagesPerListMax && out_.size() <= base::limits::kListBytesMax
                 ? base::Status{}
                 : too_long();
    });
    out_ += ']';
    return status;
  }
  model::MessageId next() const { return next_; }

 private:
  static base::Status too_long() {
    return failure(base::Error{
        base::ErrorCode::kTooLarge,
        fmt::format("there are more than {} messages or {} bytes to list; ask for pages of one sub-queue with limit "
                    "and after",
                    base::limits::kMessagesPerListMax, base::limits::kListBytesMax),
        {}});
  }

  std::string& out_;
  const mq::Payload payload_;
  const base::Instant now_;
  std::size_t count_ = 0;
  model::MessageId next_;
};

/// Which messages of one sub-queue a list shows.
struct ListQuestion {
  std::string sub_queue;
  std::optional<std::string> assigned_to;
  std::optional<std::int64_t> limit;
  std::int64_t after = 0;
  mq::Payload payload = mq::Payload::kShown;
};

base::Status read_page(const Call& call, ListQuestion& question) {
  const auto limit = mq::count(call, "limit", static_cast<std::int64_t>(base::limits::kMessagesPerListMax));
  if (!limit) return failure(limit.error());
  const auto after = mq::cursor(call, "after");
  if (!after) return failure(after.error());
  question.limit = *limit;
  question.after = *after;
  return {};
}

// One sub-queue's messages between `head` and `tail`; the field X-Queue-Next says where another page begins.
void answer_page(Call& call, const QueueParts& parts, ListQuestion question, std::string head, std::string_view tail) {
  const base::Instant now = call.now();
  on_worker(
      parts.workers, parts.clock, call.later(),
      [&store = parts.store, question = std::move(question), head = std::move(head), tail, now](Later& later) {
        std::string out;
        model::MessageId next;
        const auto status = store.read([&](const store::Snapshot& snapshot) -> base::Status {
          out = head;
          MessageLister lister(out, question.payload, now);
          const auto appended = lister.append(snapshot,
                                              {.sub_queue = question.sub_queue,
                                               .assigned_to = question.assigned_to,
                                               .after = {question.after},
                                               .count_max = 0},
                                              question.limit);
          next = lister.next();
          return appended;
        });
        if (later.failed(status)) return;
        out += tail;
        const std::string cursor = fmt::to_string(next.value);
        const std::array<net::http::Field, 1> fields = {{{"X-Queue-Next", cursor}}};
        later.answer(
            {.status = 200, .content_type = kJsonType, .body = out, .fields = std::span(fields).first(next ? 1 : 0)});
      });
}

// 10 without a sub-queue: what the caller may see of all that have messages.
void list_all(Call& call, const QueueParts& parts, mq::Payload payload) {
  const queues::Credential credential = mq::credential_of(call);
  const base::Instant now = call.now();
  answer_read(call, parts,
              [&access = parts.access, credential, payload, now](const store::Snapshot& snapshot,
                                                                 std::string& out) -> base::Status {
                const auto all = snapshot.sub_queues().all();
                if (!all) return failure(all.error());
                MessageLister lister(out, payload, now);
                out += '{';
                for (const model::SubQueue& sub_queue : *all) {
                  if (sub_queue.depth == 0 || !access.allows(credential, sub_queue.name, Use::kConsume)) continue;
                  if (out.size() > 1) out += ',';
                  json::append_text(out, sub_queue.name);
                  out += ':';
                  const auto status = lister.append(
                      snapshot, {.sub_queue = sub_queue.name, .assigned_to = {}, .after = {}, .count_max = 0}, {});
                  if (!status) return status;
                }
                out += '}';
                return {};
              });
}

// 10
void list(Call& call, const QueueParts& parts) {
  const auto detailed = mq::boolean(call, "detailed", false);
  if (call.rejected(detailed)) return;
  const mq::Payload payload = *detailed ? mq::Payload::kShown : mq::Payload::kHidden;
  auto sub_queue = mq::text(call, "subQueue");
  if (call.rejected(sub_queue)) return;
  ListQuestion question{.payload = payload};
  if (call.rejected(read_page(call, question))) return;
  if (!*sub_queue || base::is_blank(**sub_queue)) {
    if (question.limit || question.after != 0)
      return call.reject(base::invalid("'limit' and 'after' need a 'subQueue': pages are of one sub-queue"));
    return list_all(call, parts, payload);
  }
  if (call.failed(parts.access.check(mq::credential_of(call), **sub_queue, Use::kConsume))) return;
  std::string head = "{";
  json::append_text(head, **sub_queue);
  head += ':';
  question.sub_queue = **std::move(sub_queue);
  answer_page(call, parts, std::move(question), std::move(head), "}");
}

// 11
void list_owned(Call& call, const QueueParts& parts) {
  auto assigned_to = mq::required_text(call, "assignedTo");
  if (call.rejected(assigned_to)) return;
  auto sub_queue = mq::required_text(call, "subQueue");
  if (call.rejected(sub_queue)) return;
  ListQuestion question{.sub_queue = *sub_queue, .assigned_to = *std::move(assigned_to)};
  if (call.rejected(read_page(call, question))) return;
  if (call.failed(parts.access.check(mq::credential_of(call), *sub_queue, Use::kConsume))) return;
  answer_page(call, parts, std::move(question), R"({"messages":)", "}");
}

// 12
void list_keys(Call& call, const QueueParts& parts) {
  const auto include_empty = mq::boolean(call, "includeEmpty", true);
  if (call.rejected(include_empty)) return;
  answer_read(call, parts,
              [include_empty = *include_empty](const store::Snapshot& snapshot, std::string& out) -> base::Status {
                const auto all = snapshot.sub_queues().all();
                if (!all) return failure(all.error());
                std::vector<std::string> names;
                for (const model::SubQueue& sub_queue : *all) {
                  if (sub_queue.listed && (include_empty || sub_queue.depth != 0)) names.push_back(sub_queue.name);
                }
                out += R"({"keys":)";
                mq::append_texts(out, names);
                out += '}';
                return {};
              });
}

base::Status too_many_owners() {
  return failure(base::Error{base::ErrorCode::kTooLarge,
                             fmt::format("the owners take more than {} bytes to list; ask for those of one sub-queue",
                                         base::limits::kListBytesMax),
                             "subQueue"});
}

// 14
void list_owners(Call& call, const QueueParts& parts) {
  auto sub_queue = mq::text(call, "subQueue");
  if (call.rejected(sub_queue)) return;
  answer_read(call, parts,
              [sub_queue = *std::move(sub_queue)](const store::Snapshot& snapshot, std::string& out) -> base::Status {
                std::string last;  // pairs come by owner
                out += R"({"owners":{)";
                const auto append = [&](std::string_view owner, std::string_view name) -> base::Status {
                  if (out.back() == '{' || owner != last) {
                    if (out.back() != '{') out += "],";
                    json::append_text(out, owner);
                    out += ":[";
                    last = owner;
                  } else {
                    out += ',';
                  }
                  json::append_text(out, name);
                  return out.size() <= base::limits::kListBytesMax ? base::Status{} : too_many_owners();
                };
                if (const auto status = snapshot.messages().owners(sub_queue, append); !status) return status;
                out += out.back() == '{' ? "}}" : "]}}";
                return {};
              });
}

template <class Handle>
Route reading(std::string path, std::string operation, std::string summary, const QueueParts& parts, Handle handle) {
  Route route = queue_route(Method::kGet, std::move(path), std::move(operation), std::move(summary));
  route.answers = {{200, "as asked", {}}};
  route.handler = [parts, handle](Call& call) { handle(call, parts); };
  return route;
}

}  // namespace

void add_queue_read_routes(Router& router, const QueueParts& parts) {
  Route health = reading("/queue/healthcheck", "healthcheck", "Whether messages can be kept.", parts, healthcheck);
  health.answer_type.clear();
  health.access = Access::kAnonymous;
  health.answers = {{200, "they can", {}}, {500, "they cannot", {}}};
  router.add(std::move(health));

  router.add(reading("/queue/type", "count", "Messages in all sub-queues.", parts, count_all));
  router.add(reading("/queue/type/{subQueue}", "count-one", "Messages in one sub-queue.", parts, count_one));

  Route entry = reading("/queue/entry/{uuid}", "read", "A message.", parts, read_entry);
  entry.answers = {{200, "found", mq::message_schema()}, {204, "there is no such message", {}}};
  router.add(std::move(entry));

  const QueryParameter limit{"limit", "Messages of a page; X-Queue-Next of the answer is where the next one begins."};
  const QueryParameter after{"after", "X-Queue-Next of the page before."};
  Route all = reading("/queue/all", "list", "Messages by sub-queue.", parts, list);
  all.query = {{"detailed", "With their payloads."}, {"subQueue", "Of one sub-queue."}, limit, after};
  router.add(std::move(all));

  Route owned = reading("/queue/owned", "list-owned", "What somebody holds in a sub-queue.", parts, list_owned);
  owned.query = {{"assignedTo", "Who.", true}, {"subQueue", "In which one.", true}, limit, after};
  owned.answers = {{200, "in order", mq::messages_schema()}};
  router.add(std::move(owned));

  Route keys = reading("/queue/keys", "list-keys", "The sub-queues.", parts, list_keys);
  keys.access = Access::kAnonymous;
  keys.query = {{"includeEmpty", "Also those without messages; true by default."}};
  router.add(std::move(keys));

  Route owners = reading("/queue/owners", "list-owners", "Who holds messages, and where.", parts, list_owners);
  owners.access = Access::kAnonymous;
  owners.query = {{"subQueue", "In one sub-queue."}};
  router.add(std::move(owners));
}

}  // namespace jeton::api::http
