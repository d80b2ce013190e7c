// jeton queue publish, next, assign, release, delete
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/api.hpp"
#include "app/cli/arguments.hpp"
#include "app/cli/queue_wire.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

using Response = QueueApi::Response;

constexpr std::size_t kPayloadBytesMax = 64 * 1024 * 1024;  // no server takes more
constexpr std::size_t kQueryBytesMax = 4 * 1024;            // well below the header bound of any server
// One request waits so long at most: less than the client gives an answer.
constexpr base::Duration kWaitOfOneRequestMax = std::chrono::seconds{20};

Failure usage(std::string message) {
  return {ExitCode::kUsage, std::move(message), ""};
}

Outcome<std::string> read_all(std::istream& in) {
  std::string text;
  char piece[4096];
  while (text.size() <= kPayloadBytesMax && (in.read(piece, sizeof piece) || in.gcount() > 0))
    text.append(piece, static_cast<std::size_t>(in.gcount()));
  if (text.size() > kPayloadBytesMax)
    return std::unexpected(usage(fmt::format("a payload has at most {} bytes", kPayloadBytesMax)));
  return text;
}

// The payload as JSON text.
Outcome<base::json::Raw> payload_of(const QueuePublish& options, std::istream& in) {
  if (options.text) {
    if (!base::is_utf8(*options.text))
      return std::unexpected(usage("--text is not UTF-8; expected text in that encoding"));
    base::json::Raw payload;
    base::json::append_text(payload.text, *options.text);
    return payload;
  }
  const bool piped = options.payload.value_or("-") == "-";
  auto typed = piped ? read_all(in) : *options.payload;
  if (!typed) return std::unexpected(typed.error());
  const std::string_view text = base::trim(*typed);
  if (text.empty()) {
    return std::unexpected(
        usage(fmt::format("there is no payload{}; expected JSON, or --text TEXT", piped ? " on standard input" : "")));
  }
  if (const auto parsed = base::json::parse(text); !parsed) {
    return std::unexpected(usage(
        fmt::format("the payload is not JSON: {}; expected JSON, or --text TEXT for a text", parsed.error().message)));
  }
  return base::json::Raw{std::string(text)};
}

// ", held until 2031-03-04 06:06:07 (in 30s)", as the fields of an answer about one message say.
std::string due_text(const Response& response, base::Instant now) {
  for (const auto& [field, words] : {std::pair{"X-Queue-Held-Until", "held until"}, {"X-Queue-Ready-At", "ready at"}}) {
    if (const auto at = base::parse_instant(response.header(field)))
      return fmt::format(", {} {}", words, shown_time(*at, now));
  }
  return {};
}

std::string attempts_text(const Response& response) {
  const std::string_view attempts = response.header("X-Queue-Attempts");
  return attempts.empty() || attempts == "1" ? std::string() : fmt::format(", handed out {} times", attempts);
}

std::string entry_path(std::string_view uuid) {
  return fmt::format("/queue/entry/{}", base::percent_encode(uuid));
}

ExitCode no_such_message(std::string_view uuid, Output& output) {
  return output.fail({ExitCode::kNo, fmt::format("there is no message {}", base::shown(uuid)), ""});
}

// What `next` came to: none, or those of the one envelope or the other.
struct Taken {
  Response response;
  std::vector<wire::QueueMessage> messages;
};

Outcome<Taken> read_taken(Response response, bool several) {
  Taken taken{.response = std::move(response), .messages = {}};
  if (taken.response.status == 204) return taken;
  if (several) {
    auto answer = read_answer<wire::QueueMessagesAnswer>(taken.response.body);
    if (!answer) return std::unexpected(answer.error());
    taken.messages = std::move(answer->messages);
  } else {
    auto answer = read_answer<wire::QueueMessageAnswer>(taken.response.body);
    if (!answer) return std::unexpected(answer.error());
    taken.messages.push_back(std::move(answer->message));
  }
  return taken;
}

Outcome<Taken> take(const QueueNext& options, const QueueApi& api) {
  const std::string count = options.count ? fmt::to_string(*options.count) : std::string();
  for (base::Duration left = options.wait;;) {
    const base::Duration wait = std::min(left, kWaitOfOneRequestMax);
    const std::string wait_text = wait == base::Duration::zero() ? std::string() : base::format_duration(wait);
    auto response = api.call({.method = "PUT",
                              .path = with_query("/queue/next", {{"subQueue", options.sub_queue},
                                                                 {"assignedTo", options.assignee},
                                                                 {"count", count},
                                                                 {"wait", wait_text},
                                                                 {"visibility", options.visibility}}),
                              .body = {}});
    if (!response) return std::unexpected(response.error());
    auto taken = read_taken(*std::move(response), options.count.has_value());
    if (!taken || !taken->messages.empty() || wait == left) return taken;
    left -= wait;
  }
}

// For each as many as a query holds: whether the message was there. All of one request are deleted, or none.
Outcome<std::vector<std::string>> delete_some(std::span<const std::string>& uuids, const QueueDelete& options,
                                              const QueueApi& api, Output& output) {
  std::string path = with_query("/queue/entries", {{"assignedTo", options.assignee}});
  do {
    path += fmt::format("{}uuid={}", path.find('?') == std::string::npos ? '?' : '&', base::percent_encode(uuids[0]));
    uuids = uuids.subspan(1);
  } while (!uuids.empty() && path.size() + 3 * uuids[0].size() < kQueryBytesMax);
  const auto response = api.call({.method = "DELETE", .path = std::move(path), .body = {}});
  if (!response) return std::unexpected(response.error());
  auto answer = read_answer<wire::QueueDeletedAnswer>(response->body);
  if (!answer) return std::unexpected(answer.error());
  if (output.json()) output.raw_line(response->body);
  return std::move(answer->deleted);
}

void say_deleted(bool was_there, std::string_view uuid, Output& output) {
  if (!output.json()) output.line(fmt::format("{} {}", was_there ? "deleted" : "was not there:", uuid));
}

}  // namespace

ExitCode publish_message(const QueuePublish& options, std::istream& in, QueueApi& api, Output& output) {
  auto payload = payload_of(options, in);
  if (!payload) return output.fail(payload.error());
  const wire::QueueEntry entry{.sub_queue = options.sub_queue,
                               .payload = *std::move(payload),
                               .assigned_to = unless_empty(options.assignee),
                               .uuid = unless_empty(options.uuid)};
  const auto response = api.call({.method = "POST",
                                  .path = with_query("/queue/entry", {{"delay", options.delay}, {"ttl", options.ttl}}),
                                  .body = base::json::write(entry)});
  if (!response) return output.fail(response.error());
  const auto answer = read_answer<wire::QueueMessageAnswer>(response->body);
  if (!answer) return output.fail(answer.error());
  if (output.json()) {
    output.raw_line(response->body);
    return ExitCode::kDone;
  }
  output.line(answer->message.uuid);
  const std::string holder = answer->message.assigned_to ? ", held by " + *answer->message.assigned_to : "";
  output.note(fmt::format("published to {}{}{}", answer->message.sub_queue, holder, due_text(*response, output.now())));
  return ExitCode::kDone;
}

ExitCode take_messages(const QueueNext& options, QueueApi& api, Output& output) {
  const auto taken = take(options, api);
  if (!taken) return output.fail(taken.error());
  const ExitCode exit = taken->messages.empty() ? ExitCode::kNo : ExitCode::kDone;
  if (output.json()) {
    output.raw_line(taken->response.body);
  } else if (taken->messages.empty()) {
    output.note(fmt::format("no message of {} is ready", options.sub_queue));
  } else if (options.count) {
    Table table{.headers = {"UUID", "PAYLOAD"}, .rows = {}};
    for (const wire::QueueMessage& message : taken->messages)
      table.rows.push_back({message.uuid, message.payload.text});
    output.table(table);
  } else {
    const wire::QueueMessage& message = taken->messages.front();
    output.raw_line(message.payload.text);
    output.note(fmt::format("message {} of {}, {}{}{}", message.uuid, message.sub_queue, options.assignee + " holds it",
                            due_text(taken->response, output.now()), attempts_text(taken->response)));
  }
  return exit;
}

ExitCode assign_message(const QueueAssign& options, QueueApi& api, Output& output) {
  const auto response =
      api.call({.method = "PUT",
                .path = with_query(entry_path(options.uuid) + "/assign",
                                   {{"assignedTo", options.assignee}, {"visibility", options.visibility}}),
                .body = {}});
  if (!response) return output.fail(response.error());
  if (response->status == 204) return no_such_message(options.uuid, output);
  if (output.json()) {
    output.raw_line(response->body);
  } else {
    output.verdict(true, response->status == 200 ? "assigned" : "already assigned",
                   fmt::format(" to {}: {}{}", options.assignee, options.uuid, due_text(*response, output.now())));
  }
  return ExitCode::kDone;
}

ExitCode release_message(const QueueRelease& options, QueueApi& api, Output& output) {
  const auto response =
      api.call({.method = "PUT",
                .path = with_query(entry_path(options.uuid) + "/release", {{"assignedTo", options.assignee}}),
                .body = {}});
  if (!response) return output.fail(response.error());
  if (response->status == 204) return no_such_message(options.uuid, output);
  if (output.json()) {
    output.raw_line(response->body);
  } else {
    output.verdict(true, response->status == 200 ? "released" : "already free", fmt::format(": {}", options.uuid));
  }
  return ExitCode::kDone;
}

ExitCode delete_messages(const QueueDelete& options, QueueApi& api, Output& output) {
  if (options.uuids.size() == 1) {
    const std::string& uuid = options.uuids.front();
    const auto response = api.call(
        {.method = "DELETE", .path = with_query(entry_path(uuid), {{"assignedTo", options.assignee}}), .body = {}});
    if (!response) return output.fail(response.error());
    say_deleted(response->status != 204, uuid, output);
    return ExitCode::kDone;
  }
  for (std::span<const std::string> left = options.uuids; !left.empty();) {
    const auto asked = left;
    const auto deleted = delete_some(left, options, api, output);
    if (!deleted) return output.fail(deleted.error());
    for (const std::string& uuid : asked.first(asked.size() - left.size()))
      say_deleted(std::ranges::find(*deleted, uuid) != deleted->end(), uuid, output);
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
