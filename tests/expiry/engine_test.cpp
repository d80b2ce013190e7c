#include "expiry/engine.hpp"

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "base/limits.hpp"

namespace jeton::expiry {
namespace {

using namespace std::chrono_literals;

// A kind that remembers what it was handed, and finishes when the test says so.
struct Recorder {
  Engine engine;
  KindId kind;
  std::vector<std::vector<std::uint64_t>> batches;
  std::vector<Engine::Done> open;
  bool at_once = true;
  base::Status outcome;

  explicit Recorder(base::Duration quantum) : kind(engine.add("recorder", quantum)) {
    engine.on_due(kind, [this](std::span<const Due> due, base::Instant, Engine::Done done) {
      std::vector<std::uint64_t>& keys = batches.emplace_back();
      for (const Due& one : due) keys.push_back(one.key);
      if (at_once) return done(outcome);
      open.push_back(std::move(done));
    });
  }
  void finish() {
    open.front()(outcome);
    open.erase(open.begin());
  }
};

constexpr base::Instant kStart{1'900'000'000s};

TEST(Engine, WakesAtTheDeadlineAndNotBefore) {
  Recorder recorder(10s);
  EXPECT_EQ(recorder.engine.next_wake(kStart), std::nullopt);
  recorder.engine.schedule(recorder.kind, 1, kStart + 5s);
  EXPECT_EQ(recorder.engine.next_wake(kStart), kStart + 5s);
  recorder.engine.run_due(kStart + 5s - 1ns);
  EXPECT_TRUE(recorder.batches.empty());
  recorder.engine.run_due(kStart + 5s);
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<std::uint64_t>>{{1}}));
  EXPECT_EQ(recorder.engine.next_wake(kStart + 5s), std::nullopt);
}

TEST(Engine, SweepsBeginAQuantumApart) {
  Recorder recorder(10s);
  recorder.engine.schedule(recorder.kind, 1, kStart);
  recorder.engine.run_due(kStart);
  recorder.engine.schedule(recorder.kind, 2, kStart + 1s);
  EXPECT_EQ(recorder.engine.next_wake(kStart + 2s), kStart + 10s);
  recorder.engine.run_due(kStart + 10s - 1ns);
  EXPECT_EQ(recorder.batches.size(), 1U);
  recorder.engine.run_due(kStart + 10s);
  EXPECT_EQ(recorder.batches.size(), 2U);
}

TEST(Engine, ASweepGoesOnInBatchesOneAtATime) {
  Recorder recorder(10s);
  recorder.at_once = false;
  for (std::uint64_t key = 0; key < kBatchMax + 3; ++key) recorder.engine.schedule(recorder.kind, key, kStart);
  recorder.engine.run_due(kStart);
  recorder.engine.run_due(kStart);
  ASSERT_EQ(recorder.batches.size(), 1U) << "the second batch waits for the first";
  EXPECT_EQ(recorder.batches[0].size(), kBatchMax);
  EXPECT_EQ(recorder.engine.next_wake(kStart), std::nullopt);
  recorder.finish();
  EXPECT_EQ(recorder.engine.next_wake(kStart), kStart) << "no quantum within a sweep";
  recorder.engine.run_due(kStart);
  ASSERT_EQ(recorder.batches.size(), 2U);
  EXPECT_EQ(recorder.batches[1].size(), 3U);
  recorder.finish();
  EXPECT_EQ(recorder.engine.waiting(recorder.kind), 0U);
}

TEST(Engine, AFailedBatchComesBackWithTheNextSweep) {
  Recorder recorder(10s);
  recorder.outcome = base::failure(base::unavailable("the disk is full"));
  recorder.engine.schedule(recorder.kind, 1, kStart);
  recorder.engine.run_due(kStart);
  EXPECT_EQ(recorder.engine.waiting(recorder.kind), 1U);
  EXPECT_EQ(recorder.engine.next_wake(kStart), kStart + 10s);
  recorder.outcome = {};
  recorder.engine.run_due(kStart + 10s);
  EXPECT_EQ(recorder.batches.size(), 2U);
  EXPECT_EQ(recorder.engine.waiting(recorder.kind), 0U);
}

TEST(Engine, AJumpForwardMakesThingsDueAJumpBackOnlyDelaysTheSweep) {
  Recorder recorder(10s);
  recorder.engine.schedule(recorder.kind, 1, kStart + 24h);
  recorder.engine.run_due(kStart + 48h);
  EXPECT_EQ(recorder.batches.size(), 1U);

  recorder.engine.schedule(recorder.kind, 2, kStart);
  EXPECT_EQ(recorder.engine.next_wake(kStart), kStart + 10s) << "not two days later";
  recorder.engine.run_due(kStart);
  EXPECT_EQ(recorder.batches.size(), 1U);
  recorder.engine.run_due(kStart + 10s);
  EXPECT_EQ(recorder.batches.size(), 2U);
}

TEST(Engine, KindsDoNotWaitForEachOther) {
  Recorder recorder(0s);
  recorder.at_once = false;
  std::vector<std::uint64_t> others;
  const KindId other = recorder.engine.add("other", 0s);
  recorder.engine.on_due(other, [&](std::span<const Due> due, base::Instant, Engine::Done done) {
    for (const Due& one : due) others.push_back(one.key);
    done({});
  });
  const KindId silent = recorder.engine.add("nobody listens", 0s);
  recorder.engine.schedule(silent, 9, kStart);
  recorder.engine.schedule(recorder.kind, 1, kStart);
  recorder.engine.schedule(other, 2, kStart);
  recorder.engine.run_due(kStart);
  recorder.engine.schedule(other, 3, kStart);
  recorder.engine.run_due(kStart);
  EXPECT_EQ(others, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(recorder.engine.next_wake(kStart), std::nullopt);
  EXPECT_EQ(recorder.engine.waiting(silent), 1U);
  recorder.finish();
}

TEST(Engine, AHandlerThatThrowsFailsItsBatchAndItsKindGoesOn) {
  Engine engine;
  const KindId kind = engine.add("shaky", 10s);
  int calls = 0;
  engine.on_due(kind, [&](std::span<const Due>, base::Instant, Engine::Done done) {
    if (++calls == 1) throw std::runtime_error("out of luck");
    done({});
  });
  engine.schedule(kind, 1, kStart);
  EXPECT_NO_THROW(engine.run_due(kStart));
  EXPECT_EQ(engine.waiting(kind), 1U) << "the batch is not lost";
  EXPECT_EQ(engine.figures().at(0).failures, 1U);
  engine.run_due(kStart + 10s);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(engine.waiting(kind), 0U);
}

TEST(Engine, AnAnswerThatIsDroppedIsAFailure) {
  Recorder recorder(10s);
  recorder.at_once = false;
  recorder.engine.schedule(recorder.kind, 1, kStart);
  recorder.engine.run_due(kStart);
  recorder.open.clear();
  EXPECT_EQ(recorder.engine.waiting(recorder.kind), 1U);
  EXPECT_EQ(recorder.engine.next_wake(kStart), kStart + 10s);
  const auto figures = recorder.engine.figures();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].name, "recorder");
  EXPECT_EQ(figures[0].waiting, 1U);
}

TEST(Engine, DeadlinesOfWhatIsGoneAreForgottenAFewAtATime) {
  Recorder recorder(10s);
  std::size_t asked = 0;
  recorder.engine.keep_while(recorder.kind, [&](std::uint64_t key) {
    ++asked;
    return key % 100 == 0;
  });
  for (std::uint64_t key = 0; key < 65'535; ++key) recorder.engine.schedule(recorder.kind, key, kStart + 1h);
  recorder.engine.run_due(kStart);
  EXPECT_EQ(asked, 0U) << "too few to be worth it";
  recorder.engine.schedule(recorder.kind, 65'535, kStart + 1h);
  base::Instant now = kStart;
  do {
    const std::size_t before = asked;
    recorder.engine.run_due(now);
    EXPECT_LE(asked - before, base::limits::kDeadlinesPerLookMax);
    now += 1ms;
  } while (recorder.engine.next_wake(now) == now + 1ms);
  EXPECT_EQ(asked, 65'536U);
  EXPECT_EQ(recorder.engine.waiting(recorder.kind), 656U);
  EXPECT_EQ(recorder.engine.next_wake(now), kStart + 1h);
}

TEST(Engine, RunsByItselfAndWakesForWhatIsScheduledMeanwhile) {
  Engine engine;
  const base::ManualClock clock(kStart);
  const KindId kind = engine.add("runner", 0s);
  std::promise<std::uint64_t> first;
  engine.on_due(kind, [&](std::span<const Due> due, base::Instant, Engine::Done done) {
    first.set_value(due.front().key);
    done({});
  });
  std::jthread runner([&](const std::stop_token& stop) { engine.run(stop, clock); });
  engine.schedule(kind, 42, kStart);
  EXPECT_EQ(first.get_future().get(), 42U);
}

}  // namespace
}  // namespace jeton::expiry
