// Lines on their way to a slow place: whoever has one to write hands it over and goes on; one thread writes them all.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.hpp"

namespace jeton::base {

/// Where lines end up. Called by one thread at a time; may block.
class LineSink {
 public:
  virtual ~LineSink() = default;
  /// A whole line, without its end.
  virtual void write(std::string_view line) = 0;
  /// What was written is to be seen.
  virtual void flush() = 0;
};

/// Thread-safe. Lines are written in the order in which they were handed over.
class LineWriter {
 public:
  /// Past either of them a line is dropped; urgent ones have as much room again.
  struct Bounds {
    std::size_t lines_max;
    std::size_t bytes_max;
  };
  /// Words the line that tells how many were dropped; it is written where they are missing.
  using WordsForDropped = std::function<std::string(std::uint64_t count)>;

  LineWriter(std::unique_ptr<LineSink> sink, Bounds bounds, WordsForDropped words_for_dropped);
  /// Writes what waits, for as long as kPatience; a sink that still blocks then is left behind.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Never waits for the sink.
  void put(std::string line, bool urgent);
  /// Waits until all that was handed over before is written, at most `patience`. Whether it is.
  bool flush(Duration patience);

 private:
  static constexpr std::chrono::seconds kPatience{5};

  struct Shared;
  static void run(Shared& shared);

  const std::shared_ptr<Shared> shared_;  // the thread has its own, for the case that it is left behind
  std::thread thread_;
};

}  // namespace jeton::base
