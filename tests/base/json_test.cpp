#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::base::json {
namespace {

enum class Colour { kRed, kBlue };

struct Inner {
  std::optional<std::string> policy_type;
  std::optional<std::vector<std::string>> policy_list;
  std::optional<Raw> requirement;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (policy_type, policy_list, requirement))

struct Outer {
  std::optional<std::string> target;
  std::optional<std::int64_t> size;
  std::optional<bool> granted;
  std::optional<Inner> default_policy;
  std::optional<Members<Inner>> scoped_policies;
  std::optional<std::vector<std::optional<Inner>>> list;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (target, size, granted, default_policy, scoped_policies, list))

struct Derived : Inner {
  Instant created_at;
  Id<struct Tag> id;
  std::array<std::uint8_t, 2> bytes{};
};
BOOST_DESCRIBE_STRUCT(Derived, (Inner), (created_at, id, bytes))

Result<Outer> outer(std::string_view text) {
  return read_unpadded<Outer>(text);
}

TEST(JsonReader, FillsDescribedStructs) {
  const auto read = outer(
      R"( {"target":"a\u00e9\n","size":7,"granted":true,"defaultPolicy":{"policyType":"ALL","policyList":["x","y"],
    "requirement": { "a" : [ 1 , 2.50, "t\"" ] , "b":null } },"scopedPolicies":{"s":{"policyType":"X"}},"list":[null,{}]} )");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->target, "aé\n");
  EXPECT_EQ(read->size, 7);
  EXPECT_EQ(read->granted, true);
  EXPECT_EQ(read->default_policy->policy_list->at(1), "y");
  EXPECT_EQ(read->default_policy->requirement->text, R"({"a":[1,2.50,"t\""],"b":null})");
  EXPECT_EQ(read->scoped_policies->at(0).first, "s");
  ASSERT_EQ(read->list->size(), 2U);
  EXPECT_FALSE(read->list->at(0).has_value());
  EXPECT_TRUE(read->list->at(1).has_value());
}

// arrowhead-authorization 1.3
TEST(JsonReader, IsAsLenientAsTheSystemsItReplaces) {
  EXPECT_EQ(outer(R"({"target":5})")->target, "5");
  EXPECT_EQ(outer(R"({"target":1.50})")->target, "1.50");
  EXPECT_EQ(outer(R"({"target":true})")->target, "true");
  EXPECT_EQ(outer(R"({"size":"10"})")->size, 10);
  EXPECT_EQ(outer(R"({"target":null})")->target, std::nullopt);
  EXPECT_EQ(outer(R"({"target":"a","target":"b"})")->target, "b");
  EXPECT_EQ(outer(R"({"Target":"a","unknown":[{"x":[1,{}]},"y",-1e5,false,null]})")->target, std::nullopt);
  EXPECT_EQ(outer(R"({"scopedPolicies":{"s":{"policyType":"A"},"s":{"policyType":"B"}}})")->scoped_policies->size(),
            1U);
}

struct BadRow {
  std::string text;
  std::string message_part;
};

TEST(JsonReader, SaysWhatIsWrongAndWhere) {
  const BadRow rows[] = {
      {"", "required"},
      {"   ", "required"},
      {"null", "expected an object, found null"},
      {"[]", "expected an object, found an array"},
      {"5", "expected an object, found a number"},
      {R"("x")", "expected an object, found a text"},
      {"{", "not well-formed"},
      {R"({"target")", "not well-formed"},
      {R"({"target":"a"} x)", ""},
      {R"({"target":"a"}{})", "behind the end"},
      {R"({"target":"a",})", "not well-formed"},
      {R"({"target":"a" "size":1})", "not well-formed"},
      {R"({target:"a"})", "not well-formed"},
      {"{\"target\":\"a\x01\"}", "control"},
      {"{\"target\":\"a\xff\"}", "UTF-8"},
      {R"({"target":"\ud800"})", "escape"},
      {R"({"target":"\x"})", "escape"},
      {R"({"target":{}})", "target: expected a text, found an object"},
      {R"({"size":"1.5"})", "size: expected a whole number"},
      {R"({"size":1e300})", "size: expected a whole number"},
      {R"({"size":99999999999999999999})", "size: expected a whole number"},
      {R"({"granted":"maybe"})", "granted: expected true or false"},
      {R"({"defaultPolicy":{"policyList":["a",{}]}})", "defaultPolicy.policyList[1]: expected a text"},
      {R"({"defaultPolicy":[]})", "defaultPolicy: expected an object, found an array"},
      {R"({"list":{}})", "list: expected a list, found an object"},
      {R"({"list":[{},{"policyType":[]}]})", "list[1].policyType: expected a text"},
      {R"({"unknown":tru})", "unknown"},
      {R"({"unknown":01})", "unknown"},
      {R"({"unknown":[1,]})", "unknown"},
      {R"({"unknown":nul})", "unknown"},
      {R"({"defaultPolicy":{"requirement":{"a":1.}}})", "requirement.a"},
      {"{\"unknown\":" + std::string(600, '[') + std::string(600, ']') + "}", "nested deeper"},
  };
  for (const BadRow& row : rows) {
    const auto read = outer(row.text);
    ASSERT_FALSE(read) << row.text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(read.error().message, testing::HasSubstr(row.message_part)) << row.text;
  }
}

TEST(JsonValue, TellsWholeNumbersFromOthersAndComparesStrictly) {
  EXPECT_EQ(*parse(R"({"a":1,"b":[true,null]})"), *parse(R"({"b":[true,null],"a":1})"));
  EXPECT_NE(*parse("5"), *parse("5.0"));
  EXPECT_NE(*parse("5"), *parse(R"("5")"));
  EXPECT_NE(*parse("[1,2]"), *parse("[2,1]"));
  EXPECT_EQ(*parse("123456789012345678901234567890"), *parse("123456789012345678901234567890"));
  EXPECT_TRUE(parse("123456789012345678901234567890")->as<BigInteger>());
  EXPECT_TRUE(parse("1e2")->as<double>());
  EXPECT_EQ(parse(R"({"a":{"b":3}})")->member("a")->member("b")->as<std::int64_t>()[0], 3);
  EXPECT_EQ(parse(R"({"a":1,"a":2})")->as<Object>()->size(), 1U);
  for (const char* bad : {"", "1,2", "]", "[", "1]", "{\"a\"}", "nope", "'a'"}) EXPECT_FALSE(parse(bad)) << bad;
}

TEST(JsonWriter, OmitsWhatIsAbsentAndEscapes) {
  Outer value;
  value.target = "q\"\\\n\x01é";
  value.size = -5;
  value.default_policy = Inner{.policy_list = std::vector<std::string>{}, .requirement = Raw{R"({"k":1})"}};
  value.scoped_policies = Members<Inner>{{"s", Inner{.policy_type = "ALL"}}};
  EXPECT_EQ(
      write(value),
      R"({"target":"q\"\\\n\u0001é","size":-5,"defaultPolicy":{"policyList":[],"requirement":{"k":1}},"scopedPolicies":{"s":{"policyType":"ALL"}}})");
}

TEST(JsonWriter, ANumberKeepsItsType) {
  for (const char* text : {"5", "5.0", "-0.5", "1e+100", "123456789012345678901234567890"})
    EXPECT_EQ(write(*parse(text)), text);
}

TEST(JsonWriter, WritesWhatTheReaderReads) {
  Derived value;
  value.policy_type = "x";
  value.created_at = Instant{std::chrono::seconds{1'900'000'000}};
  value.id.value = 7;
  value.bytes = {1, 255};
  const std::string text = write(value);
  EXPECT_EQ(text, R"({"policyType":"x","createdAt":"2030-03-17T17:46:40Z","id":7,"bytes":"Af8="})");
  const auto again = read_unpadded<Derived>(text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write(*again), text);
}

}  // namespace
}  // namespace jeton::base::json
