#include "crypto/random.hpp"

#include <set>

namespace jeton::crypto {
namespace {

TEST(Random, DrawsDoNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(random_bytes(16));
  EXPECT_EQ(seen.size(), 10'000U);
}

// Sizes below, at and past the pool: all are filled, and a run of zeros of 16 bytes is not to be expected.
TEST(Random, FillsEverySize) {
  EXPECT_EQ(random_bytes(0), "");
  for (const std::size_t size : {1UL, 16UL, 4095UL, 4096UL, 4097UL, 3UL * 1024 * 1024}) {
    const std::string bytes = random_bytes(size);
    ASSERT_EQ(bytes.size(), size);
    EXPECT_EQ(bytes.find(std::string(16, '\0')), std::string::npos) << size;
    if (size >= 16) {
      EXPECT_NE(bytes.substr(size - 16), std::string(16, '\0')) << size;
    }
  }
}

TEST(Random, EveryBitMoves) {
  std::array<std::uint8_t, 32> ones{};
  std::array<std::uint8_t, 32> zeros{};
  for (int i = 0; i < 64; ++i) {
    std::array<std::uint8_t, 32> draw{};
    fill_random(draw);
    for (std::size_t k = 0; k < draw.size(); ++k) {
      ones[k] |= draw[k];
      zeros[k] |= static_cast<std::uint8_t>(~draw[k]);
    }
  }
  EXPECT_THAT(ones, testing::Each(0xff));
  EXPECT_THAT(zeros, testing::Each(0xff));
}

TEST(Random, PoolWipesWhatItHandedOut) {
  RandomPool pool;
  EXPECT_EQ(pool.spent().size(), RandomPool::kPoolBytes);  // nothing drawn yet, nothing to hand out
  std::vector<std::uint8_t> draw(100);
  std::size_t expected = 0;
  for (int i = 0; i < 100; ++i) {  // more than two pools, with draws across the refill
    pool.fill(draw);
    expected = expected + draw.size() > RandomPool::kPoolBytes ? expected + draw.size() - RandomPool::kPoolBytes
                                                               : expected + draw.size();
    ASSERT_EQ(pool.spent().size(), expected);
    ASSERT_THAT(pool.spent(), testing::Each(0));
    ASSERT_THAT(draw, testing::Contains(testing::Ne(0)));
  }
}

TEST(Random, ThreadsDrawDifferently) {
  std::array<std::vector<std::string>, 4> drawn;
  {
    std::vector<std::jthread> threads;
    for (auto& mine : drawn) {
      threads.emplace_back([&mine] {
        for (int i = 0; i < 1000; ++i) mine.push_back(random_bytes(16));
      });
    }
  }
  std::set<std::string> seen;
  for (const auto& mine : drawn) seen.insert(mine.begin(), mine.end());
  EXPECT_EQ(seen.size(), 4000U);
}

}  // namespace
}  // namespace jeton::crypto
