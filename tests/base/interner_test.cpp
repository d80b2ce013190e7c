#include "base/interner.hpp"

#include <string>
#include <thread>
#include <vector>

namespace jeton::base {
namespace {

TEST(Interner, GivesEachTextOneNumberAndTheTextBack) {
  Interner names;
  EXPECT_EQ(names.intern(""), 0U);
  const auto pump = names.intern("PumpStation");
  EXPECT_EQ(names.intern("PumpStation"), pump);
  EXPECT_NE(names.intern("PumpStatioN"), pump);
  EXPECT_EQ(names.text(pump), "PumpStation");
  EXPECT_EQ(names.text(0), "");
  EXPECT_EQ(names.find("PumpStation"), pump);
  EXPECT_EQ(names.find("Unheard"), std::nullopt);
  EXPECT_EQ(names.size(), 3U);
}

TEST(Interner, KeepsLongTextsAndViewsStayWhereTheyAre) {
  Interner names;
  const std::string_view first = names.text(names.intern("first"));
  const std::string big(100'000, 'x');
  const auto long_one = names.intern(big);
  for (int i = 0; i < 20'000; ++i) names.intern("name" + std::to_string(i));
  EXPECT_EQ(first, "first");
  EXPECT_EQ(names.text(names.intern("first")).data(), first.data());
  EXPECT_EQ(names.text(long_one), big);
  EXPECT_EQ(names.text(*names.find("name19999")), "name19999");
}

TEST(Interner, ThreadsAgreeOnTheNumbers) {
  Interner names;
  constexpr int kNames = 5000;
  std::vector<std::vector<Interner::TextId>> ids(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : ids) {
      threads.emplace_back([&] {
        for (int i = 0; i < kNames; ++i) {
          mine.push_back(names.intern("shared" + std::to_string(i)));
          ASSERT_EQ(names.text(mine.back()), "shared" + std::to_string(i));
        }
      });
    }
  }
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[3]);
  EXPECT_EQ(names.size(), kNames + 1U);
}

}  // namespace
}  // namespace jeton::base
