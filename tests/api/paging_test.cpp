// The paging object (arrowhead-authorization 2.8, 15.9 row 69).
#include "api/arrowhead/paging.hpp"

#include <array>
#include <limits>

#include "base/json/reader.hpp"

namespace jeton::api::arrowhead {
namespace {

enum class Fruit : std::uint8_t { kApple, kPear };
constexpr std::array<std::pair<std::string_view, Fruit>, 2> kFruits = {
    {{"apple", Fruit::kApple}, {"pear", Fruit::kPear}}};
constexpr std::int64_t kSizeMax = 50;

base::Result<store::Slice<Fruit>> slice(std::string_view json, bool descending_by_default = false) {
  const auto read = base::json::read_unpadded<Pagination>(json);
  if (!read) return base::failure(read.error());
  return slice_of<Fruit>(*read, kFruits, descending_by_default, kSizeMax);
}

TEST(Paging, Row69_RefusedWithTheMembersName) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {R"({"size":5})", "pagination.page"},
      {R"({"page":0})", "pagination.size"},
      {R"({"page":0,"size":null})", "pagination.size"},
      {R"({"page":0,"size":51})", "pagination.size"},
      {R"({"page":2147483648,"size":5})", "pagination.page"},
      {R"({"direction":"UP"})", "pagination.direction"},
      {R"({"sortField":"Apple"})", "pagination.sortField"},
      {R"({"sortField":"plum"})", "pagination.sortField"},
  };
  for (const auto& [json, where] : kRows) {
    const auto result = slice(json);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().code, base::ErrorCode::kInvalid) << json;
    EXPECT_EQ(result.error().where, where) << json;
  }
}

TEST(Paging, Row69_AcceptedAndCorrected) {
  struct Row {
    std::string json;
    Fruit sort;
    bool descending;
    std::int64_t offset;
    std::int64_t limit;
  };
  const std::vector<Row> kRows = {
      {"{}", Fruit::kApple, false, 0, kSizeMax},
      {R"({"page":0,"size":50})", Fruit::kApple, false, 0, 50},
      {R"({"page":3,"size":7})", Fruit::kApple, false, 21, 7},
      {R"({"page":"3","size":"7"})", Fruit::kApple, false, 21, 7},
      {R"({"page":-4,"size":7})", Fruit::kApple, false, 0, 7},
      {R"({"page":2,"size":0})", Fruit::kApple, false, 2 * kSizeMax, kSizeMax},
      {R"({"page":2,"size":-9})", Fruit::kApple, false, 2 * kSizeMax, kSizeMax},
      {R"({"page":2147483647,"size":50})", Fruit::kApple, false, 2147483647LL * 50, 50},
      {R"({"direction":" desc "})", Fruit::kApple, true, 0, kSizeMax},
      {R"({"direction":"Asc","sortField":" pear "})", Fruit::kPear, false, 0, kSizeMax},
      {R"({"direction":"","sortField":"  "})", Fruit::kApple, false, 0, kSizeMax},
  };
  for (const Row& row : kRows) {
    const auto result = slice(row.json);
    ASSERT_TRUE(result) << row.json << result.error().message;
    EXPECT_EQ(result->sort, row.sort) << row.json;
    EXPECT_EQ(result->descending, row.descending) << row.json;
    EXPECT_EQ(result->offset, row.offset) << row.json;
    EXPECT_EQ(result->limit, row.limit) << row.json;
  }
}

TEST(Paging, WithoutAPagingObjectTheOperationsDefaultsCount) {
  const auto result = slice_of<Fruit>(std::nullopt, kFruits, true, kSizeMax);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->sort, Fruit::kApple);
  EXPECT_TRUE(result->descending);
  EXPECT_EQ(result->limit, kSizeMax);
  EXPECT_FALSE(slice(R"({"direction":"ASC"})", true)->descending) << "what is said wins";
}

}  // namespace
}  // namespace jeton::api::arrowhead
