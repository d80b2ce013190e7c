// The codec of the Redis protocol: literal bytes in, values out, however the bytes are cut.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/redis/address.hpp"
#include "net/redis/resp.hpp"

namespace jeton::net::redis {
namespace {

using Kind = Value::Kind;

Value text(std::string_view of) {
  return {.kind = Kind::kText, .text = std::string(of)};
}
Value integer(std::int64_t of) {
  return {.kind = Kind::kInteger, .integer = of};
}

// All values in `bytes`, fed `step` bytes at a time.
std::vector<Value> read_all(std::string_view bytes, std::size_t step) {
  Parser parser;
  std::vector<Value> out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    parser.feed(bytes.substr(at, step));
    for (;;) {
      auto value = parser.next();
      EXPECT_TRUE(value) << value.error().message;
      if (!value || !*value) break;
      out.push_back(**std::move(value));
    }
  }
  EXPECT_FALSE(parser.holds_bytes());
  return out;
}

std::string failure_of(std::string_view bytes, const ValueLimits& limits = {}) {
  Parser parser(limits);
  parser.feed(bytes);
  for (;;) {
    const auto value = parser.next();
    if (!value) return value.error().message;
    if (!*value) return "needs more";
  }
}

TEST(RedisResp, ReadsEveryTypeOfVersion2And3HoweverItIsCut) {
  const std::string bytes =
      "+OK\r\n-WRONGPASS invalid "
      "pair\r\n:-42\r\n$5\r\nhe\r\no\r\n$0\r\n\r\n$-1\r\n*-1\r\n_\r\n#t\r\n,-1.5e3\r\n,inf\r\n"
      "(3492890328409238509324850943850943825024385\r\n!9\r\nSYNTAX no\r\n=7\r\ntxt:all\r\n*2\r\n:1\r\n*1\r\n+two\r\n"
      "~1\r\n#f\r\n%1\r\n+key\r\n$1\r\nv\r\n>2\r\n+message\r\n+it\r\n*0\r\n";
  const std::vector<Value> expected = {
      text("OK"),
      {.kind = Kind::kError, .text = "WRONGPASS invalid pair"},
      integer(-42),
      text("he\r\no"),
      text(""),
      {},
      {},
      {},
      {.kind = Kind::kBoolean, .integer = 1},
      {.kind = Kind::kNumber, .text = "-1.5e3"},
      {.kind = Kind::kNumber, .text = "inf"},
      {.kind = Kind::kNumber, .text = "3492890328409238509324850943850943825024385"},
      {.kind = Kind::kError, .text = "SYNTAX no"},
      text("all"),
      {.kind = Kind::kList, .items = {integer(1), {.kind = Kind::kList, .items = {text("two")}}}},
      {.kind = Kind::kList, .items = {{.kind = Kind::kBoolean}}},
      {.kind = Kind::kMap, .items = {text("key"), text("v")}},
      {.kind = Kind::kPush, .items = {text("message"), text("it")}},
      {.kind = Kind::kList},
  };
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, bytes.size()})
    EXPECT_EQ(read_all(bytes, step), expected) << step;
  EXPECT_EQ(expected[1].error_word(), "WRONGPASS");
  EXPECT_EQ(expected[0].error_word(), "");
}

TEST(RedisResp, AttributesAreReadAndLeftOut) {
  EXPECT_EQ(read_all("|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n|0\r\n:3\r\n", 1),
            (std::vector<Value>{{.kind = Kind::kList, .items = {integer(1), integer(2)}}, integer(3)}));
}

TEST(RedisResp, RefusesWhatIsNoSuchProtocolAndStaysThere) {
  for (const std::string_view bytes :
       {"\r\n", "HTTP/1.1 400 Bad Request\r\n", ":\r\n", ":1x\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$x\r\n",
        "$3\r\nabcd\r\n", "#y\r\n", "_x\r\n", ",1.5x\r\n", "(12a\r\n", "=3\r\ntxt\r\n", "!-1\r\n", "~-1\r\n",
        "%-1\r\n"})
    EXPECT_TRUE(failure_of(bytes).starts_with("this is not the protocol of Redis: ")) << bytes;

  Parser parser;
  parser.feed("?\r\n+OK\r\n");
  EXPECT_FALSE(parser.next());
  EXPECT_FALSE(parser.next());
}

TEST(RedisResp, LimitsHoldBeforeTheBytesAreThere) {
  const ValueLimits limits{.depth_max = 2, .items_max = 10, .bytes_max = 100, .line_bytes_max = 20};
  EXPECT_EQ(failure_of("*1\r\n*1\r\n:1\r\n", limits), "needs more");
  EXPECT_NE(failure_of("*1\r\n*1\r\n*1\r\n", limits), "needs more");
  EXPECT_NE(failure_of("*11\r\n", limits), "needs more");
  EXPECT_NE(failure_of("%6\r\n", limits), "needs more");
  EXPECT_NE(failure_of("*2\r\n*9\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", limits),
            "needs more");
  EXPECT_NE(failure_of("$101\r\n", limits), "needs more");
  EXPECT_NE(failure_of("+123456789012345678901", limits), "needs more");
  EXPECT_NE(failure_of("*2\r\n$60\r\n" + std::string(60, 'x') + "\r\n$60\r\n", limits), "needs more");
  std::string attributes;
  for (int i = 0; i < 100; ++i) attributes += "|0\r\n";
  EXPECT_NE(failure_of(attributes, limits), "needs more");
}

TEST(RedisResp, ALimitIsOfOneValueNotOfAConnection) {
  Parser parser({.depth_max = 1, .items_max = 4, .bytes_max = 30, .line_bytes_max = 20});
  for (int i = 0; i < 100; ++i) {
    parser.feed("*2\r\n:1\r\n$3\r\nabc\r\n");
    const auto value = parser.next();
    ASSERT_TRUE(value && *value) << i;
  }
}

TEST(RedisResp, ACommandIsAListOfItsWords) {
  std::string out;
  const std::vector<std::string> words = {"ACL", "SETUSER", "", "a\r\nb"};
  append_command(out, words);
  EXPECT_EQ(out, "*4\r\n$3\r\nACL\r\n$7\r\nSETUSER\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
}

TEST(RedisAddress, SaysWhereAndWho) {
  const auto plain = read_address(base::Secret("redis://cache.example"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->shown(), "redis://cache.example:6379");
  EXPECT_TRUE(plain->user.empty() && plain->password.empty() && !plain->tls && plain->database == 0);

  const auto full = read_address(base::Secret("rediss://mana%40ger:p%3a%2F@[::1]:7000/3"));
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ(full->shown(), "rediss://[::1]:7000");
  EXPECT_EQ(full->user, "mana@ger");
  EXPECT_EQ(full->password.reveal(), "p:/");
  EXPECT_EQ(full->database, 3U);

  const auto password_only = read_address(base::Secret("redis://:word@127.0.0.1:1/"));
  ASSERT_TRUE(password_only);
  EXPECT_EQ(password_only->user, "");
  EXPECT_EQ(password_only->password.reveal(), "word");
}

TEST(RedisAddress, AWrongOneIsNotRepeated) {
  for (const char* url : {"", "http://s3cret", "redis://", "redis://s3cret@", "redis://u@s3cret.example", "redis://h:0",
                          "redis://h:70000", "redis://h:s3cret", "redis://h/s3cret", "redis://[::1", "redis://h?s3cret",
                          "redis://u:%zz@h", "redis://[::1]s3cret"}) {
    const auto read = read_address(base::Secret(url));
    ASSERT_FALSE(read) << url;
    EXPECT_EQ(read.error().code, base::ErrorCode::kInvalid);
    EXPECT_EQ(read.error().message.find("s3cret"), std::string::npos) << read.error().message;
  }
}

}  // namespace
}  // namespace jeton::net::redis
