#include "authorization/metadata_path.hpp"

#include <optional>
#include <string>

namespace jeton::authorization {
namespace {

using base::json::parse;
using base::json::Value;

constexpr std::string_view kMetadata = R"({
  "fw": "4.1.7", "nothing": null, "list": ["a", {"k": "deep"}, null],
  "site": {"level": 2, "tags": ["indoor", "wet"]},
  "odd[]": "empty", "odd[x]": "word", "odd[-1]": "negative", "odd[0]x": "not at the end", "a[1][2]": "two", "[0]": "no name",
  "big[2147483648]": "past 31 bits", "list[0]": "shadowed", "plus[+1]": "signed", "": "empty name"
})";

struct PathRow {
  std::string_view path;
  std::optional<std::string_view> found;  // as JSON text
};

// arrowhead-authorization 7.2; 15.9, 72
TEST(MetadataPath, FindsWhatTheContractSays) {
  const PathRow rows[] = {
      {"fw", R"("4.1.7")"},
      {"  fw\t", R"("4.1.7")"},
      {"site.level", "2"},
      {"site.tags", R"(["indoor","wet"])"},
      {"site.tags[1]", R"("wet")"},
      {"site.tags[01]", R"("wet")"},
      {"site.tags[2]", std::nullopt},
      {"list[1].k", R"("deep")"},
      {"list[2]", std::nullopt},
      {"list[0]", R"("a")"},
      {"site[0]", std::nullopt},
      {"fw[0]", std::nullopt},
      {"nothing", std::nullopt},
      {"nothing.more", std::nullopt},
      {"fw.more", std::nullopt},
      {"list.k", std::nullopt},
      {"absent", std::nullopt},
      {"site.absent.more", std::nullopt},
      {"Fw", std::nullopt},
      {"site. level", std::nullopt},
      {"odd[]", R"("empty")"},
      {"odd[x]", R"("word")"},
      {"odd[-1]", R"("negative")"},
      {"odd[0]x", R"("not at the end")"},
      {"a[1][2]", R"("two")"},
      {"[0]", R"("no name")"},
      {"big[2147483648]", R"("past 31 bits")"},
      {"plus[+1]", R"("signed")"},
      {"", R"("empty name")"},
      {"site.", std::nullopt},
      {".site", std::nullopt},
  };
  const Value metadata = parse(kMetadata).value();
  for (const PathRow& row : rows) {
    const Value* found = MetadataPath::parse(row.path).find(metadata);
    ASSERT_EQ(found != nullptr, row.found.has_value()) << row.path;
    if (found != nullptr) {
      EXPECT_EQ(*found, parse(*row.found).value()) << row.path;
    }
  }
}

TEST(MetadataPath, NothingIsInAScalar) {
  EXPECT_EQ(MetadataPath::parse("a").find(parse("5").value()), nullptr);
  EXPECT_EQ(MetadataPath::parse("a").find(Value()), nullptr);
}

}  // namespace
}  // namespace jeton::authorization
