// The Redis client against a Redis: pipelines, deadlines, logins, TLS, subscriptions.
#include "net/redis/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leases_providers/provider_calls.hpp"
#include "support/real_redis.hpp"

namespace jeton::net::redis {
namespace {

using jeton::testing::RealRedis;
using jeton::testing::ServerCertificate;
using leases::testing::kClock;
using leases::testing::soon;
using leases::testing::within;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Duration kShort = std::chrono::milliseconds{300};
constexpr base::Duration kSlack = std::chrono::seconds{2};

Address address_of(const std::string& url) {
  return read_address(base::Secret(url)).value();
}

std::unique_ptr<Connection> connect(const RealRedis& server) {
  auto made = Connection::open(address_of(server.owner_url()), {}, kClock, soon());
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

Failure failure_of(const std::string& url, const tls::ClientFiles& files = {}, base::Duration patience = kShort) {
  const auto made = Connection::open(address_of(url), files, kClock, within(patience));
  return made ? Failure{.kind = Failure::Kind::kLost, .message = "it connected"} : made.error();
}

TEST(RedisConnection, AnswersComeInOrderErrorsAmongThem) {
  const auto connection = connect(RealRedis::shared());
  const auto answers = connection->call(
      {{"SET", "a", "x\r\ny"}, {"GET", "a"}, {"LPUSH", "a", "1"}, {"INCR", "n"}, {"GET", "none"}}, soon());
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), 5U);
  EXPECT_EQ((*answers)[0].text, "OK");
  EXPECT_EQ((*answers)[1].text, "x\r\ny");
  EXPECT_EQ((*answers)[2].error_word(), "WRONGTYPE");
  EXPECT_EQ((*answers)[3].kind, Value::Kind::kInteger);
  EXPECT_EQ((*answers)[4].kind, Value::Kind::kNull);
  EXPECT_TRUE(connection->is_idle());
}

TEST(RedisConnection, LargeAnswersAndManyCommandsGoThrough) {
  const auto connection = connect(RealRedis::shared());
  const std::string large(3'000'000, 'x');
  auto answers = connection->call({{"SET", "large", large}, {"GET", "large"}, {"DEL", "large"}}, soon());
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[1].text, large);
  const std::vector<Command> many(5'000, Command{"PING"});
  answers = connection->call(many, soon());
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(answers->size(), many.size());
}

TEST(RedisConnection, SpeaksVersion3) {
  const auto connection = connect(RealRedis::shared());
  const auto answers = connection->call({{"HELLO", "3"}, {"CONFIG", "GET", "port"}, {"GET", "none"}}, soon());
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].kind, Value::Kind::kMap);
  EXPECT_EQ((*answers)[1].kind, Value::Kind::kMap);
  EXPECT_EQ((*answers)[2].kind, Value::Kind::kNull);
}

TEST(RedisConnection, ASubscriptionIsReceivedAsItComes) {
  const auto listener = connect(RealRedis::shared());
  ASSERT_TRUE(listener->send({{"SUBSCRIBE", "news"}}, soon()));
  ASSERT_TRUE(listener->receive(soon()));
  const auto speaker = connect(RealRedis::shared());
  ASSERT_TRUE(speaker->call({{"PUBLISH", "news", "first"}, {"PUBLISH", "news", "second"}}, soon()));
  EXPECT_EQ(listener->receive(soon())->items[2].text, "first");
  EXPECT_EQ(listener->receive(soon())->items[2].text, "second");
  const auto silence = listener->receive(within(kShort));
  ASSERT_FALSE(silence);
  EXPECT_EQ(silence.error().kind, Failure::Kind::kNoAnswer);
}

TEST(RedisConnection, ALoginThatIsRefusedSaysWhy) {
  const Failure refused = failure_of(RealRedis::shared().url("lease_manager", "wr0ng-s3cret"));
  EXPECT_EQ(refused.kind, Failure::Kind::kRefused);
  EXPECT_EQ(refused.word, "WRONGPASS");
  EXPECT_THAT(refused.message, Not(HasSubstr("wr0ng-s3cret")));
  EXPECT_EQ(failure_of(RealRedis::shared().owner_url() + "/99").word, "ERR");  // there is no such database
}

TEST(RedisConnection, NobodyThereIsNotReached) {
  EXPECT_EQ(failure_of(fmt::format("redis://127.0.0.1:{}", jeton::testing::free_port())).kind,
            Failure::Kind::kNotReached);
  EXPECT_EQ(failure_of("redis://no-such-host.invalid", {}, std::chrono::seconds{20}).kind, Failure::Kind::kNotReached);
}

TEST(RedisConnection, AServerThatHangsIsWaitedForUntilTheDeadline) {
  RealRedis server;
  const auto connection = connect(server);
  server.pause();
  base::Tick begin = kClock.monotonic();
  const auto answers = connection->call({{"PING"}}, begin + kShort);
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().kind, Failure::Kind::kNoAnswer);
  EXPECT_GE(kClock.monotonic() - begin, kShort);
  EXPECT_LT(kClock.monotonic() - begin, kShort + kSlack);
  begin = kClock.monotonic();
  EXPECT_EQ(failure_of(server.owner_url()).kind, Failure::Kind::kNotReached);
  EXPECT_LT(kClock.monotonic() - begin, kShort + kSlack);
  server.resume();
}

TEST(RedisConnection, OneThatTheServerEndedIsKnownAsSuch) {
  RealRedis server;
  const auto connection = connect(server);
  EXPECT_TRUE(connection->is_idle());
  server.kill();
  EXPECT_TRUE(jeton::testing::comes_to_hold([&] { return !connection->is_idle(); }));
  const auto answers = connection->call({{"PING"}}, soon());
  ASSERT_FALSE(answers);
  EXPECT_NE(answers.error().kind, Failure::Kind::kNoAnswer);
}

TEST(RedisConnection, TlsIsForServersThatProveWhoTheyAre) {
  const ServerCertificate certificate;
  const RealRedis server(certificate);
  const auto good =
      Connection::open(address_of(server.owner_url()), {.ca = certificate.file().string()}, kClock, soon());
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ((*good)->call({{"PING"}}, soon())->front().text, "PONG");
  EXPECT_TRUE((*good)->is_idle());

  const ServerCertificate other;
  for (const auto& files :
       {tls::ClientFiles{.ca = other.file().string()}, tls::ClientFiles{}, tls::ClientFiles{.ca = "/no/such/file"}}) {
    const Failure refused = failure_of(server.owner_url(), files, std::chrono::seconds{10});
    EXPECT_EQ(refused.kind, Failure::Kind::kNotReached);
    EXPECT_THAT(refused.message, Not(HasSubstr("deadline"))) << refused.message;
  }
  std::string elsewhere = server.owner_url();
  elsewhere.replace(elsewhere.find("127.0.0.1"), 9, "localhost");  // is not in the certificate
  EXPECT_EQ(failure_of(elsewhere, {.ca = certificate.file().string()}, std::chrono::seconds{10}).kind,
            Failure::Kind::kNotReached);
}

}  // namespace
}  // namespace jeton::net::redis
