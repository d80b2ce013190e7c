#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "base/limits.hpp"
#include "base/line_writer.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::base::log {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};

using Writer = std::shared_ptr<LineWriter>;

// A logger around the sink tells of lines that cannot be written, once a second, and lets the rest go on.
class SpdlogSink final : public LineSink {
 public:
  explicit SpdlogSink(spdlog::sink_ptr sink) : logger_("jeton", std::move(sink)) { logger_.set_pattern("%v"); }
  void write(std::string_view line) override {
    logger_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }
  void flush() override { logger_.flush(); }

 private:
  spdlog::logger logger_;
};

// How lines look, and where they go.
struct Output {
  bool json = false;
  const Clock* clock = nullptr;
  Writer writer;  // null: not configured yet
};

// The last entries. Whoever reads them copies pointers under the lock, and looks at the entries outside of it.
class Kept {
 public:
  void add(std::shared_ptr<Entry> entry) {
    const std::scoped_lock lock(mutex_);
    entry->number = next_number_++;
    bytes_ += bytes_of(*entry);
    entries_.push_back(std::move(entry));
    while (entries_.size() > limits::kLogEntriesKeptMax || bytes_ > limits::kLogBytesKeptMax) {
      bytes_ -= bytes_of(*entries_.front());
      entries_.pop_front();
    }
  }
  std::vector<std::shared_ptr<const Entry>> all() const {
    const std::scoped_lock lock(mutex_);
    return {entries_.begin(), entries_.end()};
  }

 private:
  static std::size_t bytes_of(const Entry& entry) { return sizeof(Entry) + entry.logger.size() + entry.message.size(); }

  mutable std::mutex mutex_;  // guards the rest
  std::deque<std::shared_ptr<const Entry>> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t next_number_ = 1;
};

// The process has one log, as it has one stderr: the only mutable state at namespace scope.
struct State {
  std::atomic<Level> level{Level::kInfo};
  Kept kept;
  std::mutex mutex;  // guards output
  Output output;
};

State& state() {
  static State instance;
  return instance;
}

Output output_now() {
  const std::scoped_lock lock(state().mutex);
  return state().output;
}

// Before configure(): there is no thread yet to write it.
void write_at_once(std::string_view line) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  static SpdlogSink sink(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  sink.write(line);
  sink.flush();
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

// `message` and `fields` are what the entry's message was made of.
std::string line_of(const Entry& entry, bool json, std::string_view message, Fields fields) {
  if (json) return json_line(entry, message, fields);
  return fmt::format("{} {:5} {}: {}", format_instant(std::chrono::floor<std::chrono::milliseconds>(entry.at)),
                     to_string(entry.level), entry.logger, entry.message);
}

Entry entry_of(Instant at, Level level, std::string_view logger, std::string_view message, Fields fields) {
  Entry entry{0, at, level, std::string(logger), std::string(message)};
  for (const Field& field : fields) append_text_field(entry.message, field);
  return entry;
}

std::string words_for_dropped(bool json, const Clock& clock, std::uint64_t count) {
  constexpr std::string_view kMessage = "lines were dropped here, because they came faster than they could be written";
  const std::string text = fmt::to_string(count);
  const Fields fields = {{"lines", text}};
  return line_of(entry_of(clock.wall(), Level::kWarn, "log", kMessage, fields), json, kMessage, fields);
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
  constexpr LineWriter::Bounds kBounds{limits::kLogLinesWaitingMax, limits::kLogBytesWaitingMax};
  auto writer = std::make_shared<LineWriter>(
      std::make_unique<SpdlogSink>(std::move(sink)), kBounds,
      [json = settings.json, &clock](std::uint64_t count) { return words_for_dropped(json, clock, count); });
  {
    const std::scoped_lock lock(state().mutex);
    state().output.json = settings.json;
    state().output.clock = &clock;
    state().output.writer.swap(writer);
  }
  state().level = settings.level;
  return {};  // a writer that was there before ends now, outside of the lock
}

bool flush(Duration patience) {
  const Output output = output_now();
  return !output.writer || output.writer->flush(patience);
}

bool enabled(Level level) {
  return level >= state().level.load(std::memory_order_relaxed) && level != Level::kOff;
}

void write(Level level, std::string_view logger, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  static const SystemClock system_clock;
  const Output output = output_now();
  const Clock& clock = output.clock != nullptr ? *output.clock : system_clock;
  auto entry = std::make_shared<Entry>(entry_of(clock.wall(), level, logger, message, fields));
  std::string line = line_of(*entry, output.json, message, fields);
  if (output.writer) {
    output.writer->put(std::move(line), level >= Level::kError);
  } else {
    write_at_once(line);
  }
  state().kept.add(std::move(entry));
}

std::vector<Entry> entries(const std::function<bool(const Entry&)>& wanted) {
  std::vector<Entry> found;
  for (const auto& entry : state().kept.all()) {
    if (wanted(*entry)) found.push_back(*entry);
  }
  return found;
}

}  // namespace jeton::base::log
