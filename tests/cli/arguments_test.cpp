#include "app/cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/writer.hpp"

namespace jeton::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Arguments, NamesAreSplitAtCommasAndTrimmed) {
  EXPECT_THAT(split_names({"A, B", "C,,", " "}), ElementsAre("A", "B", "C"));
  EXPECT_TRUE(split_names({}).empty());
}

TEST(Arguments, ScopedRules) {
  const struct {
    const char* text;
    const char* expected;  // scope and rule as JSON; empty: refused
  } rows[] = {
      {"read=all", R"(read {"policyType":"ALL"})"},
      {"set=allow:A,B", R"(set {"policyType":"WHITELIST","policyList":["A","B"]})"},
      {"set = deny:A", ""},
      {" set =deny:A", R"(set {"policyType":"BLACKLIST","policyList":["A"]})"},
      {R"(x=metadata:{"a":{"op":"LESS_THAN","value":3}})",
       R"(x {"policyType":"SYS_METADATA","policyMetadataRequirement":{"a":{"op":"LESS_THAN","value":3}}})"},
      {"x=metadata:[1]", ""},
      {"x=metadata:{}", ""},
      {"read", ""},
      {"=all", ""},
      {"read=all:A", ""},
      {"read=allow:", ""},
      {"read=allow: , ", ""},
      {"read=nobody", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    const auto rule = scoped_rule_of(row.text);
    EXPECT_EQ(rule ? rule->first + " " + base::json::write(rule->second) : "", row.expected) << row.text;
    if (!rule) {
      EXPECT_THAT(rule.error().message, HasSubstr("expected")) << row.text;
    }
  }
}

TEST(Arguments, ExpiryIsAnInstantOrADurationFromNow) {
  const base::Instant now = *base::parse_instant("2031-03-04T05:06:07.5Z");
  EXPECT_EQ(expiry_text("10m", now), "2031-03-04T05:16:08Z");  // never shorter than asked for
  EXPECT_EQ(expiry_text("2031-03-04T07:00:00+01:00", now), "2031-03-04T06:00:00Z");
  for (const char* wrong : {"0", "soon", "", "2031-03-04", "106000d"})
    EXPECT_FALSE(expiry_text(wrong, now).has_value()) << wrong;
}

}  // namespace
}  // namespace jeton::cli
