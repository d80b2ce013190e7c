#include "queues/message_uuids.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <thread>

#include "crypto/random.hpp"

namespace jeton::queues {
namespace {

const base::Instant kNow{std::chrono::seconds{1'900'000'000}};

TEST(MessageUuids, AreOfVersion7InLowerCase) {
  MessageUuids uuids(crypto::random_bytes);
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(std::regex_match(uuids.next(kNow), form));
  EXPECT_EQ(uuids.next(kNow).substr(0, 13), "01ba60d3-3800") << "1.9e12 ms in hexadecimal";
}

TEST(MessageUuids, AscendAsTextInATightLoopAndWhenTheClockGoesBack) {
  MessageUuids uuids(crypto::random_bytes);
  std::string last;
  for (int i = 0; i < 100'000; ++i) {
    std::string next = uuids.next(kNow - std::chrono::seconds{i % 7});
    ASSERT_LT(last, next);
    last = std::move(next);
  }
}

TEST(MessageUuids, DifferAcrossThreads) {
  MessageUuids uuids(crypto::random_bytes);
  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5'000; ++i) mine.push_back(uuids.next(kNow));
      });
    }
  }
  std::set<std::string> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace jeton::queues
