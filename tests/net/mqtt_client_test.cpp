// The client against a real Mosquitto; without one on this machine these tests are skipped.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/mqtt/mosquitto_client.hpp"
#include "net/mqtt/outbox.hpp"
#include "net/mqtt/reconnect_delay.hpp"

namespace jeton::net::mqtt {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 60s;

std::string mosquitto() {
  for (const char* path : {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"}) {
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

// A port that was free a moment ago, and whether somebody listens on one.
std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(probe, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

bool listens(std::uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool connected = connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(probe);
  return connected;
}

bool eventually(const std::function<bool()>& condition) {
  const base::SystemClock clock;
  const base::Tick until = clock.monotonic() + kPatience;
  while (!condition()) {
    if (clock.monotonic() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

class Broker {
 public:
  Broker() : port_(free_port()) { start(); }
  ~Broker() { stop(); }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void start() {
    const std::string file = ::testing::TempDir() + "mqtt-" + std::to_string(port_) + ".conf";
    std::ofstream(file) << "listener " << port_ << " 127.0.0.1\nallow_anonymous true\nlog_type none\n"
                        << "max_queued_messages 0\n";
    std::string program = mosquitto();
    std::string option = "-c";
    std::string name = file;
    char* arguments[] = {program.data(), option.data(), name.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);  // a broker that is left behind must not hold the output of the tests open
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int spawned = posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    ASSERT_EQ(spawned, 0);
    ASSERT_TRUE(eventually([&] { return listens(port_); }));
  }
  void stop() {
    if (process_ == 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  pid_t process_ = 0;
};

struct Received {
  std::string topic;
  std::string payload;
  bool retained;
};

class Inbox final : public Listener {
 public:
  void receive(const Incoming& message) override {
    const std::scoped_lock lock(mutex_);
    messages_.push_back({std::string(message.topic), std::string(message.payload), message.retained});
    changed_.notify_all();
    if (message.payload == "throw") throw std::runtime_error("a listener that cannot");
  }
  std::vector<Received> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return messages_.size() >= count; });
    return messages_;
  }

 private:
  std::mutex mutex_;  // guards messages_
  std::condition_variable changed_;
  std::vector<Received> messages_;
};

class MqttClient : public ::testing::Test {
 protected:
  void SetUp() override {
    if (mosquitto().empty()) GTEST_SKIP() << "there is no mosquitto on this machine";
    broker_.emplace();
  }
  ClientSettings settings(std::string id, std::vector<std::string> topics) const {
    ClientSettings out{.host = "127.0.0.1", .port = broker_->port(), .client_id = std::move(id), .user = "tester"};
    for (std::string& topic : topics) out.subscriptions.push_back({std::move(topic), "the test"});
    return out;
  }
  base::SystemClock clock_;
  std::optional<Broker> broker_;
  Inbox inbox_;
};

TEST_F(MqttClient, PublishesAndReceivesWithEveryQos) {
  MosquittoClient client(settings("one", {"a/b", "a/c"}), inbox_, clock_);
  ASSERT_TRUE(client.start({}));
  EXPECT_TRUE(client.health());
  const std::string large(1'000'000, 'x');
  for (int qos = 0; qos <= 2; ++qos) EXPECT_TRUE(client.publish({"a/b", std::to_string(qos), qos}));
  EXPECT_TRUE(client.publish({"a/c", large, 1}));
  EXPECT_TRUE(client.publish({"a/d", "not subscribed", 1}));
  const auto got = inbox_.await(4);
  ASSERT_EQ(got.size(), 4U);
  EXPECT_EQ(std::ranges::count(got, "a/b", &Received::topic), 3);
  EXPECT_EQ(std::ranges::find(got, "a/c", &Received::topic)->payload, large);
  EXPECT_TRUE(std::ranges::none_of(got, &Received::retained));
  EXPECT_TRUE(eventually([&] { return client.figures().published == 5; }));
  EXPECT_EQ(client.figures().dropped, 0U);
}

TEST_F(MqttClient, SaysWhyItCannotStart) {
  const auto port = broker_->port();
  broker_->stop();
  MosquittoClient client(settings("one", {"a"}), inbox_, clock_);
  const auto status = client.start({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kExternal);
  EXPECT_NE(status.error().message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
  EXPECT_FALSE(client.health());
}

TEST_F(MqttClient, SubscribesAgainAfterABrokerWasAway) {
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  ASSERT_TRUE(client.start({}));
  broker_->stop();
  ASSERT_TRUE(eventually([&] { return !client.health(); }));
  EXPECT_TRUE(client.publish({"a/b", "made meanwhile", 1}));
  broker_->start();
  ASSERT_TRUE(eventually([&] { return client.health().has_value(); }));
  EXPECT_EQ(client.figures().connections, 2U);
  const auto got = inbox_.await(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].payload, "made meanwhile");
}

TEST_F(MqttClient, NobodyWaitsForALookupOfANameToEnd) {
  struct Hanging {
    std::mutex mutex;  // guards both
    std::condition_variable changed;
    bool asked = false;
    bool over = false;
  };
  const auto hanging = std::make_shared<Hanging>();
  ClientSettings given = settings("one", {"a/b"});
  given.host = "broker.example";
  MosquittoClient client(given, inbox_, clock_, [hanging](const std::string&) {
    std::unique_lock lock(hanging->mutex);
    hanging->asked = true;
    hanging->changed.notify_all();
    hanging->changed.wait(lock, [&] { return hanging->over; });
    return false;
  });
  std::stop_source stop;
  auto started = std::async(std::launch::async, [&] { return client.start(stop.get_token()); });
  {
    std::unique_lock lock(hanging->mutex);
    ASSERT_TRUE(hanging->changed.wait_for(lock, kPatience, [&] { return hanging->asked; }));
  }
  EXPECT_FALSE(client.health());
  stop.request_stop();
  EXPECT_FALSE(started.get());
  client.stop(kPatience);  // while the look-up goes on
  const std::scoped_lock lock(hanging->mutex);
  hanging->over = true;
  hanging->changed.notify_all();
}

TEST_F(MqttClient, AStartThatWasEndedBeforeItBeganFails) {
  std::stop_source stop;
  stop.request_stop();
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  EXPECT_FALSE(client.start(stop.get_token()));
  EXPECT_FALSE(client.health());
}

TEST_F(MqttClient, ANameThatNobodyKnowsIsNamed) {
  ClientSettings given = settings("one", {"a/b"});
  given.host = "broker.example";
  MosquittoClient client(given, inbox_, clock_, [](const std::string&) { return false; });
  const auto started = client.start({});
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("broker.example"), std::string::npos);
  EXPECT_NE(started.error().message.find("not known"), std::string::npos);
}

TEST_F(MqttClient, NeverPublishesToATopicThatABrokerRefuses) {
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  ASSERT_TRUE(client.start({}));
  for (const std::string& topic : {std::string(), std::string("a/+"), std::string("#"), std::string("a\0b", 3),
                                   std::string("\xFF"), std::string(65'536, 'x')}) {
    EXPECT_FALSE(client.publish({topic, "x", 1}));
  }
  EXPECT_EQ(client.figures().dropped, 6U);
  client.publish({std::string("a/\x01"), "control characters, which the library refuses", 1});
  client.publish({"a/b", "after", 1});
  EXPECT_EQ(inbox_.await(1).front().payload, "after");
  EXPECT_EQ(client.figures().connections, 1U);
}

TEST_F(MqttClient, AListenerThatThrowsEndsNothing) {
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  ASSERT_TRUE(client.start({}));
  client.publish({"a/b", "throw", 1});
  client.publish({"a/b", "after", 1});
  EXPECT_EQ(inbox_.await(2).back().payload, "after");
}

TEST_F(MqttClient, UnsubscribingEndsTheMessagesAndNotTheReplies) {
  Inbox other_inbox;
  MosquittoClient other(settings("other", {"reply"}), other_inbox, clock_);
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  ASSERT_TRUE(other.start({}) && client.start({}));
  client.unsubscribe(kPatience);
  other.publish({"a/b", "too late", 1});
  client.publish({"reply", "still", 1});
  EXPECT_EQ(other_inbox.await(1).front().payload, "still");
  client.stop(kPatience);
  EXPECT_TRUE(inbox_.await(0).empty());
  EXPECT_FALSE(client.publish({"reply", "no more", 1}));
}

TEST_F(MqttClient, StoppingWaitsUntilAllIsAcknowledged) {
  constexpr std::size_t kMessages = 5000;
  Inbox other_inbox;
  MosquittoClient other(settings("other", {"reply"}), other_inbox, clock_);
  MosquittoClient client(settings("one", {}), inbox_, clock_);
  ASSERT_TRUE(other.start({}) && client.start({}));
  for (std::size_t i = 0; i < kMessages; ++i) ASSERT_TRUE(client.publish({"reply", std::to_string(i), 1}));
  client.stop(kPatience);
  EXPECT_EQ(client.figures().dropped, 0U);
  const auto got = other_inbox.await(kMessages);
  ASSERT_EQ(got.size(), kMessages);
  EXPECT_EQ(got.back().payload, std::to_string(kMessages - 1));
}

TEST_F(MqttClient, StopsWhileItWaitsForABrokerThatIsAway) {
  MosquittoClient client(settings("one", {"a/b"}), inbox_, clock_);
  ASSERT_TRUE(client.start({}));
  broker_->stop();
  ASSERT_TRUE(eventually([&] { return !client.health(); }));
  client.publish({"a/b", "lost", 1});
  client.stop(kPatience);
  EXPECT_EQ(client.figures().dropped, 1U);
}

TEST(MqttOutbox, IsBoundedInMessagesAndBytes) {
  Outbox outbox({.messages_max = 2, .bytes_max = 10});
  EXPECT_TRUE(outbox.put({"t", std::string(50, 'x'), 0}).taken) << "one that is too large goes alone";
  EXPECT_FALSE(outbox.put({"t", "y", 0}).taken);
  EXPECT_EQ(outbox.take()->payload.size(), 50U);
  EXPECT_TRUE(outbox.put({"t", "1", 0}).was_empty);
  EXPECT_FALSE(outbox.put({"t", "2", 0}).was_empty);
  EXPECT_FALSE(outbox.put({"t", "3", 0}).taken);
  EXPECT_EQ(outbox.close(), 2U);
  EXPECT_FALSE(outbox.put({"t", "4", 0}).taken);
  EXPECT_FALSE(outbox.take());
}

// arrowhead-mqtt 3.4
TEST(MqttReconnect, TheDelayDoublesUpTo128SecondsAndBeginsAnewAfterASuccess) {
  ReconnectDelay delay;
  for (const int seconds : {1, 2, 4, 8, 16, 32, 64, 128, 128, 128}) EXPECT_EQ(delay.next().count(), seconds);
  delay.lost_after(ReconnectDelay::kSteady);
  EXPECT_EQ(delay.next().count(), 1);
  EXPECT_EQ(delay.next().count(), 2);
  delay.lost_after(1s);
  EXPECT_EQ(delay.next().count(), 1) << "a broker that was away for long and goes once more is not waited for as long";
}

TEST(MqttReconnect, OfTwoWithOneClientIdEachComesBackLessAndLessOften) {
  ReconnectDelay one;
  ReconnectDelay other;
  std::vector<std::int64_t> waits;
  auto stood = 1s;  // one's connection, until the other comes back
  for (int i = 0; i < 10; ++i) {
    one.lost_after(stood);
    stood = one.next();
    waits.push_back(stood.count());
    other.lost_after(stood);
    stood = other.next();
    EXPECT_EQ(one.is_contested(), i >= 2);
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 128, 128}));
  one.lost_after(ReconnectDelay::kSteady);
  EXPECT_FALSE(one.is_contested());
  EXPECT_EQ(one.next().count(), 1);
}

}  // namespace
}  // namespace jeton::net::mqtt
