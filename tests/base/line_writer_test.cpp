#include "base/line_writer.hpp"

#include <fmt/format.h>

#include <latch>
#include <mutex>
#include <string>
#include <vector>

namespace jeton::base {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// What the sink of a test has seen; its first line waits at the gate.
struct Place {
  std::latch first_line{1};
  std::latch gate{1};
  std::mutex mutex;  // guards the rest
  std::vector<std::string> lines;
  int flushes = 0;

  std::vector<std::string> seen() {
    const std::scoped_lock lock(mutex);
    return lines;
  }
};

class GatedSink final : public LineSink {
 public:
  explicit GatedSink(Place& place) : place_(place) {}
  void write(std::string_view line) override {
    if (!place_.first_line.try_wait()) place_.first_line.count_down();
    place_.gate.wait();
    const std::scoped_lock lock(place_.mutex);
    place_.lines.emplace_back(line);
  }
  void flush() override {
    const std::scoped_lock lock(place_.mutex);
    ++place_.flushes;
  }

 private:
  Place& place_;
};

LineWriter writer_to(Place& place, LineWriter::Bounds bounds) {
  return {std::make_unique<GatedSink>(place), bounds,
          [](std::uint64_t count) { return fmt::format("{} dropped", count); }};
}

TEST(LineWriter, ASinkThatBlocksBlocksNobodyAndWhatIsDroppedIsCounted) {
  Place place;
  LineWriter writer = writer_to(place, {.lines_max = 3, .bytes_max = 1000});
  writer.put("first", false);
  place.first_line.wait();  // the thread has it, and is stuck
  for (int i = 0; i < 10; ++i) writer.put(fmt::format("line {}", i), false);
  EXPECT_FALSE(writer.flush(1ms));
  place.gate.count_down();
  EXPECT_TRUE(writer.flush(1min));
  writer.put("last", false);
  EXPECT_TRUE(writer.flush(1min));
  EXPECT_THAT(place.seen(), ElementsAre("first", "line 0", "line 1", "line 2", "7 dropped", "last"));
}

TEST(LineWriter, UrgentLinesHaveRoomOfTheirOwn) {
  Place place;
  LineWriter writer = writer_to(place, {.lines_max = 100, .bytes_max = 10});
  writer.put("x", false);
  place.first_line.wait();
  writer.put("0123456789", false);
  writer.put("dropped", false);
  writer.put("error", true);
  writer.put("far too large an error", true);
  place.gate.count_down();
  EXPECT_TRUE(writer.flush(1min));
  writer.put("y", false);
  EXPECT_TRUE(writer.flush(1min));
  EXPECT_THAT(place.seen(), ElementsAre("x", "0123456789", "1 dropped", "error", "1 dropped", "y"));
}

TEST(LineWriter, WritesWhatWaitsBeforeItEnds) {
  Place place;
  place.gate.count_down();
  {
    LineWriter writer = writer_to(place, {.lines_max = 1000, .bytes_max = 100'000});
    for (int i = 0; i < 1000; ++i) writer.put(fmt::to_string(i), false);
  }
  const auto lines = place.seen();
  ASSERT_EQ(lines.size(), 1000U);
  EXPECT_EQ(lines.back(), "999");
  EXPECT_GE(place.flushes, 1);
}

}  // namespace
}  // namespace jeton::base
