// Hostile and broken files: refused, quickly, at the right line, without repeating what they hold.
#include "app/config/document.hpp"

namespace jeton::config {
namespace {

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += part;
  return out;
}

struct Case {
  std::string name;
  std::string text;
  std::size_t line;
  std::string message;
};

class BrokenDocument : public testing::TestWithParam<Case> {};

TEST_P(BrokenDocument, IsRefusedWithALine) {
  const Document document = read_document(GetParam().text);
  ASSERT_EQ(document.findings.size(), 1U);
  EXPECT_EQ(document.findings[0].line, GetParam().line);
  EXPECT_THAT(document.findings[0].message, testing::HasSubstr(GetParam().message));
  EXPECT_THAT(document.findings[0].message, testing::Not(testing::HasSubstr("hunter2")));
}

std::string alias_bomb() {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) text += fmt::format("a{}: &a{} [*a{}, *a{}]\n", i, i, i - 1, i - 1);
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenDocument,
    testing::Values(Case{"AliasBomb", alias_bomb(), 1, "anchors and aliases"},
                    Case{"UnknownAlias", "a: 1\nkey: *hunter2\n", 2, "alias"},
                    Case{"Tag", "a: 1\nkey: !hunter2 x\n", 2, "tags"}, Case{"TypeTag", "a: !!binary x\n", 1, "tags"},
                    Case{"DeepFlow", "a: " + repeated("[", 500) + repeated("]", 500), 1, "nested deeper than 16"},
                    Case{"UnclosedFlow", repeated("[", 1'000'000), 1, ""},
                    Case{"UnclosedFlowMaps", repeated("{a: ", 1'000'000), 1, ""},
                    Case{"DeepBlock", repeated("- ", 100'000), 1, "nested deeper than 16"},
                    Case{"TooManyNodes", repeated("- a\n", 500'000), 20'000, "more than 20000"},
                    Case{"TooLarge", repeated("# comment\n", kFileBytesMax + 1), 1, "more than 1048576 bytes"},
                    Case{"NotUtf8", "a: 1\nb: \xff\xfe\n", 2, "is not UTF-8"},
                    Case{"Utf16",
                         std::string("\xff\xfe"
                                     "a\0:\0",
                                     6),
                         1, "is not UTF-8"},
                    Case{"Nul", std::string("a: 1\nb: x\0y\n", 12), 2, "control character 0x00"},
                    Case{"Escape", "a: \x1b[31m\n", 1, "control character 0x1b"},
                    Case{"Tab", "a:\n\tb: 1\n", 2, "indented with a tab"},
                    Case{"Unclosed", "a: 1\nb: \"hunter2\n", 2, "not valid YAML"},
                    Case{"UnclosedOverLines", "a: 'hunter2\nb: 1\n# c\n\n", 3, "not valid YAML"},
                    Case{"TwoDocuments", "a: 1\n---\nb: 2\n", 2, "second document"},
                    Case{"Scalar", "hunter2\n", 1, "must hold keys and values"},
                    Case{"List", "\n- a\n", 2, "must hold keys and values"},
                    Case{"ListAsKey", "? [a]\n: b\n", 1, "where a key belongs"},
                    Case{"NullAsKey", "~: b\n", 1, "key is missing"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Document, IsATreeWithLines) {
  const Document document = read_document("\xef\xbb\xbf# first\r\na: 1\r\nb:\n  c: [x, 'y z']\n  d:\n");
  ASSERT_TRUE(document.findings.empty());
  const auto& members = document.root.members;
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].key, "a");
  EXPECT_EQ(members[0].line, 2U);
  EXPECT_EQ(members[0].value.text, "1");
  const Node& b = members[1].value;
  ASSERT_EQ(b.members.size(), 2U);
  EXPECT_EQ(b.members[0].line, 4U);
  ASSERT_EQ(b.members[0].value.items.size(), 2U);
  EXPECT_EQ(b.members[0].value.items[1].text, "y z");
  EXPECT_EQ(b.members[1].value.kind, NodeKind::kNull);
}

TEST(Document, AnEmptyOneIsNull) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const Document document = read_document(text);
    EXPECT_TRUE(document.findings.empty()) << text;
    EXPECT_EQ(document.root.kind, NodeKind::kNull) << text;
  }
}

TEST(Document, EveryKeyGivenTwiceIsFound) {
  const Document document = read_document("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n");
  ASSERT_EQ(document.findings.size(), 2U);
  EXPECT_EQ(document.findings[0].line, 5U);
  EXPECT_EQ(document.findings[0].key, "b.c");
  EXPECT_EQ(document.findings[1].line, 6U);
  EXPECT_EQ(document.findings[1].key, "a");
  EXPECT_EQ(document.root.members.size(), 2U);
  EXPECT_EQ(document.root.members[0].value.text, "1");
}

}  // namespace
}  // namespace jeton::config
