#include "base/line_writer.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace jeton::base {

struct LineWriter::Shared {
  Shared(std::unique_ptr<LineSink> the_sink, Bounds the_bounds, WordsForDropped words)
      : sink(std::move(the_sink)), bounds(the_bounds), words_for_dropped(std::move(words)) {}

  // A line, with the number of those that were dropped before it.
  struct Waiting {
    std::string line;
    std::uint64_t dropped_before;
  };

  // The writing thread only.
  const std::unique_ptr<LineSink> sink;

  const Bounds bounds;
  const WordsForDropped words_for_dropped;
  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  std::vector<Waiting> waiting;
  std::size_t bytes = 0;         // of those
  std::uint64_t dropped = 0;     // behind the last of those
  std::uint64_t taken_over = 0;  // lines, ever
  std::uint64_t written = 0;     // of them
  bool stopping = false;
  bool ended = false;
};

LineWriter::LineWriter(std::unique_ptr<LineSink> sink, Bounds bounds, WordsForDropped words_for_dropped)
    : shared_(std::make_shared<Shared>(std::move(sink), bounds, std::move(words_for_dropped))),
      thread_([shared = shared_] { run(*shared); }) {}

LineWriter::~LineWriter() {
  bool ended = false;
  {
    std::unique_lock lock(shared_->mutex);
    shared_->stopping = true;
    shared_->changed.notify_all();
    ended = shared_->changed.wait_for(lock, kPatience, [this] { return shared_->ended; });
  }
  ended ? thread_.join() : thread_.detach();
}

void LineWriter::put(std::string line, bool urgent) {
  Shared& s = *shared_;
  const std::scoped_lock lock(s.mutex);
  const std::size_t share = urgent ? 2 : 1;
  if (s.waiting.size() >= share * s.bounds.lines_max || s.bytes + line.size() > share * s.bounds.bytes_max) {
    ++s.dropped;
    if (s.waiting.empty()) s.changed.notify_all();  // too large by itself
    return;
  }
  s.bytes += line.size();
  s.waiting.push_back({std::move(line), std::exchange(s.dropped, 0)});
  ++s.taken_over;
  if (s.waiting.size() == 1) s.changed.notify_all();
}

bool LineWriter::flush(Duration patience) {
  Shared& s = *shared_;
  std::unique_lock lock(s.mutex);
  const std::uint64_t goal = s.taken_over;
  return s.changed.wait_for(lock, patience, [&] { return s.written >= goal; });
}

void LineWriter::run(Shared& s) {
  std::vector<Shared::Waiting> batch;
  std::unique_lock lock(s.mutex);
  for (;;) {
    s.changed.wait(lock, [&] { return s.stopping || !s.waiting.empty() || s.dropped != 0; });
    if (s.waiting.empty() && s.dropped == 0) break;
    batch.clear();
    batch.swap(s.waiting);
    s.bytes = 0;
    const std::uint64_t dropped = std::exchange(s.dropped, 0);  // nothing came behind them yet
    lock.unlock();
    for (const auto& [line, dropped_before] : batch) {
      if (dropped_before != 0) s.sink->write(s.words_for_dropped(dropped_before));
      s.sink->write(line);
    }
    if (dropped != 0) s.sink->write(s.words_for_dropped(dropped));
    s.sink->flush();
    lock.lock();
    s.written += batch.size();
    s.changed.notify_all();
  }
  s.ended = true;
  s.changed.notify_all();
}

}  // namespace jeton::base
