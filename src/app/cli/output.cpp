#include "app/cli/output.hpp"

#include "app/cli/display_width.hpp"

namespace jeton::cli {

Output::Output(std::ostream& out, std::ostream& err, const base::Clock& clock, Settings settings)
    : out_(out), err_(err), clock_(clock), settings_(settings), started_(clock.monotonic()) {}

bool Output::line(std::string_view text) {
  clear_progress();
  out_ << printable(text) << '\n' << std::flush;
  return out_.good();
}

void Output::verdict(bool good, std::string_view word, std::string_view rest) {
  clear_progress();
  if (settings_.colour) out_ << (good ? "\x1b[32m" : "\x1b[31m");
  out_ << word;
  if (settings_.colour) out_ << "\x1b[0m";
  out_ << printable(rest) << '\n' << std::flush;
}

bool Output::raw_line(std::string_view json) {
  clear_progress();
  if (!json.empty()) out_ << json << (json.ends_with('\n') ? "" : "\n") << std::flush;
  return out_.good();
}

void Output::table(const Table& table) {
  clear_progress();
  out_ << render(table, settings_.colour) << std::flush;
}

void Output::note(std::string_view text) {
  clear_progress();
  if (!settings_.json) err_ << printable(text) << '\n' << std::flush;
}

void Output::progress(std::string_view text) {
  if (!settings_.progress || clock_.monotonic() - started_ < std::chrono::seconds{1}) return;
  err_ << "\r\x1b[K" << printable(text) << std::flush;
  progress_shown_ = true;
}

ExitCode Output::fail(const Failure& failure) {
  clear_progress();
  // Sentences about the command line begin with the verb, and so with the name already.
  err_ << (failure.message.starts_with("jeton ") ? "" : "jeton: ") << printable(failure.message);
  if (!failure.advice.empty()) err_ << "; " << printable(failure.advice);
  err_ << '\n' << std::flush;
  return failure.exit;
}

void Output::clear_progress() {
  if (progress_shown_) err_ << "\r\x1b[K" << std::flush;
  progress_shown_ = false;
}

}  // namespace jeton::cli
