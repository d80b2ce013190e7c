#include "store/filter.hpp"

namespace jeton::store {
namespace {

TEST(Filter, IsEmptyWithoutConditions) {
  Filter filter;
  filter.any_of("provider", std::span<const std::string>());
  filter.any_row_of("(a, b)", 2, {});
  EXPECT_EQ(filter.where(), "");
  EXPECT_TRUE(filter.values().empty());
}

TEST(Filter, JoinsConditionsAndNumbersTheirValues) {
  const std::vector<std::string> names{"x", "y' OR 1=1"};
  const std::array<Value, 4> rows{value_of("a"), value_of(std::int64_t{1}), value_of("b"), value_of(std::int64_t{2})};
  Filter filter;
  filter.equals("level", value_of(std::int64_t{7}));
  filter.any_of("provider", names);
  filter.any_row_of("(name, number)", 2, rows);
  EXPECT_EQ(filter.where(),
            " WHERE level = $1 AND provider IN ($2, $3) AND (name, number) IN (VALUES ($4, $5), ($6, $7))");
  ASSERT_EQ(filter.values().size(), 7);
  EXPECT_EQ(filter.values()[0].integer, 7);
  EXPECT_EQ(filter.values()[2].bytes, "y' OR 1=1");
  EXPECT_EQ(filter.values()[6].integer, 2);
}

TEST(OrderAndLimit, BreaksTiesById) {
  EXPECT_EQ(order_and_limit("cloud", true, 10, 20), " ORDER BY cloud DESC, id DESC LIMIT 10 OFFSET 20");
  EXPECT_EQ(order_and_limit("id", false, -1, -1), " ORDER BY id ASC LIMIT 0 OFFSET 0");
}

}  // namespace
}  // namespace jeton::store
