#include "expiry/deadline_index.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <random>

namespace jeton::expiry {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant kStart{1'900'000'000s};

TEST(DeadlineIndex, TakesWhatIsDueEarliestFirstInBoundedBatches) {
  DeadlineIndex index;
  EXPECT_EQ(index.next_deadline(), std::nullopt);
  for (const int second : {5, 1, 4, 2, 3})
    index.schedule(static_cast<std::uint64_t>(second), kStart + std::chrono::seconds{second});
  EXPECT_EQ(index.next_deadline(), kStart + 1s);

  std::array<Due, 2> batch;
  EXPECT_EQ(index.take_due(kStart + 1s - 1ns, batch), 0U) << "a nanosecond early";
  EXPECT_EQ(index.take_due(kStart + 3s, batch), 2U);
  EXPECT_EQ(batch[0], (Due{1, kStart + 1s}));
  EXPECT_EQ(batch[1], (Due{2, kStart + 2s}));
  EXPECT_EQ(index.take_due(kStart + 3s, batch), 1U);
  EXPECT_EQ(batch[0].key, 3U);
  EXPECT_EQ(index.take_due(kStart + 3s, batch), 0U);
  EXPECT_EQ(index.size(), 2U);
}

TEST(DeadlineIndex, DiscardsInBoundedSlicesAndKeepsTheOrder) {
  DeadlineIndex index;
  for (std::uint64_t key = 0; key < 1000; ++key)
    index.schedule(key, kStart + std::chrono::seconds{(key * 7919) % 1000});
  std::size_t asked = 0;
  const auto unwanted = [&](const Due& due) {
    ++asked;
    return due.key % 10 != 0;
  };
  std::size_t slices = 0;
  for (std::size_t left = index.size(); left != 0; ++slices) {
    asked = 0;
    left = index.discard_some(left, 64, unwanted);
    EXPECT_LE(asked, 64U);
  }
  EXPECT_GE(slices, 1000U / 64);
  EXPECT_EQ(index.size(), 100U);
  EXPECT_EQ(index.discard_some(1'000'000, 1000, [](const Due&) { return false; }), 0U) << "more than there are";
  std::array<Due, 1000> all;
  ASSERT_EQ(index.take_due(kStart + 1h, all), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(std::span(all).first(100), {}, &Due::at));
}

TEST(DeadlineIndex, AgreesWithASortedMap) {
  std::mt19937_64 random(7);
  DeadlineIndex index;
  std::multimap<base::Instant, std::uint64_t> model;
  base::Instant now = kStart;
  std::array<Due, 16> batch;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 3 != 0) {
      const base::Instant at = now + std::chrono::seconds{random() % 100};
      index.schedule(random(), at);
      model.emplace(at, 0);
      continue;
    }
    now += std::chrono::seconds{random() % 3};
    const std::size_t taken = index.take_due(now, std::span(batch).first(random() % batch.size()));
    for (std::size_t i = 0; i < taken; ++i) {
      ASSERT_FALSE(model.empty());
      ASSERT_EQ(batch[i].at, model.begin()->first);
      ASSERT_LE(batch[i].at, now);
      model.erase(model.begin());
    }
    ASSERT_EQ(index.size(), model.size());
  }
}

TEST(DeadlineIndex, AMillionDeadlinesTakeSixteenBytesEach) {
  constexpr std::size_t kCount = 1'000'000;
  DeadlineIndex index;
  index.reserve(kCount);
  std::mt19937_64 random(11);
  const auto began = base::SystemClock{}.monotonic();
  for (std::size_t i = 0; i < kCount; ++i)
    index.schedule(i, kStart + base::Duration{static_cast<std::int64_t>(random() % 60'000'000'000U)});
  EXPECT_EQ(index.bytes(), kCount * 16);
  std::array<Due, 512> batch;
  std::size_t taken = 0;
  base::Instant last = kStart;
  while (const std::size_t count = index.take_due(kStart + 60s, batch)) {
    ASSERT_LE(last, batch[0].at);
    last = batch[count - 1].at;
    taken += count;
  }
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(base::SystemClock{}.monotonic() - began);
  EXPECT_EQ(taken, kCount);
  EXPECT_LT(index.bytes(), kCount) << "the room is given back";
  fmt::print("1 M deadlines scheduled and taken in {} ms\n", spent.count());
}

}  // namespace
}  // namespace jeton::expiry
