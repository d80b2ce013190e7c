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
  Secret from("a-secret-long-enough-to-live-on-the-heap");
  const Secret to(std::move(from));
  EXPECT_EQ(to.reveal(), "a-secret-long-enough-to-live-on-the-heap");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the promise under test
}

}  // namespace
}  // namespace jeton::base
