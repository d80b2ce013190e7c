// What the Redis provider sends, and how it reads errors, without a server.
#include "leases/providers/redis/commands.hpp"

#include <gtest/gtest.h>

#include <array>

namespace jeton::leases::redis {
namespace {

using net::redis::Command;
using net::redis::Value;

Value text(std::string_view of) {
  return {.kind = Value::Kind::kText, .text = std::string(of)};
}
Value error(std::string_view of) {
  return {.kind = Value::Kind::kError, .text = std::string(of)};
}

TEST(RedisCommands, RulesAreApartAtBlanks) {
  EXPECT_EQ(read_rules("  ~keys:*  &chan:*\t+@read (+set ~w:*) "),
            (Rules{"~keys:*", "&chan:*", "+@read", "(+set", "~w:*)"}));
  for (const char* wrong : {"", "   "}) EXPECT_FALSE(read_rules(wrong));
}

TEST(RedisCommands, WhoMayLogInIsNotForARoleToSay) {
  for (const char* rule : {"on", "OFF", "reset", "NoPass", "resetpass", ">word", "<word", "#0123", "!0123"})
    EXPECT_FALSE(read_rules(std::string("~* ") + rule)) << rule;
  EXPECT_TRUE(read_rules("resetkeys resetchannels allcommands"));
}

TEST(RedisCommands, AUserBeginsFromNothingAndTheSecretStaysHere) {
  EXPECT_EQ(create_command("lt_abcdef_1", {"~*", "+@read"}, "secret"),
            (Command{"ACL", "SETUSER", "lt_abcdef_1", "reset", "on",
                     "#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "~*", "+@read"}));
  EXPECT_EQ(revoke_command(std::array<std::string, 2>{"a", "b"}), (Command{"ACL", "DELUSER", "a", "b"}));
}

TEST(RedisCommands, FindsHowUsersAreKept) {
  const auto found = [](std::string_view file, std::string_view info) {
    const std::array answers = {Value{.kind = Value::Kind::kList, .items = {text("aclfile"), text(file)}}, text(info)};
    return found_persistence(answers).value();
  };
  EXPECT_EQ(found("/etc/redis/users.acl", "redis_version:7.0.15\r\nconfig_file:/c\r\n"), Persistence::kAclFile);
  EXPECT_EQ(found("", "redis_version:7.0.15\r\nconfig_file:/etc/redis.conf\r\nx:1\r\n"), Persistence::kConfigRewrite);
  EXPECT_EQ(found("", "redis_version:7.0.15\r\nconfig_file:\r\n"), Persistence::kNone);
  const std::array refused = {error("NOPERM this user has no permissions"), text("")};
  EXPECT_EQ(found_persistence(refused).error().error_word(), "NOPERM");
}

TEST(RedisCommands, PersistenceHasFourWords) {
  EXPECT_EQ(read_persistence("auto").value(), Persistence::kAuto);
  EXPECT_EQ(read_persistence("acl-file").value(), Persistence::kAclFile);
  EXPECT_EQ(read_persistence("config-rewrite").value(), Persistence::kConfigRewrite);
  EXPECT_EQ(read_persistence("none").value(), Persistence::kNone);
  EXPECT_FALSE(read_persistence("aclfile"));
}

TEST(RedisCommands, AnErrorIsReadByItsFirstWord) {
  for (const char* word : {"WRONGPASS", "NOAUTH", "NOPERM"}) EXPECT_EQ(trouble_of(word), Trouble::kDenied);
  for (const char* word : {"LOADING", "BUSY", "OOM", "READONLY", "MISCONF", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN"})
    EXPECT_EQ(trouble_of(word), Trouble::kBusy) << word;
  for (const char* word : {"ERR", "", "WRONGTYPE"}) EXPECT_EQ(trouble_of(word), Trouble::kRejected);
}

}  // namespace
}  // namespace jeton::leases::redis
