#include "api/message_queue/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::api::message_queue {
namespace {

namespace json = base::json;
using base::failure;
using base::invalid;
using base::Result;
using http::Call;

/// A message as it is submitted. Its numbers and booleans count as texts, as with the original.
struct Entry {
  std::string sub_queue;
  std::optional<std::string> assigned_to;
  json::Raw payload;
  std::string uuid;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (sub_queue, assigned_to, payload, uuid))

struct Entries {
  std::vector<Entry> messages;
};
BOOST_DESCRIBE_STRUCT(Entries, (), (messages))

base::Error not_convertible(std::string_view name, std::string_view value, std::string_view wanted) {
  return invalid(fmt::format("query parameter '{}' has the value '{}'; expected {}", name, value, wanted),
                 std::string(name));
}

/// What delay and ttl say of the messages of one request.
struct Spans {
  base::Duration delay{};
  std::optional<base::Duration> ttl;
};

Result<Spans> read_spans(const Call& call) {
  const auto delay = duration(call, "delay", kMessageSpanMax);
  if (!delay) return failure(delay.error());
  const auto ttl = duration(call, "ttl", kMessageSpanMax);
  if (!ttl) return failure(ttl.error());
  return Spans{delay->value_or(base::Duration{}), *ttl};
}

queues::NewMessage message_of(Entry entry, const Spans& spans) {
  return {.sub_queue = std::move(entry.sub_queue),
          .assigned_to = std::move(entry.assigned_to),
          .payload = entry.payload.text.empty() ? "null" : std::move(entry.payload.text),
          .uuid = std::move(entry.uuid),
          .delay = spans.delay,
          .ttl = spans.ttl};
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<std::optional<std::string>> text(const Call& call, std::string_view name) {
  auto values = call.query_values(name);
  if (!values) return failure(values.error());
  if (values->empty()) return std::nullopt;
  std::string joined = std::move(values->front());
  for (std::size_t i = 1; i < values->size(); ++i) joined += "," + (*values)[i];
  return joined;
}

Result<std::string> required_text(const Call& call, std::string_view name) {
  auto value = text(call, name);
  if (!value) return failure(value.error());
  if (!*value) return failure(invalid(fmt::format("query parameter '{}' must be given", name), std::string(name)));
  return **std::move(value);
}

Result<bool> boolean(const Call& call, std::string_view name, bool otherwise) {
  static constexpr std::array<std::string_view, 4> kTrue = {"true", "on", "yes", "1"};
  static constexpr std::array<std::string_view, 4> kFalse = {"false", "off", "no", "0"};
  const auto value = text(call, name);
  if (!value) return failure(value.error());
  const std::string word = base::to_lower(base::trim(value->value_or("")));
  if (word.empty()) return otherwise;
  if (std::ranges::find(kTrue, word) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, word) != kFalse.end()) return false;
  return failure(not_convertible(name, **value, "true or false"));
}

Result<std::optional<base::Duration>> duration(const Call& call, std::string_view name, base::Duration maximum) {
  const auto value = text(call, name);
  if (!value) return failure(value.error());
  if (!*value || (*value)->empty()) return std::nullopt;
  const auto span = base::parse_duration(**value);
  if (!span || *span > maximum) {
    return failure(not_convertible(
        name, **value, fmt::format("a duration such as 500ms, 30s or 2h, at most {}", base::format_duration(maximum))));
  }
  return *span;
}

Result<std::optional<std::int64_t>> count(const Call& call, std::string_view name, std::int64_t maximum) {
  const auto value = text(call, name);
  if (!value) return failure(value.error());
  if (!*value || (*value)->empty()) return std::nullopt;
  const auto number = number_of<std::int64_t>(**value);
  if (!number || *number < 1 || *number > maximum)
    return failure(not_convertible(name, **value, fmt::format("a whole number from 1 to {}", maximum)));
  return *number;
}

Result<std::int64_t> cursor(const Call& call, std::string_view name) {
  const auto value = text(call, name);
  if (!value) return failure(value.error());
  if (!*value || (*value)->empty()) return 0;
  const auto number = number_of<std::int64_t>(**value);
  if (!number || *number < 0)
    return failure(not_convertible(name, **value, "what the header field X-Queue-Next of the page before says"));
  return *number;
}

Result<std::vector<queues::NewMessage>> read_entry(const Call& call) {
  const auto spans = read_spans(call);
  if (!spans) return failure(spans.error());
  auto entry = json::read<Entry>(call.request().body);
  if (!entry) return failure(entry.error());
  std::vector<queues::NewMessage> messages;
  messages.push_back(message_of(*std::move(entry), *spans));
  return messages;
}

Result<std::vector<queues::NewMessage>> read_entries(const Call& call) {
  const auto spans = read_spans(call);
  if (!spans) return failure(spans.error());
  auto entries = json::read<Entries>(call.request().body);
  if (!entries) return failure(entries.error());
  if (entries->messages.empty() || entries->messages.size() > base::limits::kMessagesPerBatchMax) {
    return failure(invalid(fmt::format("'messages' has {} messages; expected 1 to {}", entries->messages.size(),
                                       base::limits::kMessagesPerBatchMax),
                           "messages"));
  }
  std::vector<queues::NewMessage> messages;
  messages.reserve(entries->messages.size());
  for (Entry& entry : entries->messages) messages.push_back(message_of(std::move(entry), *spans));
  return messages;
}

std::string entry_schema() {
  return openapi::schema<Entry>();
}
std::string entries_schema() {
  return openapi::schema<Entries>();
}

}  // namespace jeton::api::message_queue
