// What must hold whoever asks at the same time (arrowhead-authorization 14, Q20; checklist 21.9), on a real store in
// memory and on disk.
#include <atomic>
#include <barrier>
#include <thread>

#include "crypto/test_files.hpp"
#include "token_world.hpp"

namespace jeton::tokens::testing {
namespace {

using model::TokenVariant;

class TokenConcurrency : public ::testing::TestWithParam<bool> {
 protected:
  store::StoreSettings where() const {
    return GetParam() ? store::StoreSettings{.url = {}, .data_folder = folder_.path() / "data"}
                      : store::StoreSettings{.url = "sqlite::memory:", .data_folder = {}};
  }
  crypto::TestFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Stores, TokenConcurrency, ::testing::Bool(),
                         [](const auto& on_disk) { return on_disk.param ? "OnDisk" : "InMemory"; });

TEST_P(TokenConcurrency, SixtyFourThreadsGetFiveUsesOfFive) {
  World world(with(&Settings::simple_usage_limit, 5), nullptr, where());
  world.allow("PumpStation", "flowRate");
  const auto minted = world.generate(order(TokenVariant::kUsageLimited));
  ASSERT_TRUE(minted);
  constexpr int kThreads = 64;
  std::atomic<int> good = 0;
  std::barrier start(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (int tries = 0; tries < 3; ++tries) {
          if (world.verify(minted->text.reveal()).value()) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 5);
  EXPECT_EQ(world.rows().front().uses_left, 0);
}

TEST_P(TokenConcurrency, ConcurrentGenerationLeavesOneTokenATuple) {
  World world(default_settings(), nullptr, where());
  world.allow("PumpStation", "flowRate");
  std::mutex mutex;
  std::vector<std::string> texts;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) {
          const auto minted = world.generate(order());
          ASSERT_TRUE(minted);
          const std::scoped_lock lock(mutex);
          texts.emplace_back(minted->text.reveal());
        }
      });
    }
  }
  EXPECT_EQ(world.rows().size(), 1U);
  EXPECT_EQ(world.index.size(), 1U);
  EXPECT_EQ(std::ranges::count_if(texts, [&](const std::string& text) { return *world.verify(text); }), 1);
}

// The commit thread is held until all 64 bodies wait, so that they run in one group and see each other's tokens
// uncommitted.
TEST_P(TokenConcurrency, SixtyFourGenerationsInOneGroupLeaveTheLastOne) {
  World world(default_settings(), nullptr, where());
  world.allow("PumpStation", "flowRate");
  std::promise<void> gate;
  world.store->submit([&](store::Transaction&) -> base::Status { return gate.get_future().get(), base::Status{}; }, {});
  std::vector<Awaited<MintedToken>> all(64);
  for (auto& one : all) world.generate_token(order(), "FlowReader", world.clock.wall(), {}, one.completion());
  gate.set_value();
  std::vector<MintedToken> minted;
  for (auto& one : all) minted.push_back(one.get().value());
  EXPECT_LT(world.store->figures().commits, 5U) << "not one group";
  ASSERT_EQ(world.rows().size(), 1U);
  EXPECT_EQ(world.rows().front().id, minted.back().record.id);
  EXPECT_TRUE(*world.verify(minted.back().text.reveal()));
  EXPECT_EQ(world.index.size(), 1U);
  EXPECT_EQ(world.events().size(), 64U + 63U);
}

}  // namespace
}  // namespace jeton::tokens::testing
