// jeton queue list, owners
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/api.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/queue_wire.hpp"
#include "app/cli/verbs.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

// So that payloads of the server's default bound, 256 KiB, fit into one answer.
constexpr std::string_view kMessagesOfAPage = "50";
constexpr std::string_view kMessagesOfAShortPage = "10000";  // without payloads
constexpr int kPagesMax = 100'000;
constexpr std::size_t kShownBytesMax = 72;

std::string shortened(std::string_view payload) {
  if (payload.size() <= kShownBytesMax) return std::string(payload);
  std::size_t end = kShownBytesMax - 1;
  while (end > 0 && (static_cast<unsigned char>(payload[end]) & 0xC0) == 0x80) --end;
  return std::string(payload.substr(0, end)) + "…";
}

using Page = base::json::Members<std::vector<base::json::Raw>>;

// Every message, however many pages that takes.
Outcome<std::vector<base::json::Raw>> messages_of(const std::string& sub_queue, bool payloads, const QueueApi& api,
                                                  Output& output) {
  std::vector<base::json::Raw> all;
  std::string after;
  for (int pages = 0; pages < kPagesMax; ++pages) {
    const auto response =
        api.call({.method = "GET",
                  .path = with_query("/queue/all", {{"detailed", payloads ? "true" : ""},
                                                    {"subQueue", sub_queue},
                                                    {"limit", payloads ? kMessagesOfAPage : kMessagesOfAShortPage},
                                                    {"after", after}}),
                  .body = {}});
    if (!response) return std::unexpected(response.error());
    auto page = read_answer<Page>(response->body);
    if (!page) return std::unexpected(page.error());
    for (auto& [name, messages] : *page) std::ranges::move(messages, std::back_inserter(all));
    const std::string next(response->header("X-Queue-Next"));
    if (next.empty() || next == after) break;
    after = next;
    output.progress(fmt::format("{} messages so far", all.size()));
  }
  return all;
}

// What no server takes as a part of a path, however it is encoded.
bool can_stand_in_a_path(std::string_view sub_queue) {
  return !sub_queue.empty() && sub_queue != "." && sub_queue != ".." && sub_queue.find('/') == std::string_view::npos;
}

// How deep it is, or that the caller may not know.
Outcome<std::string> depth_of(const std::string& sub_queue, const QueueApi& api, Output& output) {
  constexpr std::string_view kClosed = "restricted";
  if (!can_stand_in_a_path(sub_queue)) {
    const auto messages = messages_of(sub_queue, false, api, output);
    if (messages) return fmt::to_string(messages->size());
    if (messages.error().exit == ExitCode::kNotPermitted) return std::string(kClosed);
    return std::unexpected(messages.error());
  }
  const QueueApi::Request request{
      .method = "GET", .path = fmt::format("/queue/type/{}", base::percent_encode(sub_queue)), .body = {}};
  const auto response = api.exchange(request);
  if (!response) return std::unexpected(response.error());
  if (response->status == 401 || response->status == 403) return std::string(kClosed);
  if (response->status != 200) return std::unexpected(api.failure_of(request, *response));
  return std::string(base::trim(response->body));
}

ExitCode list_sub_queues(const QueueApi& api, Output& output) {
  const auto response = api.call({.method = "GET", .path = "/queue/keys", .body = {}});
  if (!response) return output.fail(response.error());
  auto answer = read_answer<wire::QueueKeysAnswer>(response->body);
  if (!answer) return output.fail(answer.error());
  if (output.json()) {
    output.raw_line(response->body);
    return ExitCode::kDone;
  }
  std::ranges::sort(answer->keys);
  Table table{.headers = {"SUB-QUEUE", "MESSAGES"}, .rows = {}};
  for (const std::string& sub_queue : answer->keys) {
    auto depth = depth_of(sub_queue, api, output);
    if (!depth) return output.fail(depth.error());
    table.rows.push_back({sub_queue, *std::move(depth)});
    output.progress(fmt::format("{} of {} sub-queues", table.rows.size(), answer->keys.size()));
  }
  if (table.rows.empty()) {
    output.note("no sub-queues");
  } else {
    output.table(table);
  }
  return ExitCode::kDone;
}

}  // namespace

ExitCode list_queue(const QueueList& options, QueueApi& api, Output& output) {
  if (options.sub_queue.empty()) return list_sub_queues(api, output);
  auto messages = messages_of(options.sub_queue, true, api, output);
  if (!messages) return output.fail(messages.error());
  if (output.json()) {
    output.raw_line(base::json::write(Page{{options.sub_queue, *std::move(messages)}}));
    return ExitCode::kDone;
  }
  return print_table<wire::QueueMessage>(
      *messages, {"UUID", "ASSIGNEE", "PAYLOAD"},
      [](const wire::QueueMessage& message) -> std::vector<std::string> {
        return {message.uuid, message.assigned_to.value_or(""), shortened(message.payload.text)};
      },
      "no messages", output);
}

ExitCode list_owners(const QueueOwners& options, QueueApi& api, Output& output) {
  const auto response =
      api.call({.method = "GET", .path = with_query("/queue/owners", {{"subQueue", options.sub_queue}}), .body = {}});
  if (!response) return output.fail(response.error());
  const auto answer = read_answer<wire::QueueOwnersAnswer>(response->body);
  if (!answer) return output.fail(answer.error());
  if (output.json()) {
    output.raw_line(response->body);
  } else if (answer->owners.empty()) {
    output.note("nobody holds a message");
  } else {
    Table table{.headers = {"ASSIGNEE", "SUB-QUEUES"}, .rows = {}};
    for (const auto& [owner, names] : answer->owners)
      table.rows.push_back({owner, fmt::format("{}", fmt::join(names, ", "))});
    output.table(table);
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
