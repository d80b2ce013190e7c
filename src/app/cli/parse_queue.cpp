// jeton queue …
#include <fmt/format.h>

#include <memory>

#include "app/cli/verb_builder.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

using Finished = VerbBuilder::Finished;

constexpr const char* kOneHolder = "Only if this one holds it; default: whoever does";

OptionText sub_queue_argument(bool required, std::string description) {
  return {.name = "sub-queue", .value = "", .description = std::move(description), .required = required};
}

void add_publish(GroupBuilder& queue) {
  VerbBuilder publish = queue.verb("publish", "Put a message into a sub-queue; its uuid goes to stdout",
                                   "jeton queue publish invoices '{\"no\":4711}' --delay 30s");
  const auto made = std::make_shared<QueuePublish>();
  publish.text(sub_queue_argument(true, "Comes into being by its first message"), made->sub_queue);
  publish.text({"payload", "", "JSON; - or none reads standard input"}, made->payload);
  publish.text({"--text", "TEXT", "A text as payload, in place of JSON"}, made->text);
  publish.text({"--delay", "DURATION", "How long it waits before it is handed out"}, made->delay);
  publish.text({"--ttl", "DURATION", "How long it lives"}, made->ttl);
  publish.text({"--assign-to", "NAME", "Who holds it from the beginning; default: nobody"}, made->assignee);
  publish.text({"--uuid", "ID", "Its id, which a second message cannot have; default: the server's choice"},
               made->uuid);
  publish.queue_connection();
  publish.finish([made]() -> Finished {
    if (auto problem = problem_of_durations({{"--delay", made->delay}, {"--ttl", made->ttl}}))
      return std::unexpected(*std::move(problem));
    if (made->text && made->payload)
      return std::unexpected("a message has one payload; give JSON or --text TEXT, not both");
    return *made;
  });
}

void add_next(GroupBuilder& queue) {
  VerbBuilder next = queue.verb("next", "Take the oldest message that is ready; exit code 3 when none is",
                                "jeton queue next invoices --as-assignee worker-1 --wait 20s --visibility 30s");
  struct TypedNext {
    QueueNext made;
    std::string wait;
  };
  const auto typed = std::make_shared<TypedNext>();
  next.text(sub_queue_argument(true, "Of which sub-queue"), typed->made.sub_queue);
  next.text({.name = "--as-assignee", .value = "NAME", .description = "Who holds it then", .required = true},
            typed->made.assignee);
  next.number({"--count", "N", "As many at most, as a list"}, 1, typed->made.count);
  next.text({"--wait", "DURATION", "How long to wait for one; default: not at all"}, typed->wait);
  next.text({"--visibility", "DURATION", "How long it is held; then others get it. Default: the server's"},
            typed->made.visibility);
  next.queue_connection();
  next.finish([typed]() -> Finished {
    if (auto problem = problem_of_durations({{"--wait", typed->wait}, {"--visibility", typed->made.visibility}}))
      return std::unexpected(*std::move(problem));
    if (!typed->wait.empty()) typed->made.wait = *base::parse_duration(typed->wait);
    return typed->made;
  });
}

void add_list(GroupBuilder& queue) {
  VerbBuilder list =
      queue.verb("list", "Show sub-queues and how deep they are, or the messages of one", "jeton queue list invoices");
  const auto made = std::make_shared<QueueList>();
  list.text(sub_queue_argument(false, "Whose messages; default: the sub-queues"), made->sub_queue);
  list.queue_connection();
  list.finish([made]() -> Finished { return *made; });
}

void add_assign(GroupBuilder& queue) {
  VerbBuilder assign = queue.verb("assign", "Make somebody the holder of a message",
                                  "jeton queue assign 019e3f0a-51c2-7d4e-8a10-6f2b90c41d37 --as-assignee worker-1");
  const auto made = std::make_shared<QueueAssign>();
  assign.text({.name = "uuid", .value = "", .description = "As list shows it", .required = true}, made->uuid);
  assign.text({.name = "--as-assignee", .value = "NAME", .description = "Who holds it then", .required = true},
              made->assignee);
  assign.text({"--visibility", "DURATION", "How long; then it is ready for others. Default: the server's"},
              made->visibility);
  assign.queue_connection();
  assign.finish([made]() -> Finished {
    if (auto problem = problem_of_durations({{"--visibility", made->visibility}}))
      return std::unexpected(*std::move(problem));
    return *made;
  });
}

void add_release(GroupBuilder& queue) {
  VerbBuilder release = queue.verb("release", "Give a message back, so that others get it",
                                   "jeton queue release 019e3f0a-51c2-7d4e-8a10-6f2b90c41d37");
  const auto made = std::make_shared<QueueRelease>();
  release.text({.name = "uuid", .value = "", .description = "As list shows it", .required = true}, made->uuid);
  release.text({"--as-assignee", "NAME", kOneHolder}, made->assignee);
  release.queue_connection();
  release.finish([made]() -> Finished { return *made; });
}

void add_delete(GroupBuilder& queue) {
  VerbBuilder remove = queue.verb("delete", "Remove messages, whoever holds them",
                                  "jeton queue delete 019e3f0a-51c2-7d4e-8a10-6f2b90c41d37 --as-assignee worker-1");
  const auto made = std::make_shared<QueueDelete>();
  remove.words({.name = "uuid", .value = "", .description = "As list shows it", .required = true}, made->uuids);
  remove.text({"--as-assignee", "NAME", kOneHolder}, made->assignee);
  remove.queue_connection();
  remove.finish([made]() -> Finished { return *made; });
}

void add_clear(GroupBuilder& queue) {
  VerbBuilder clear =
      queue.verb("clear", "Remove all messages of a sub-queue, or of every one", "jeton queue clear invoices");
  struct TypedClear {
    QueueClear made;
    bool all = false;
    bool yes = false;
  };
  const auto typed = std::make_shared<TypedClear>();
  clear.text(sub_queue_argument(false, "Which one"), typed->made.sub_queue);
  clear.flag({"--all", "", "Every sub-queue that the token, or none, opens; needs --yes"}, typed->all);
  clear.flag({.name = "--yes", .value = "", .description = "Yes, all of them", .needs = "--all"}, typed->yes);
  clear.queue_connection();
  clear.finish([typed]() -> Finished {
    if (typed->all != typed->made.sub_queue.empty())
      return std::unexpected("say what to clear: one sub-queue by its name, or --all --yes");
    if (typed->all && !typed->yes)
      return std::unexpected("--all removes the messages of every sub-queue for good; say so with --all --yes");
    return typed->made;
  });
}

void add_restrict(GroupBuilder& queue) {
  VerbBuilder restrict = queue.verb("restrict", "Keep a sub-queue for who has its token, which goes to stdout",
                                    "JETON_QUEUE_TOKEN=$(jeton queue restrict invoices)");
  const auto made = std::make_shared<QueueRestrict>();
  restrict.text(sub_queue_argument(true, "Which one; it need not have messages"), made->sub_queue);
  restrict.choice({"--scope", "", "Of one that is restricted: a token that can only do this"},
                  {{"publish", "publish"}, {"consume", "consume"}}, made->scope);
  restrict.queue_connection(true);
  restrict.finish([made]() -> Finished { return *made; });
}

void add_unrestrict(GroupBuilder& queue) {
  VerbBuilder unrestrict = queue.verb("unrestrict", "Open a sub-queue to everybody again; takes its token",
                                      "jeton queue unrestrict invoices --clear");
  const auto made = std::make_shared<QueueUnrestrict>();
  unrestrict.text(sub_queue_argument(true, "Which one"), made->sub_queue);
  unrestrict.flag({"--clear", "", "Its messages go with the restriction"}, made->clear);
  unrestrict.queue_connection();
  unrestrict.finish([made]() -> Finished { return *made; });
}

void add_owners(GroupBuilder& queue) {
  VerbBuilder owners = queue.verb("owners", "Show who holds messages, and in which sub-queues", "jeton queue owners");
  const auto made = std::make_shared<QueueOwners>();
  owners.text(sub_queue_argument(false, "Only in this one"), made->sub_queue);
  owners.queue_connection();
  owners.finish([made]() -> Finished { return *made; });
}

}  // namespace

std::optional<std::string> problem_of_durations(
    const std::vector<std::pair<std::string_view, std::string_view>>& options) {
  for (const auto& [option, text] : options) {
    if (!text.empty() && !base::parse_duration(text))
      return fmt::format("{} {} is no duration; expected one such as 500ms, 30s or 2h", option, base::shown(text));
  }
  return std::nullopt;
}

void add_queue_verbs(GroupBuilder root) {
  GroupBuilder queue = root.group("queue", "Messages in named sub-queues");
  add_publish(queue);
  add_next(queue);
  add_list(queue);
  add_assign(queue);
  add_release(queue);
  add_delete(queue);
  add_clear(queue);
  add_restrict(queue);
  add_unrestrict(queue);
  add_owners(queue);
}

}  // namespace jeton::cli
