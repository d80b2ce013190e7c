#include "authorization/metadata_requirement_rules.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "authorization/metadata_text.hpp"

namespace jeton::authorization {
namespace {

using base::Result;
using base::json::parse;
using base::json::Value;

Result<bool> admits(std::string_view requirement, std::string_view metadata) {
  return MetadataRequirement::compile(requirement).value().admits(parse(metadata).value());
}

struct ExampleRow {
  std::string_view requirement;
  bool expected;
};

// arrowhead-authorization 7.5, row by row
TEST(MetadataRequirement, ExampleOfTheContract) {
  const std::string_view metadata = R"({"site":{"level":2,"tags":["indoor","wet"]},"fw":"4.1.7"})";
  const ExampleRow rows[] = {
      {R"({"site.level":2})", true},
      {R"({"site.level":2.0})", false},
      {R"({"site.level":{"op":"less_than","value":2.5}})", true},
      {R"({"site.tags[1]":"wet"})", true},
      {R"({"site.tags":{"op":"CONTAINS_ANY","value":["dry","wet"]}})", true},
      {R"({"fw":{"op":"REGEXP","value":"4\\.1"}})", false},
      {R"({"owner":{"op":"NOT_EQUALS","value":"x"}})", false},
      {R"({"site.level":{"op":"NOT_INCLUDES","value":"2"}})", true},
  };
  for (const ExampleRow& row : rows)
    EXPECT_EQ(admits(row.requirement, metadata).value(), row.expected) << row.requirement;
}

struct OperatorRow {
  std::string_view op;
  std::string_view left;
  std::string_view right;
  bool expected;  // of the positive form
};

// 7.4: every operator with a match, a miss and mismatched types; the negation of each is tried on the same rows.
constexpr OperatorRow kOperatorRows[] = {
    {"EQUALS", R"("a")", R"("a")", true},
    {"EQUALS", R"("a")", R"("A")", false},
    {"EQUALS", "5", "5", true},
    {"EQUALS", "5", "5.0", false},
    {"EQUALS", "5", R"("5")", false},
    {"EQUALS", "true", "true", true},
    {"EQUALS", "8589934592", "8589934592", true},
    {"EQUALS", "18446744073709551616", "18446744073709551616", true},
    {"EQUALS", "[1,2]", "[1,2]", true},
    {"EQUALS", "[1,2]", "[2,1]", false},
    {"EQUALS", R"({"a":1,"b":[{}]})", R"({"b":[{}],"a":1})", true},
    {"EQUALS", R"("a")", "null", false},
    {"EQUALS_IGNORE_CASE", R"("PumP")", R"("pUMp")", true},
    {"EQUALS_IGNORE_CASE", R"("ÄÖŽΣЖ")", R"("äöžςж")", true},
    {"EQUALS_IGNORE_CASE", R"("pump")", R"("pum")", false},
    {"EQUALS_IGNORE_CASE", "1", R"("1")", false},
    {"INCLUDES", R"("pump")", R"("um")", true},
    {"INCLUDES", R"("pump")", R"("")", true},
    {"INCLUDES", R"("pump")", R"("UM")", false},
    {"INCLUDES", R"(["um"])", R"("um")", false},
    {"INCLUDES_IGNORE_CASE", R"("pump")", R"("UM")", true},
    {"INCLUDES_IGNORE_CASE", R"("pump")", R"("pp")", false},
    {"INCLUDES_IGNORE_CASE", R"("12")", "1", false},
    {"STARTS_WITH", R"("pump")", R"("pu")", true},
    {"STARTS_WITH", R"("pump")", R"("um")", false},
    {"STARTS_WITH", R"("pump")", R"("PU")", false},
    {"STARTS_WITH", "12", R"("1")", false},
    {"STARTS_WITH_IGNORE_CASE", R"("pump")", R"("PU")", true},
    {"STARTS_WITH_IGNORE_CASE", R"("pump")", R"("UM")", false},
    {"STARTS_WITH_IGNORE_CASE", "true", R"("t")", false},
    {"ENDS_WITH", R"("pump")", R"("mp")", true},
    {"ENDS_WITH", R"("pump")", R"("um")", false},
    {"ENDS_WITH", R"("pump")", R"("MP")", false},
    {"ENDS_WITH", R"("21")", "1", false},
    {"ENDS_WITH_IGNORE_CASE", R"("pump")", R"("MP")", true},
    {"ENDS_WITH_IGNORE_CASE", R"("pump")", R"("pu")", false},
    {"ENDS_WITH_IGNORE_CASE", "{}", R"("")", false},
    {"REGEXP", R"("4.1.7")", R"("4\\.1\\.\\d+")", true},
    {"REGEXP", R"("4.1.7")", R"("4\\.1")", false},
    {"REGEXP", R"("4.1.7")", R"("\\.1\\.7")", false},
    {"REGEXP", R"("ab")", R"("(?i)AB|x")", true},
    {"REGEXP", R"("ab\n")", R"("ab$")", false},
    {"REGEXP", "4", R"("4")", false},
    {"REGEXP", R"("4")", "4", false},
    {"LESS_THAN", "2", "2.5", true},
    {"LESS_THAN", "2", "2", false},
    {"LESS_THAN", "-18446744073709551616", "0", true},
    {"LESS_THAN", R"("1")", "2", false},
    {"LESS_THAN_OR_EQUALS_TO", "2", "2.0", true},
    {"LESS_THAN_OR_EQUALS_TO", "2.1", "2", false},
    {"LESS_THAN_OR_EQUALS_TO", "1", R"("2")", false},
    {"GREATER_THAN", "2.5", "2", true},
    {"GREATER_THAN", "2", "2", false},
    {"GREATER_THAN", "18446744073709551616", "9223372036854775807", true},
    {"GREATER_THAN", "true", "0", false},
    {"GREATER_THAN_OR_EQUALS_TO", "2", "2", true},
    {"GREATER_THAN_OR_EQUALS_TO", "9007199254740993", "9007199254740992.0", true},
    {"GREATER_THAN_OR_EQUALS_TO", "1", "2", false},
    {"GREATER_THAN_OR_EQUALS_TO", "[3]", "2", false},
    {"SIZE_EQUALS", R"("pump")", "4", true},
    {"SIZE_EQUALS", R"("pump")", "4.9", true},
    {"SIZE_EQUALS", R"("é")", "1", true},
    {"SIZE_EQUALS", R"("😀")", "2", true},
    {"SIZE_EQUALS", "[1,[2,3]]", "2", true},
    {"SIZE_EQUALS", "[]", "0", true},
    {"SIZE_EQUALS", "[1]", "2", false},
    {"SIZE_EQUALS", R"("")", "-1", false},
    {"SIZE_EQUALS", R"({"a":1})", "1", false},
    {"SIZE_EQUALS", "[1]", R"("1")", false},
    {"CONTAINS", R"(["a",5])", "5", true},
    {"CONTAINS", R"([{"k":[1]}])", R"({"k":[1]})", true},
    {"CONTAINS", R"(["a",5])", "5.0", false},
    {"CONTAINS", R"("abc")", R"("a")", false},
    {"CONTAINS_ANY", R"(["a","b"])", R"(["c","b"])", true},
    {"CONTAINS_ANY", R"(["a"])", R"(["c"])", false},
    {"CONTAINS_ANY", R"(["a"])", "[]", false},
    {"CONTAINS_ANY", R"(["a"])", R"("a")", false},
    {"CONTAINS_ANY", R"("a")", R"(["a"])", false},
    {"IN", "5", "[4,5]", true},
    {"IN", "[1]", "[[1]]", true},
    {"IN", "5", "[4,5.0]", false},
    {"IN", R"("a")", R"("abc")", false},
};

std::string negated(std::string_view op) {
  if (op == "SIZE_EQUALS") return "SIZE_NOT_EQUALS";
  if (op == "REGEXP" || op.starts_with("LESS") || op.starts_with("GREATER")) return {};
  return fmt::format("NOT_{}", op);
}

TEST(MetadataRequirement, EveryOperatorAndItsNegation) {
  std::set<std::string> seen;
  for (const OperatorRow& row : kOperatorRows) {
    const std::string metadata = fmt::format(R"({{"k":{}}})", row.left);
    const auto ask = [&](std::string_view op) {
      seen.emplace(op);
      return admits(fmt::format(R"({{"k":{{"op":"{}","value":{}}}}})", op, row.right), metadata);
    };
    EXPECT_EQ(ask(row.op).value(), row.expected) << row.op << ' ' << row.left << ' ' << row.right;
    if (const std::string op = negated(row.op); !op.empty()) {
      EXPECT_EQ(ask(op).value(), !row.expected) << op << ' ' << row.left << ' ' << row.right;
    }
  }
  EXPECT_EQ(seen.size(), 29U);
}

// 7.2, last line: whatever the operator, the negated ones too
TEST(MetadataRequirement, APathThatIsNotFoundOrNullFailsEveryOperator) {
  for (const OperatorRow& row : kOperatorRows) {
    for (const std::string& op : {std::string(row.op), negated(row.op)}) {
      if (op.empty()) continue;
      const std::string requirement = fmt::format(R"({{"k":{{"op":"{}","value":{}}}}})", op, row.right);
      EXPECT_FALSE(admits(requirement, R"({"other":1})").value()) << requirement;
      EXPECT_FALSE(admits(requirement, R"({"k":null})").value()) << requirement;
    }
  }
}

// 7.1; 15.9, 72
TEST(MetadataRequirement, RecognizesOperationsByTheirTwoMembers) {
  EXPECT_TRUE(admits(R"({"k":{"op":" not_equals ","value":1,"note":"more"}})", R"({"k":2})").value());
  EXPECT_TRUE(admits(R"({"k":{"op":"EQUALS"}})", R"({"k":{"op":"EQUALS"}})").value());
  EXPECT_FALSE(admits(R"({"k":{"op":"NOT_EQUALS"}})", R"({"k":1})").value());
  EXPECT_TRUE(admits(R"({"k":{"value":1}})", R"({"k":{"value":1}})").value());
  EXPECT_FALSE(admits(R"({"k":{"value":1}})", R"({"k":1})").value());
  EXPECT_FALSE(admits(R"({"k":null})", R"({"k":null})").value());
}

TEST(MetadataRequirement, AllConditionsMustHold) {
  EXPECT_TRUE(admits(R"({"a":1,"b":2})", R"({"a":1,"b":2,"c":3})").value());
  EXPECT_FALSE(admits(R"({"a":1,"b":2})", R"({"a":1,"b":3})").value());
  EXPECT_FALSE(admits(R"({"a":1,"b":2})", R"({"a":1})").value());
}

TEST(MetadataRequirement, EmptyRequirementIsMetAndMissingMetadataMeetsNoOther) {
  for (const std::string_view metadata : {"{}", "null", "[]", R"({"a":1})"}) {
    EXPECT_TRUE(admits("{}", metadata).value()) << metadata;
  }
  for (const std::string_view metadata : {"{}", "null", "[1]"}) {
    EXPECT_FALSE(admits(R"({"a":1})", metadata).value()) << metadata;
    EXPECT_FALSE(admits(R"({"a":{"op":"NOT_EQUALS","value":1}})", metadata).value()) << metadata;
    EXPECT_FALSE(admits(R"({"a":{"op":"NONSENSE","value":1}})", metadata).value()) << metadata;
  }
}

// 7.1: noticed at evaluation only, and only when there is metadata; Q15: a null op and a bad expression are the same
// case
TEST(MetadataRequirement, WhatCannotBeEvaluatedIsInvalidOnlyWithMetadata) {
  for (const std::string_view operation :
       {R"({"op":"NONSENSE","value":1})", R"({"op":"NOT_REGEXP","value":"a"})", R"({"op":"","value":1})",
        R"({"op":null,"value":1})", R"({"op":5,"value":1})", R"({"op":"REGEXP","value":"(a"})",
        R"({"op":"REGEXP","value":"(a)\\1"})"}) {
    const std::string requirement = fmt::format(R"({{"a":0,"k":{}}})", operation);
    const auto refused = admits(requirement, R"({"a":1})");
    ASSERT_FALSE(refused) << requirement;
    EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("\"k\"")) << requirement;
    EXPECT_FALSE(admits(requirement, "{}").value());
  }
  EXPECT_THAT(admits(R"({"k":{"op":"EQUALZ","value":1}})", R"({"a":1})").error().message, testing::HasSubstr("EQUALS"));
}

TEST(MetadataRequirement, OnlyAnObjectIsARequirement) {
  for (const std::string_view text : {"", "[]", "5", "null", "{", R"({"a":})"}) {
    const auto compiled = MetadataRequirement::compile(text);
    ASSERT_FALSE(compiled) << text;
    EXPECT_EQ(compiled.error().code, base::ErrorCode::kInvalid);
  }
}

// What RE2 lacks or reads differently from Java is refused rather than guessed at.
TEST(MetadataExpression, RefusesWhatItDoesNotSupport) {
  for (const std::string_view text :
       {"(a)\\1",       "\\12",  "\\0101", "[\\1]",   "(?=a)a",  "(?!b)a",  "(?<=a)b",     "(?<!a)b", "(?<n>a)",
        "(?P<n>a)",     "(?>a)", "a++",    "a*+",     "a?+",     "a{2}+",   "[a-z&&[^b]]", "[a&&b]",  "[a[bc]]",
        "[[:alpha:]]",  "(?x)a", "(?u)a",  "(?d)a",   "(?U)a",   "(?iU:a)", "\\C",         "\\v",     "\\h",
        "\\R",          "\\X",   "\\Z",    "\\G",     "\\u0041", "\\cA",    "\\e",         "\\b{g}",  "\\p{Alpha}",
        "\\p{IsGreek}", "(a",    "[a",     "a{1001}", "*a",      "\\"}) {
    EXPECT_FALSE(MetadataExpression::compile(text)) << text;
  }
}

struct ExpressionRow {
  std::string_view expression, text;
  bool matches;
};

TEST(MetadataExpression, MatchesTheWholeText) {
  const ExpressionRow rows[] = {
      {"a|ab", "ab", true},
      {"a*?", "aaa", true},
      {"^a$", "a", true},
      {"\\Qa.b&&[\\E.", "a.b&&[c", true},
      {"[^]a]", "b", true},
      {"[]a]", "]", true},
      {"\\p{Lu}\\pL+", "Äé", true},
      {"(?s).", "\n", true},
      {".", "\n", false},
      {".", "😀", true},
      {"\\x41\\x{1F600}", "A😀", true},
      {"", "", true},
      {"", "a", false},
      {"(?:a{2,3})+", "aaaaa", true},
      {"\\bword\\b", "word", true},
      {"a\\z", "a", true},
      {"(?-i)A", "a", false},
      {"[\\]\\[&]+", "[&]", true},
      {"\\d{3}", "12", false},
  };
  for (const ExpressionRow& row : rows) {
    const auto compiled = MetadataExpression::compile(row.expression);
    ASSERT_TRUE(compiled) << row.expression << ": " << compiled.error().message;
    EXPECT_EQ(compiled->matches(row.text), row.matches) << row.expression << ' ' << row.text;
  }
}

TEST(MetadataExpression, IsBoundedInSizeAndTime) {
  EXPECT_TRUE(MetadataExpression::compile(std::string(MetadataExpression::kTextBytesMax, 'a')));
  EXPECT_FALSE(MetadataExpression::compile(std::string(MetadataExpression::kTextBytesMax + 1, 'a')));
  EXPECT_FALSE(MetadataExpression::compile("((\\pL{99}){99}){99}"));
  EXPECT_FALSE(MetadataExpression::compile(std::string(500, '(') + std::string(500, ')') + "("));
  // A backtracking engine would take longer than the universe is old, or run out of stack.
  const auto evil = MetadataExpression::compile("(a*)*(a|aa)+b");
  ASSERT_TRUE(evil);
  EXPECT_FALSE(evil->matches(std::string(100'000, 'a')));
}

TEST(MetadataText, FoldsOneForOne) {
  EXPECT_EQ(fold_case("AZ az ÀÞ×ß ĀŽŸıİ ΆΈΌΏΑΫ ЀЯя"), "az az àþ×ß āžÿıİ άέόώαϋ ѐяя");
  EXPECT_EQ(fold_case("\xc3"), "\xc3");
  EXPECT_EQ(fold_case("\xc3(\xff"), "\xc3(\xff");
}

TEST(MetadataText, CountsUtf16Units) {
  EXPECT_EQ(utf16_length(""), 0U);
  EXPECT_EQ(utf16_length("aé€"), 3U);
  EXPECT_EQ(utf16_length("😀"), 2U);
}

}  // namespace
}  // namespace jeton::authorization
