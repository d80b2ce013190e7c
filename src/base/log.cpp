#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "base/limits.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::base::log {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};

// The process has one log, as it has one stderr: the only mutable state at namespace scope.
struct State {
  std::atomic<Level> level{Level::kInfo};
  std::mutex mutex;  // guards all below
  bool json = false;
  const Clock* clock = nullptr;
  std::shared_ptr<spdlog::logger> out;
  std::deque<Entry> kept;
  std::uint64_t next_number = 1;
};

State& state() {
  static State instance;
  return instance;
}

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("jeton", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  return logger;
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

// A value with blanks or control characters is quoted, so that one line stays one line and fields stay apart.
void append_text_field(std::string& out, const Field& field) {
  out += ' ';
  out += field.first;
  out += '=';
  const bool plain = !field.second.empty() && field.second.find_first_of(" \"=\n\r\t") == std::string_view::npos;
  if (plain) {
    out += field.second;
  } else {
    append_json_text(out, field.second);
  }
}

std::string json_line(const Entry& entry, std::string_view message, Fields fields) {
  std::string line = fmt::format(R"({{"at":"{}","level":"{}","logger":"{}","message":)", format_instant(entry.at),
                                 to_string(entry.level), entry.logger);
  append_json_text(line, message);
  for (const Field& field : fields) {
    line += ',';
    append_json_text(line, field.first);
    line += ':';
    append_json_text(line, field.second);
  }
  return line + '}';
}

}  // namespace

std::string_view to_string(Level level) {
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<Level> parse_level(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (equals_ignoring_case(text, kNames[i])) return static_cast<Level>(i);
  }
  return std::nullopt;
}

Status configure(const Settings& settings, const Clock& clock) {
  spdlog::sink_ptr sink;
  try {
    if (settings.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
    }
  } catch (const spdlog::spdlog_ex& problem) {
    return failure(
        invalid(fmt::format("cannot write the log to {}: {}", shown(settings.file), problem.what()), "log.file"));
  }
  const std::scoped_lock lock(state().mutex);
  state().json = settings.json;
  state().clock = &clock;
  state().out = make_logger(std::move(sink));
  state().level = settings.level;
  return {};
}

bool enabled(Level level) {
  return level >= state().level.load(std::memory_order_relaxed) && level != Level::kOff;
}

void write(Level level, std::string_view logger, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  static const SystemClock system_clock;
  const std::scoped_lock lock(state().mutex);
  State& s = state();
  if (!s.out) s.out = make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());

  Entry entry{s.next_number++, (s.clock ? *s.clock : system_clock).wall(), level, std::string(logger),
              std::string(message)};
  for (const Field& field : fields) append_text_field(entry.message, field);
  const std::string line =
      s.json ? json_line(entry, message, fields)
             : fmt::format("{} {:5} {}: {}", format_instant(std::chrono::floor<std::chrono::milliseconds>(entry.at)),
                           to_string(level), logger, entry.message);
  s.out->log(spdlog::level::info, line);
  s.kept.push_back(std::move(entry));
  if (s.kept.size() > limits::kLogEntriesKeptMax) s.kept.pop_front();
}

std::vector<Entry> entries(const std::function<bool(const Entry&)>& wanted) {
  const std::scoped_lock lock(state().mutex);
  std::vector<Entry> found;
  for (const Entry& entry : state().kept) {
    if (wanted(entry)) found.push_back(entry);
  }
  return found;
}

}  // namespace jeton::base::log
