// Where verbs write: results to stdout, notes, progress and failures to stderr.
#pragma once
#include <ostream>
#include <string>
#include <string_view>

#include "app/cli/failure.hpp"
#include "app/cli/table.hpp"
#include "base/clock.hpp"

namespace jeton::cli {

class Output {
 public:
  struct Settings {
    bool json = false;      ///< results are the server's JSON; notes are left out
    bool colour = false;    ///< stdout is a terminal that wants it
    bool progress = false;  ///< stderr is a terminal
  };

  /// The streams and the clock outlive it.
  Output(std::ostream& out, std::ostream& err, const base::Clock& clock, Settings settings);
  ~Output() { clear_progress(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool json() const { return settings_.json; }
  base::Instant now() const { return clock_.wall(); }

  /// A line of the result, control characters made harmless. False when nobody reads any more.
  bool line(std::string_view text);
  /// The same where the first word is an answer: green or red on a terminal.
  void verdict(bool good, std::string_view word, std::string_view rest);
  /// JSON, as it came; nothing when it is empty.
  bool raw_line(std::string_view json);
  void table(const Table& table);
  /// "nothing found" and the like.
  void note(std::string_view text);
  /// One line that is replaced by the next and by results. Nothing within the first second, nor when stderr is no
  /// terminal.
  void progress(std::string_view text);
  /// Says what went wrong and what to try.
  ExitCode fail(const Failure& failure);

 private:
  void clear_progress();

  std::ostream& out_;
  std::ostream& err_;
  const base::Clock& clock_;
  const Settings settings_;
  const base::Tick started_;
  bool progress_shown_ = false;
};

}  // namespace jeton::cli
