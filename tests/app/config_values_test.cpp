// Every type of the table: what it takes, what it refuses, and how it says so.
#include "app/config/values.hpp"

#include <set>

#include "config_support.hpp"

namespace jeton::config {
namespace {

struct Case {
  std::string_view key;
  std::string_view text;
  std::string_view printed;  ///< to_yaml of what was read; empty: refused
  std::string_view problem = {};
};

class Values : public testing::TestWithParam<Case> {};

TEST_P(Values, ReadsOrRefuses) {
  const Case& row = GetParam();
  const Row* key = find_row(row.key);
  ASSERT_NE(key, nullptr);
  Config config;
  const std::string before = to_yaml(key->field, config);
  const auto status = assign(key->field, row.text, config);
  if (row.printed.empty()) {
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(to_yaml(key->field, config), before);
    EXPECT_EQ(status.error().code, base::ErrorCode::kInvalid);
    EXPECT_THAT(status.error().message, testing::HasSubstr("; expected "));
    if (!row.problem.empty()) {
      EXPECT_EQ(status.error().message, row.problem);
    }
  } else {
    ASSERT_TRUE(status.has_value()) << status.error().message;
    EXPECT_EQ(to_yaml(key->field, config), row.printed);
  }
}

constexpr std::string_view kFilter = "identity.management.filter";
constexpr std::string_view kPages = "arrowhead.max-page-size";
constexpr std::string_view kAge = "tokens.max-age";
constexpr std::string_view kBody = "http.limits.body";
constexpr std::string_view kDomain = "arrowhead.domain-name";
constexpr std::string_view kSecret = "tokens.reference-key";
constexpr std::string_view kLevel = "log.level";
constexpr std::string_view kMap = "identity.authenticator-secret-keys";
constexpr std::string_view kNames = "identity.management.whitelist";

INSTANTIATE_TEST_SUITE_P(
    Types, Values,
    testing::Values(
        Case{kFilter, "false", "false"}, Case{kFilter, "true", "true"},
        Case{kFilter, "yes", "", "\"yes\" is neither true nor false; expected true or false"},
        Case{kFilter, "True", ""}, Case{kFilter, "", ""},

        Case{kPages, "1", "1"}, Case{kPages, "1000000", "1000000"}, Case{kPages, "007", "7"},
        Case{kPages, "0", "", "\"0\" is out of range; expected a whole number from 1 to 1000000"},
        Case{kPages, "1000001", ""},
        Case{kPages, "-5", "", "\"-5\" is not a whole number; expected a whole number from 1 to 1000000"},
        Case{kPages, "+5", ""}, Case{kPages, "1.5", ""}, Case{kPages, "0x10", ""}, Case{kPages, "", ""},
        Case{kPages, " 5", ""}, Case{kPages, "ten", ""}, Case{kPages, "99999999999999999999", ""},
        Case{"tokens.simple-byte-size", "16", "16"},
        Case{"tokens.simple-byte-size", "15", "", "\"15\" is out of range; expected a whole number from 16 to 1024"},

        Case{kAge, "500ms", "500ms"}, Case{kAge, "120m", "2h"}, Case{kAge, "1ms", "1ms"}, Case{kAge, "3650d", "3650d"},
        Case{kAge, "60", "",
             "\"60\" is not a duration; expected a duration from 1ms to 3650d, such as 500ms, 30s, 60m, 12h or 7d"},
        Case{kAge, "0", ""}, Case{kAge, "0s", ""}, Case{kAge, "3651d", ""}, Case{kAge, "-1s", ""},
        Case{kAge, "1.5h", ""}, Case{kAge, "1 h", ""}, Case{kAge, "1h30m", ""}, Case{kAge, "", ""},
        Case{kAge, "9999999999999d", ""},

        Case{kBody, "64KiB", "64KiB"}, Case{kBody, "2048B", "2KiB"}, Case{kBody, "1025B", "1025B"},
        Case{kBody, "64MiB", "64MiB"},
        Case{kBody, "64KB", "",
             "\"64KB\" is not a size; expected a size from 1KiB to 64MiB, such as 512B, 64KiB or 1MiB"},
        Case{kBody, "4096", ""}, Case{kBody, "1B", ""}, Case{kBody, "65MiB", ""}, Case{kBody, "-1MiB", ""},
        Case{kBody, "", ""}, Case{kBody, "99999999999GiB", ""}, Case{kBody, "18446744073709551615GiB", ""},

        Case{kDomain, "jeton.example", "\"jeton.example\""},
        Case{kDomain, "Zürich \"1\" \\", "\"Zürich \\\"1\\\" \\\\\""},
        Case{kDomain, " ", "", "is blank; expected one line of text, not blank"}, Case{kDomain, "", ""},
        Case{kDomain, "a\nb", "",
             "has a line break or another control character; expected one line of text, not blank"},
        Case{"log.file", "", "\"\""},

        Case{"store.url", "sqlite::memory:", "\"sqlite::memory:\""},
        Case{"store.url", "postgresql://me:hunter2@db/x", "\"postgresql://(set)\""},
        Case{"store.url", "postgresql://(set)", ""},

        Case{kSecret, "a secret of some length", "\"(set)\""}, Case{kSecret, "", "\"\""},
        Case{kSecret, "(set)", "",
             "is the placeholder that stands for a hidden value; expected the secret itself, on one line"},
        Case{kSecret, "hunter2\n", "",
             "has a line break or another control character; expected the secret itself, on one line"},

        Case{kLevel, "trace", "trace"}, Case{kLevel, "off", "off"},
        Case{kLevel, "loud", "", "\"loud\" is not known here; expected trace, debug, info, warn, error, fatal or off"},
        Case{kLevel, "WARN", "warn"}, Case{kLevel, "Debug", "debug"}, Case{kLevel, "", ""}, Case{kLevel, " info", ""},
        Case{"log.format", "JSON", "json"}, Case{"identity.management.policy", "SYSOP_ONLY", "sysop-only"},
        Case{"identity.management.policy", "Sysop-Only", "sysop-only"},
        Case{"identity.management.policy", "Whitelist", "whitelist"},
        Case{"identity.management.policy", "sysoponly", ""}, Case{"identity.policy", "OUTSOURCED", "outsourced"},
        Case{"arrowhead.normalization-mode", "SIMPLE", "simple"},
        Case{"arrowhead.normalization-mode", "EXTENDED", "extended"}, Case{"http.tls.client-auth", "Need", "need"},
        Case{"log.format", "xml", "", "\"xml\" is not known here; expected text or json"},

        Case{kNames, "A, B", "[\"A\", \"B\"]"}, Case{kNames, "", "[]"}, Case{kNames, "A", "[\"A\"]"},
        Case{kNames, "A,,B", "", "has a blank item; expected a list of texts, such as [\"a\", \"b\"]"},
        Case{kNames, "A\tx", ""}, Case{kNames, "[good-guy, Other]", "[\"good-guy\", \"Other\"]"},
        Case{kNames, "[A]", "[\"A\"]"}, Case{kNames, " [ A , \"B\",'C' ] ", "[\"A\", \"B\", \"C\"]"},
        Case{kNames, "[\"A,B\", \"C]\"]", "[\"A,B\", \"C]\"]"}, Case{kNames, "[]", "[]"}, Case{kNames, " [ ] ", "[]"},
        Case{kNames, "[A, B", "", "\"[A, B\" is not a list; expected one such as a,b or [a, \"b\"]"},
        Case{kNames, "A, B]", "", "\"A, B]\" is not a list; expected one such as a,b or [a, \"b\"]"},
        Case{kNames, "[", ""}, Case{kNames, "]", ""}, Case{kNames, "][", ""}, Case{kNames, "[A]]", ""},
        Case{kNames, "[[A]", ""}, Case{kNames, "[[A]]", ""}, Case{kNames, "[A: B]", ""}, Case{kNames, "[\"A]", ""},
        Case{kNames, "[A, , B]", ""}, Case{kNames, "[A, \"\"]", ""}, Case{kNames, "[A]\nlist: [B]", ""},
        Case{kMap, "A=x", "{\"A\": \"(set)\"}"}, Case{kMap, "A=x==, B = y ", "{\"A\": \"(set)\", \"B\": \"(set)\"}"},
        Case{kMap, "{A: x, \"B\": \"y,z\"}", "{\"A\": \"(set)\", \"B\": \"(set)\"}"}, Case{kMap, "", "{}"},
        Case{kMap, " { } ", "{}"}, Case{kMap, "{a: 1, b: ~}", ""},
        Case{kMap, "hunter2", "",
             "the value is not a map; expected one such as name=a,other=b or {name: \"a\", other: \"b\"}"},
        Case{kMap, "[A]", ""}, Case{kMap, "{A: [x]}", ""}, Case{kMap, "{A: x", ""},
        Case{kMap, "{A: x}\nmap: {B: y}", ""},
        Case{kMap, "A=x,B=", "",
             "its member 2 has a blank secret; expected names with a secret each, such as {name: \"a\", other: \"b\"}"},
        Case{kMap, "=hunter2", "",
             "its member 1 has a blank name; expected names with a secret each, such as {name: \"a\", other: \"b\"}"},
        Case{kMap, "A=x,A=y", "",
             "its member 2 has a name that was there before; expected names with a secret each, such as {name: \"a\", "
             "other: \"b\"}"},
        Case{kMap, "A=x\ty", ""}, Case{kMap, "A=(set)", ""}, Case{kMap, "A=x,", ""},
        Case{"http.listen", "[::1]:0, 127.0.0.1:0", "[\"[::1]:0\", \"127.0.0.1:0\"]"},
        Case{"http.listen", "[\"[::1]:0\", 127.0.0.1:0]", "[\"[::1]:0\", \"127.0.0.1:0\"]"},
        Case{"http.listen", "[]", "",
             "is an empty list; expected a list with one text or more, such as [\"a\", \"b\"]"},
        Case{"http.listen", "", "",
             "is an empty list; expected a list with one text or more, such as [\"a\", \"b\"]"}));

TEST(Values, AListIsForListsOnly) {
  Config config;
  const auto status = assign_list(find_row(kPages)->field, std::vector<std::string>{"1"}, config);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "is a list; expected a whole number from 1 to 1000000");
}

TEST(Values, AMapIsForMapsOnlyAndHasABound) {
  Config config;
  const std::vector<std::pair<std::string, std::string>> one = {{"A", "x"}};
  const auto status = assign_map(find_row(kPages)->field, one, config);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "is a map; expected a whole number from 1 to 1000000");
  EXPECT_FALSE(assign_list(find_row(kMap)->field, std::vector<std::string>{"A"}, config).has_value());

  std::vector<std::pair<std::string, std::string>> many;
  for (std::size_t i = 0; i < kListItemsMax; ++i) many.emplace_back(fmt::format("A{}", i), "x");
  EXPECT_TRUE(assign_map(find_row(kMap)->field, many, config).has_value());
  many.emplace_back("B", "x");
  EXPECT_FALSE(assign_map(find_row(kMap)->field, many, config).has_value());
  EXPECT_EQ(config.identity.authenticator_secret_keys.size(), kListItemsMax);
}

TEST(Values, AListHasABound) {
  Config config;
  const Field& names = find_row(kNames)->field;
  EXPECT_TRUE(assign_list(names, std::vector<std::string>(kListItemsMax, "A"), config).has_value());
  EXPECT_FALSE(assign_list(names, std::vector<std::string>(kListItemsMax + 1, "A"), config).has_value());
}

TEST(Values, SizesAreWrittenInTheirLargestUnit) {
  for (const auto& [bytes, text] : std::map<std::uint64_t, std::string>{{0, "0B"},
                                                                        {1, "1B"},
                                                                        {1023, "1023B"},
                                                                        {1024, "1KiB"},
                                                                        {1536, "1536B"},
                                                                        {1048576, "1MiB"},
                                                                        {3ULL << 30U, "3GiB"}}) {
    EXPECT_EQ(format_size(bytes), text);
    EXPECT_EQ(parse_size(text), bytes);
  }
}

TEST(Table, PathsAndVariablesAreUnique) {
  std::set<std::string> paths;
  std::set<std::string> variables;
  for (const Row& row : rows()) {
    EXPECT_TRUE(paths.emplace(row.path).second) << row.path;
    EXPECT_TRUE(variables.insert(environment_name(row.path)).second) << row.path;
    EXPECT_EQ(find_later(row.path), nullptr) << row.path;
    EXPECT_FALSE(is_section(row.path)) << row.path;
    EXPECT_THAT(row.documentation, testing::EndsWith(".")) << row.path;
  }
  for (const Collection& one : collections()) {
    EXPECT_TRUE(is_section(one.path)) << one.path;
    EXPECT_EQ(find_collection(one.path), &one) << one.path;
    EXPECT_THAT(one.documentation, testing::EndsWith(".")) << one.path;
  }
}

// A place mistaken for its neighbour's would read one key into another.
TEST(Table, EveryKeyHasItsOwnPlace) {
  const Config defaults = config_of_all_rows();
  for (const Row& row : rows()) {
    Config config = defaults;
    const auto change = [&](std::string_view text) {
      return assign(row.field, text, config, members_of(row)).has_value();
    };
    const std::string before = to_yaml(row.field, config, members_of(row));
    const bool changed = change("changed-text") || change("1001") || change("7") || change("77s") || change("77KiB") ||
                         change("name=secret") || change(before == "true" ? "false" : "true") ||
                         (std::holds_alternative<Choice>(row.field) && [&] {
                           for (const auto name : std::get<Choice>(row.field).names) {
                             if (name != before) return change(name);
                           }
                           return false;
                         }());
    ASSERT_TRUE(changed) << row.path;
    for (const Row& other : rows()) {
      EXPECT_EQ(to_yaml(other.field, config, members_of(other)) != to_yaml(other.field, defaults, members_of(other)),
                other.path == row.path)
          << row.path << " " << other.path;
    }
  }
}

}  // namespace
}  // namespace jeton::config
