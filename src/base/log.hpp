// Structured log lines: `log::info("store", "opened", {{"file", path}, {"schema", "3"}})`.
// Text for people or JSON, to stderr or a file; the last entries stay in memory for `get-log`. Thread-safe.
//
// Nobody waits for where the lines go: once configured, they are handed to one thread that writes them. When it cannot
// keep up and more than limits::kLogLinesWaitingMax or kLogBytesWaitingMax wait, lines are dropped, errors last; a line
// in their place says how many. What waits is written when the process ends by exit(); who ends it otherwise flushes.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::base::log {

/// In ascending order of severity, as Arrowhead's get-log knows them.
enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kFatal, kOff };

std::string_view to_string(Level level);                  ///< "TRACE" … "OFF"
std::optional<Level> parse_level(std::string_view text);  ///< any letter case

using Field = std::pair<std::string_view, std::string_view>;
using Fields = std::initializer_list<Field>;

struct Settings {
  Level level = Level::kInfo;
  bool json = false;
  std::string file;  ///< empty: stderr
};

/// Called once by the composition root; before it, lines go to stderr as text, written by whoever has one. Starts a
/// thread, which inherits the blocked signals. Fails when the file cannot be opened.
Status configure(const Settings& settings, const Clock& clock);

/// Waits until everything logged before is written, at most `patience`. Whether it is.
bool flush(Duration patience);

bool enabled(Level level);
void write(Level level, std::string_view logger, std::string_view message, Fields fields = {});

inline void debug(std::string_view logger, std::string_view message, Fields fields = {}) {
  write(Level::kDebug, logger, message, fields);
}
inline void info(std::string_view logger, std::string_view message, Fields fields = {}) {
  write(Level::kInfo, logger, message, fields);
}
inline void warn(std::string_view logger, std::string_view message, Fields fields = {}) {
  write(Level::kWarn, logger, message, fields);
}
inline void error(std::string_view logger, std::string_view message, Fields fields = {}) {
  write(Level::kError, logger, message, fields);
}

/// One remembered line.
struct Entry {
  std::uint64_t number = 0;  ///< counts from 1 at start-up
  Instant at;
  Level level = Level::kInfo;
  std::string logger;
  std::string message;  ///< the message with its fields, as text
};

/// The remembered entries that `wanted` accepts, oldest first; at most limits::kLogEntriesKeptMax, of
/// limits::kLogBytesKeptMax together. Copies what matches: not for threads that must not block.
std::vector<Entry> entries(const std::function<bool(const Entry&)>& wanted);

}  // namespace jeton::base::log
