// Query parameters and bodies of MessageQueue's operations (message-queue 1, 2.2). Every failure is one of the wire
// contract: the caller rejects it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/call.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "queues/publish.hpp"

namespace jeton::api::message_queue {

/// The value of a parameter, several joined by commas; nullopt when it is absent.
base::Result<std::optional<std::string>> text(const http::Call& call, std::string_view name);
/// kInvalid when it is absent. It may be empty.
base::Result<std::string> required_text(const http::Call& call, std::string_view name);
/// true, on, yes, 1 or false, off, no, 0 in any letter case; `otherwise` when it is absent or empty.
base::Result<bool> boolean(const http::Call& call, std::string_view name, bool otherwise);
/// Such as 30s, from zero to `maximum`; nullopt when it is absent or empty.
base::Result<std::optional<base::Duration>> duration(const http::Call& call, std::string_view name,
                                                     base::Duration maximum);
/// A whole number from 1 to `maximum`; nullopt when it is absent or empty.
base::Result<std::optional<std::int64_t>> count(const http::Call& call, std::string_view name, std::int64_t maximum);
/// A cursor that an earlier page's X-Queue-Next gave; 0 when it is absent or empty.
base::Result<std::int64_t> cursor(const http::Call& call, std::string_view name);

/// The longest delay, time to live or visibility of a message.
inline constexpr base::Duration kMessageSpanMax = std::chrono::days{3650};

/// The body of POST /queue/entry with the query parameters `delay` and `ttl`.
base::Result<std::vector<queues::NewMessage>> read_entry(const http::Call& call);
/// {"messages": […]} of POST /queue/entries, the same parameters for all of them.
base::Result<std::vector<queues::NewMessage>> read_entries(const http::Call& call);

/// JSON Schema texts of the two bodies.
std::string entry_schema();
std::string entries_schema();

}  // namespace jeton::api::message_queue
