#include "base/secret.hpp"

namespace jeton::base {
namespace {

static_assert(!fmt::is_formattable<Secret>::value, "a secret must not be printable");

TEST(Secret, ComparesByContent) {
  const Secret secret("orchid-77");
  EXPECT_TRUE(secret.equals("orchid-77"));
  EXPECT_FALSE(secret.equals("orchid-78"));
  EXPECT_FALSE(secret.equals("orchid-7"));
  EXPECT_FALSE(secret.equals(""));
}

TEST(Secret, MovedFromIsEmpty) {
  std::vector<Secret> secrets(2);
  secrets[0] = Secret("a-secret-long-enough-to-live-on-the-heap");
  std::ranges::move(secrets.begin(), secrets.begin() + 1, secrets.begin() + 1);
  EXPECT_EQ(secrets[1].reveal(), "a-secret-long-enough-to-live-on-the-heap");
  EXPECT_TRUE(secrets[0].empty());
}

}  // namespace
}  // namespace jeton::base
