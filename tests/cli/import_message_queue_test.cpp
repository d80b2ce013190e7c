// A MessageQueue's settings into ours.
#include "app/config/import_message_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config/import_properties.hpp"
#include "app/config/load.hpp"

namespace jeton::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(Properties, AreReadAsTheirLibraryReadsThem) {
  const struct {
    const char* text;
    const char* name;
    const char* value;
  } rows[] = {
      {"a=b", "a", "b"},
      {"  a : b c  ", "a", "b c  "},
      {"a b", "a", "b"},
      {"a\t=\f b", "a", "b"},
      {"a==b", "a", "=b"},
      {"a", "a", ""},
      {"a=", "a", ""},
      {"# x=y\n! x=y\n\n   \na=1", "a", "1"},
      {"a=one,\\\n   two", "a", "one,two"},
      {"a=one\\\r\n# two", "a", "one# two"},
      {"a=one\\\\\nb=2", "a", "one\\"},
      {"a=one\\", "a", "one"},
      {"a\\ b\\=c=d", "a b=c", "d"},
      {"a=\\t\\n\\q\\u00e9\\uD83D\\uDE00", "a", "\t\nqé😀"},
      {"a=\xE9", "a", "é"},
      {"a=é", "a", "é"},
      {"\xEF\xBB\xBF"
       "a=1",
       "a", "1"},
      {"A_B=c\\d # e ", "A_B", "c\\d # e "},
      {"A_B=\"c d\"", "A_B", "c d"},
      {"export A_B='c'", "A_B", "c"},
      {"A_B=\"c", "A_B", "\"c"},
      {"A_B=c\\\nD=e", "A_B", "c\\"},
  };
  for (const auto& row : rows) {
    const auto read = read_properties(row.text);
    ASSERT_TRUE(read.has_value()) << row.text;
    ASSERT_FALSE(read->empty()) << row.text;
    EXPECT_EQ(read->front().name, row.name) << row.text;
    EXPECT_EQ(read->front().value, row.value) << row.text;
  }
}

TEST(Properties, KnowTheirLines) {
  const auto read = read_properties("a=1\n#\nb=x\\\ny\r\nc=3\rd=4");
  ASSERT_TRUE(read.has_value());
  std::vector<std::size_t> lines;
  for (const Property& property : *read) lines.push_back(property.line);
  EXPECT_THAT(lines, ElementsAre(1, 3, 5, 6));
}

TEST(Properties, BrokenEscapesAreRefusedWithoutTheirText) {
  for (const char* text : {"a=1\nb=\\u12", "a=1\nb=\\u12g4x", "a=1\nb=\\uD83Dx", "a=1\nb=\\uDE00", "a=1\nb\\u=2"}) {
    const auto read = read_properties(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().message,
              "line 2: \\u does not stand for a character here; expected four hexadecimal digits");
  }
}

ImportedConfig imported(std::string_view text) {
  auto done = import_message_queue(text);
  EXPECT_TRUE(done.has_value());
  return done ? *std::move(done) : ImportedConfig{};
}

LoadedConfig loaded(const ImportedConfig& made, Exposure exposure = Exposure::kGuarded) {
  auto config = load({.file = File{"j.yaml", made.yaml}, .environment = {}, .settings = {}, .exposure = exposure});
  EXPECT_TRUE(config.has_value()) << made.yaml << (config ? "" : config.error().front());
  return config ? *std::move(config) : LoadedConfig{};
}

std::string all_notes(const ImportedConfig& made) {
  std::string out;
  for (const std::string& note : made.notes) out += note + "\n";
  return out;
}

TEST(ImportMessageQueue, NothingBecomesTheOriginalsDefaults) {
  const auto made = imported("");
  EXPECT_EQ(made.yaml,
            "# Made of a MessageQueue's settings by `jeton config import message-queue`.\n"
            "http:\n  listen: [\"127.0.0.1:8080\"]\nqueues:\n  restriction-mode: NONE\n");
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("server.address is not set")));
  EXPECT_THAT(loaded(made).config.http.listen, ElementsAre("127.0.0.1:8080"));
}

TEST(ImportMessageQueue, PropertiesAndVariablesComeToTheSame) {
  const auto properties = imported(
      "message-queue.restriction-mode=hybrid\nmessage-queue.access-token.key= kéy \"x\" \\\\ # y \n"
      "message-queue.storage-medium: REDIS\nmessage-queue.redis.endpoint = r1:6379, r2\nserver.port=9000\n"
      "server.address=localhost\n");
  const auto variables = imported(
      "MESSAGE_QUEUE_RESTRICTION_MODE=HYBRID\nMESSAGEQUEUE_ACCESSTOKEN_KEY=kéy \"x\" \\ # y \n"
      "MULTI_QUEUE_TYPE=REDIS\nREDIS_ENDPOINT=r1:6379, r2\nSERVER_PORT=9000\nSERVER_ADDRESS=localhost\nPATH=/bin\n");
  EXPECT_EQ(properties.yaml, variables.yaml);
  const auto config = loaded(properties).config;
  EXPECT_EQ(config.queues.restriction_mode, model::RestrictionMode::kHybrid);
  EXPECT_EQ(config.queues.access_token_key.reveal(), "kéy \"x\" \\ # y ");
  EXPECT_THAT(config.http.listen, ElementsAre("localhost:9000"));
  EXPECT_THAT(config.queues.reported_settings,
              ElementsAre("message-queue.storage-medium=REDIS", "message-queue.redis.endpoint=r1:6379, r2"));
  EXPECT_THAT(all_notes(properties), HasSubstr("line 2: message-queue.access-token.key: it has letters beyond ASCII"));
  EXPECT_THAT(all_notes(variables), HasSubstr("line 7: PATH: not taken over: no setting of MessageQueue"));
}

TEST(ImportMessageQueue, TellsWhatItLeavesOutWithoutAnySecret) {
  const auto made = imported(
      "message-queue.access-token.key=TOPSECRET\nspring.datasource.password=TOPSECRET\n"
      "spring.datasource.url=jdbc:mysql://u:TOP@SECRET@db/x?useSSL=true&password=TOPSECRET\n"
      "spring.data.mongodb.uri=mongodb://u:TOPSECRET@h1,h2/db\nspring.data.mongodb.password=TOPSECRET\n"
      "server.ssl.key-store=file:/etc/mq.p12\nserver.ssl.key-store-password=TOPSECRET\n"
      "server.ssl.key-alias=mq\nspring.jpa.hibernate.ddl-auto=create\nspringdoc.api-docs.path=/api-docs\n"
      "logging.level.root=debug\nserver.tomcat.threads.max=7\nTOPSECRET\nMY_OWN=TOPSECRET\nTOPSECRETS==\n");
  const std::string notes = all_notes(made);
  EXPECT_THAT(notes, Not(HasSubstr("SECRET")));
  for (const char* expected :
       {"line 2: spring.datasource.password: not taken over: it opens a storage",
        "line 3: spring.datasource.url: only told by GET /settings: messages are kept in Jeton's own store",
        "line 5: spring.data.mongodb.password: not taken over",
        "line 8: server.ssl.key-alias: not taken over: http.tls",
        "line 9: spring.jpa.hibernate.ddl-auto: not taken over: Jeton has its own store",
        "line 10: springdoc.api-docs.path: not taken over: the reference of all operations is at /docs",
        "line 11: logging.level.root: not taken over: lines go to standard error",
        "line 12: server.tomcat.threads.max: not taken over", "line 13: not taken over: it is no setting",
        "line 14: MY_OWN: not taken over: no setting of MessageQueue has this name",
        "the output holds secrets; keep it in a file"}) {
    EXPECT_THAT(notes, HasSubstr(expected));
  }
  EXPECT_THAT(made.yaml, HasSubstr("    pkcs12: \"/etc/mq.p12\"\n    password: \"TOPSECRET\"\n"));
  EXPECT_THAT(made.yaml, HasSubstr("- \"spring.datasource.url=jdbc:mysql://***\"\n"));
  EXPECT_THAT(made.yaml, HasSubstr("- \"spring.data.mongodb.uri=mongodb://***\"\n"));
  EXPECT_THAT(made.notes, SizeIs(14));
}

TEST(ImportMessageQueue, WhatCannotBeUsedIsSaid) {
  const struct {
    const char* text;
    const char* note;
  } rows[] = {
      {"message-queue.restriction-mode=strict", "line 1: message-queue.restriction-mode: it is none of NONE, HYBRID"},
      {"message-queue.restriction-mode=HYBRID", "message-queue.access-token.key has no value here"},
      {"message-queue.access-token.key=  ", "line 1: message-queue.access-token.key: not taken over: it has no value"},
      {"message-queue.access-token.key=${MQ_KEY}", "not taken over: it refers to another setting with ${…}"},
      {"message-queue.access-token.key=a\\nb", "not taken over: it has a line break"},
      {"MESSAGE_QUEUE_ACCESS_TOKEN_KEY='k'", "the quotes around it were taken off"},
      {"server.port=-1", "line 1: server.port: not taken over: it is no port"},
      {"server.address=a b", "line 1: server.address: not taken over: it is no address"},
      {"server.ssl.key-store=classpath:mq.p12", "not taken over: it is inside the original's program"},
      {"server.ssl.key-store=mq.jks\nserver.ssl.key-store-type=JKS", "line 1: server.ssl.key-store: not taken over"},
      {"server.ssl.key-store=mq.p12\nserver.ssl.enabled=false", "not taken over: server.ssl.enabled is false"},
  };
  for (const auto& row : rows) {
    const auto made = imported(row.text);
    EXPECT_THAT(all_notes(made), HasSubstr(row.note)) << row.text;
    EXPECT_THAT(made.yaml, HasSubstr("listen: [\"127.0.0.1:8080\"]\n")) << row.text;
    EXPECT_THAT(made.yaml, Not(HasSubstr("tls:"))) << row.text;
    loaded(made);
  }
}

TEST(ImportMessageQueue, AddressesOfOtherMachinesAreTakenOverAndSaid) {
  for (const auto& [address, listener] : {std::pair{"0.0.0.0", "0.0.0.0:8080"}, {"::", "[::]:8080"}}) {
    const auto made = imported(std::string("server.address=") + address);
    EXPECT_THAT(all_notes(made), HasSubstr("other machines can reach it; `jeton serve` wants --insecure"));
    EXPECT_THAT(loaded(made, Exposure::kInsecure).config.http.listen, ElementsAre(listener));
  }
}

TEST(ImportMessageQueue, FormerNamesAndRepeatedOnes) {
  EXPECT_THAT(loaded(imported("REDIS_USE_SENTINELS=true\nREDIS_PREFIX=app")).config.queues.reported_settings,
              ElementsAre("message-queue.redis.mode=SENTINEL", "message-queue.redis.prefix=app"));
  EXPECT_THAT(loaded(imported("message-queue.redis.sentinel=true\nmessage-queue.redis.mode=CLUSTER"))
                  .config.queues.reported_settings,
              ElementsAre("message-queue.redis.mode=CLUSTER"));
  EXPECT_THAT(loaded(imported("server.port=1\nSERVER_PORT=2")).config.http.listen, ElementsAre("127.0.0.1:2"));
}

TEST(ImportMessageQueue, NotesAreBounded) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "x" + std::to_string(i) + "=1\n";
  const auto made = imported(text);
  EXPECT_THAT(made.notes, SizeIs(kImportNotesMax + 1));
  EXPECT_EQ(made.notes.back(), "and 301 notes more");
}

TEST(ImportMessageQueue, UrlsLoseTheirCredentials) {
  const struct {
    const char* url;
    const char* without;
  } rows[] = {
      {"jdbc:postgresql://db:5432/mq", "jdbc:postgresql://db:5432/mq"},
      {"mongodb://u:p@ss/w:rd@h/db?authSource=a@b", "mongodb://***"},
      {"jdbc:sqlserver://h;user=sa;password={a;b};encrypt=true", "jdbc:sqlserver://***"},
      {"jdbc:sqlserver://h;Password=x;pwd=y", "jdbc:sqlserver://***"},
      {"jdbc:mysql://h/d?trustStorePassword=x&a=b", "jdbc:mysql://***"},
      {"jdbc:oracle:thin:u/p@h:1521:x", "***"},
      {"a:1,rediss://u:p@b", "a:1,rediss://***"},
      {"mongodb://u:p@p/x@h/db", "mongodb://***"},
      {"jdbc:mysql://h/d?pass%77ord=x", "jdbc:mysql://***"},
      {"jdbc:sqlite:mq.db", "jdbc:sqlite:mq.db"},
      {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(without_credentials(row.url), row.without);
}

}  // namespace
}  // namespace jeton::config
