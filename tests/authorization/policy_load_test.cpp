#include "authorization/policy_load.hpp"

#include <string>

#include "authorization/policy_samples.hpp"

namespace jeton::authorization {
namespace {

using model::PolicySet;

store::StoredPolicy stored(int number, std::string_view rules) {
  PolicySet set = samples::set(model::PolicyLevel::kProvider, {});
  set.id = {number};
  set.target.target = "service" + std::to_string(number);
  return {std::move(set), rules};
}

std::string whitelist(int number) {
  return R"({"defaultPolicy":{"type":"WHITELIST","systems":["System)" + std::to_string(number) + R"("]}})";
}

// Enough for batches that others take and for some that nobody has time for.
constexpr int kMany = 20'000;

TEST(PolicyLoad, ManyAreAllThere) {
  PolicyIndex index;
  PolicyLoad load(index);
  for (int i = 0; i < kMany; ++i) load.add(stored(i, whitelist(i)));
  ASSERT_TRUE(load.finish());
  EXPECT_EQ(index.size(), static_cast<std::size_t>(kMany));
  for (int i = 0; i < kMany; ++i) {
    const auto target = samples::target("service" + std::to_string(i));
    ASSERT_TRUE(index.decide(target, "System" + std::to_string(i), "")->granted) << i;
    ASSERT_FALSE(index.decide(target, "System" + std::to_string(i + 1), "")->granted) << i;
  }
}

TEST(PolicyLoad, ADamagedOneIsNamedAndTheOthersAreThere) {
  PolicyIndex index;
  PolicyLoad load(index);
  for (int i = 0; i < kMany; ++i) load.add(stored(i, i == 4'711 ? R"({"defaultPolicy":)" : whitelist(i)));
  const auto finished = load.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, base::ErrorCode::kInternal);
  EXPECT_NE(finished.error().message.find("the rules of policy 4711 "), std::string::npos) << finished.error().message;
  EXPECT_EQ(index.size(), static_cast<std::size_t>(kMany - 1));
}

}  // namespace
}  // namespace jeton::authorization
