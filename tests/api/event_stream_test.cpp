#include "api/http/event_stream.hpp"

#include <cstring>
#include <future>
#include <latch>
#include <thread>

#include "api/api_client.hpp"
#include "api/http/system_routes.hpp"
#include "base/limits.hpp"
#include "crypto/aead.hpp"
#include "store/open_store.hpp"

namespace jeton::api::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;
using base::limits::kOutputBytesMax;
using net::http::Connection;

constexpr std::string_view kEnd = "0\r\n\r\n";

/// The body of a streamed answer, as far as it came.
std::string body_of(std::string_view answer) {
  std::string body;
  std::size_t at = answer.find("\r\n\r\n");
  for (at = at == std::string_view::npos ? answer.size() : at + 4; at < answer.size();) {
    const std::size_t size = std::stoul(std::string(answer.substr(at, 8)), nullptr, 16);
    at = answer.find("\r\n", at) + 2;
    body += answer.substr(at, size);
    at += size + 2;
  }
  return body;
}

/// The feed comes later than the start of the store, from which on nothing may follow.
class FeedToCome final : public store::Follower {
 public:
  std::atomic<events::Feed*> feed = nullptr;
  void apply(std::span<const model::Event> events) noexcept override {
    if (events::Feed* const there = feed) there->apply(events);
  }
};

/// The streams' own errors are worded by it.
class PlainDialect final : public http::Dialect {
 public:
  Verdict admit(http::Call&, Patience) const override { return Verdict::kAdmitted; }
  Form word(std::string& body, const http::Failure& failure) const override {
    body += "{" + failure.error.message + "}";
    const bool busy = failure.error.code == base::ErrorCode::kTooManyRequests;
    return {.status = busy ? 429 : 503, .content_type = "text/plain"};
  }
  Description description() const override { return {}; }
};

/// A log with streams on it, and clients that read them when the test says so.
class EventStreamTest : public ::testing::Test {
 protected:
  /// Asks once for what `wanted` says at that moment.
  class Client final : public net::http::Carrier, public net::http::Handler {
   public:
    explicit Client(EventStreamTest& test) : test_(test) {
      constexpr std::string_view kRequest = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
      std::memcpy(connection_->prepare().data(), kRequest.data(), kRequest.size());
      connection_->received(kRequest.size(), test_.clock.monotonic());
    }
    ~Client() {
      connection_.reset();
      mailbox_->close();
    }
    void handle(const net::http::Request&, net::http::Exchange& exchange) override {
      test_.streams->open(Later(exchange.defer(), Origin{.dialect = &test_.dialect}, test_.clock), test_.wanted);
    }
    void refuse(const net::http::Refusal&, net::http::Exchange&) override {}
    void answer_arrived() override {}

    /// Waits for more and hands it to the connection; the client reads nothing.
    void take_deliveries() {
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 60s, [this] { return arrived_; })) throw std::runtime_error("nothing came");
        arrived_ = false;
      }
      std::vector<net::http::Delivery> deliveries;
      mailbox_->take(deliveries);
      for (auto& delivery : deliveries) delivery.target->deliver(delivery);
      connection_->settle(test_.clock.monotonic());
    }
    /// Reads until what it has read ends like this, or the connection does.
    const std::string& read_until(std::string_view ending) {
      while (!seen_.ends_with(ending) && connection_->phase() == Connection::Phase::kServing) {
        if (connection_->output().empty()) take_deliveries();
        read();
      }
      return seen_;
    }
    void read() {
      while (!connection_->output().empty()) {
        const std::string_view output = connection_->output();
        seen_ += output;
        connection_->sent(output.size(), test_.clock.monotonic());
      }
    }
    std::size_t unread() const { return connection_->output().size(); }
    Connection::Phase phase() const { return connection_->phase(); }

   private:
    void woken() {
      const std::scoped_lock lock(mutex_);
      arrived_ = true;
      changed_.notify_all();
    }

    EventStreamTest& test_;
    std::mutex mutex_;  // guards arrived_
    std::condition_variable changed_;
    bool arrived_ = false;
    std::string seen_;
    net::http::ConnectionSettings settings_;
    net::http::DateLine date_{test_.clock.wall()};
    std::shared_ptr<net::http::Mailbox> mailbox_ = std::make_shared<net::http::Mailbox>([this] { woken(); });
    net::http::ConnectionSurroundings surroundings_{*this, settings_, date_, mailbox_};
    std::unique_ptr<Connection> connection_ =
        std::make_unique<Connection>(surroundings_, *this, test_.clock.monotonic());
  };

  EventStreamTest() {
    store->follow(follower);
    store->start();
  }
  ~EventStreamTest() override {
    streams->close();
    workers->stop();
    store->stop();
  }

  void append(int count, const std::string& system = "S") {
    ASSERT_TRUE(store->write([&](store::Transaction& transaction) -> base::Status {
      for (int i = 0; i < count; ++i) transaction.append(clock.wall(), "test", model::EncryptionKeyRemoved{system});
      return {};
    }));
  }
  /// From here on events are in the store and in the feed's memory; those before only in the store.
  void follow_the_log() {
    feed = std::make_unique<events::Feed>(*store);
    follower.feed = feed.get();
    streams = std::make_unique<EventStreams>(*feed, *workers);
  }
  /// How many events an answer has, which must be those from number 1 on.
  static std::size_t events_in(std::string_view answer) {
    const std::string body = body_of(answer);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = body.find("id: ", at)) != std::string::npos; ++at) {
      EXPECT_THAT(body.substr(at, 20), StartsWith(fmt::format("id: {}\n", ++count)));
    }
    return count;
  }
  /// Until the workers have done what was given to them.
  void settle() {
    std::promise<void> done;
    ASSERT_TRUE(workers->submit([&] { done.set_value(); }));
    done.get_future().wait();
  }

  const crypto::Sealer sealer = *crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  base::ManualClock clock;
  const PlainDialect dialect{};
  const std::unique_ptr<store::Store> store =
      *store::open_store({.url = "sqlite::memory:", .data_folder = {}}, sealer, clock);
  FeedToCome follower;
  std::unique_ptr<base::WorkerPool> workers = std::make_unique<base::WorkerPool>(1, 1024);
  std::unique_ptr<events::Feed> feed;
  std::unique_ptr<EventStreams> streams;
  EventStreams::Wanted wanted;
};

TEST_F(EventStreamTest, ALogLargerThanTheBuffersReachesASlowReaderWhole) {
  const std::string large(4'000, 'x');
  for (int i = 0; i < 4; ++i) append(250, large);  // four times what may be unsent
  follow_the_log();
  wanted.follow = false;
  Client client(*this);
  while (client.unread() < base::limits::kStreamBytesAheadMax) client.take_deliveries();
  settle();
  EXPECT_LE(client.unread(), kOutputBytesMax) << "it waits for its reader";
  EXPECT_EQ(client.phase(), Connection::Phase::kServing);
  append(1, large);  // a commit does not push it on
  settle();
  EXPECT_LE(client.unread(), kOutputBytesMax);
  EXPECT_EQ(events_in(client.read_until(kEnd)), 1001U);
}

TEST_F(EventStreamTest, OneEventMayBeLargerThanTheBuffer) {
  append(1, std::string(kOutputBytesMax * 3, 'x'));
  append(1);
  follow_the_log();
  wanted.follow = false;
  Client client(*this);
  const std::string& answer = client.read_until(kEnd);
  EXPECT_GT(answer.size(), kOutputBytesMax * 3);
  EXPECT_THAT(answer.substr(answer.size() - 200), HasSubstr("id: 2\n"));
}

TEST_F(EventStreamTest, AStreamThatCatchesUpLetsOtherJobsPass) {
  append(static_cast<int>(base::limits::kEventsPerStreamStepMax) * 3);
  follow_the_log();
  wanted.follow = false;
  wanted.kinds = {"token"};  // matches nothing
  std::latch gate(1);
  ASSERT_TRUE(workers->submit([&] { gate.wait(); }));
  Client client(*this);
  std::promise<std::size_t> between;
  ASSERT_TRUE(workers->submit([&] { between.set_value(streams->size()); }));
  gate.count_down();
  EXPECT_EQ(between.get_future().get(), 1U) << "the stream has not come to its end yet";
  EXPECT_EQ(events_in(client.read_until(kEnd)), 0U);
}

TEST_F(EventStreamTest, AStreamWhoseClientWentIsNotReadOn) {
  append(static_cast<int>(base::limits::kEventsPerStreamStepMax) * 3);
  follow_the_log();
  wanted.kinds = {"token"};
  std::latch gate(1);
  ASSERT_TRUE(workers->submit([&] { gate.wait(); }));
  {
    const Client gone(*this);
  }
  EXPECT_EQ(streams->size(), 1U);
  gate.count_down();
  settle();
  EXPECT_EQ(streams->size(), 0U) << "at its first step";
  EXPECT_EQ(feed->subscribers(), 0U);
}

TEST_F(EventStreamTest, FollowsWhatIsCommitted) {
  append(2);
  follow_the_log();
  Client client(*this);
  EXPECT_EQ(events_in(client.read_until("\"S\"}}\n\n\r\n")), 2U);
  append(1, "T");
  EXPECT_EQ(events_in(client.read_until("\"T\"}}\n\n\r\n")), 3U);
  EXPECT_EQ(streams->size(), 1U);
}

TEST_F(EventStreamTest, ShortReadsGiveTheirPlaceBackAtOnce) {
  append(1);
  follow_the_log();
  wanted.follow = false;
  for (std::size_t i = 0; i < 2 * base::limits::kEventStreamsMax; ++i) {
    Client client(*this);
    ASSERT_THAT(client.read_until(kEnd), StartsWith("HTTP/1.1 200")) << i;
  }
}

TEST_F(EventStreamTest, TooManyAreRefusedAndNoneIsTakenAfterTheEnd) {
  follow_the_log();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < base::limits::kEventStreamsMax; ++i) clients.push_back(std::make_unique<Client>(*this));
  Client refused(*this);
  refused.take_deliveries();
  refused.read();
  EXPECT_THAT(refused.read_until("}"), StartsWith("HTTP/1.1 429"));
  clients.pop_back();
  streams->heartbeat();
  EXPECT_EQ(streams->size(), clients.size()) << "a heartbeat finds those whose client went";
  EXPECT_EQ(feed->subscribers(), clients.size());

  streams->close();
  EXPECT_THAT(clients.front()->read_until(kEnd), EndsWith(std::string(kEnd)));
  EXPECT_EQ(feed->subscribers(), 0U);
  Client late(*this);
  EXPECT_THAT(late.read_until("}"), StartsWith("HTTP/1.1 503"));
}

TEST_F(EventStreamTest, AReadOfTheLogThatTheEndOfTheServerCutsDoesNotSeemWhole) {
  append(600);
  follow_the_log();
  wanted.follow = false;
  std::latch gate(1);
  ASSERT_TRUE(workers->submit([&] { gate.wait(); }));
  Client client(*this);
  streams->close();
  gate.count_down();
  settle();
  const std::string& answer = client.read_until(kEnd);
  EXPECT_NE(client.phase(), Connection::Phase::kServing);
  EXPECT_THAT(answer, Not(HasSubstr(std::string(kEnd))));
}

TEST_F(EventStreamTest, AHeartbeatIsHeardWhereNothingHappens) {
  follow_the_log();
  Client client(*this);
  settle();
  streams->heartbeat();
  EXPECT_THAT(client.read_until(": alive\n\n\r\n"), HasSubstr(": alive"));
}

TEST_F(EventStreamTest, AnEventThatCannotBeReadEndsTheStreamWithItsNumber) {
  append(2);
  append(1, "\xff is no UTF-8");
  append(1);
  follow_the_log();
  Client client(*this);
  const std::string answer = client.read_until(kEnd);
  EXPECT_EQ(events_in(answer), 2U) << "what lies before it was sent";
  EXPECT_THAT(answer, HasSubstr("event: error\ndata: {\"reason\":\"event 3 "));
  wanted.cursor = {3};
  wanted.follow = false;
  Client behind(*this);
  EXPECT_THAT(behind.read_until(kEnd), HasSubstr("id: 4\n"));
}

TEST_F(EventStreamTest, AnsweringHeadIsNoStream) {
  append(1);
  follow_the_log();
  const Readiness readiness;
  const std::string openapi = "{}";
  Router router;
  add_system_routes(router, {.readiness = readiness,
                             .events = *streams,
                             .metrics = [] { return std::string(); },
                             .openapi = [&]() -> const std::string& { return openapi; }});
  const model::Normalizer names{model::NormalizationMode::kExtended};
  api::testing::ApiClient client(router, names, clock);
  const auto reply = client.ask("HEAD", "/events");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.head, HasSubstr("text/event-stream"));
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(streams->size(), 0U);
  EXPECT_EQ(client.ask("GET", "/livez").body, "alive\n") << "the connection goes on";
}

// A wake owns the stream for a moment; when everybody else let go of it meanwhile, its subscription must not end there.
TEST_F(EventStreamTest, ClientsMayGoWhileTheCommitThreadWakesTheirStreams) {
  workers = std::make_unique<base::WorkerPool>(1, 0);  // refuses every job, so that nobody else owns the stream
  follow_the_log();
  std::jthread committing([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) append(1);
  });
  for (int i = 0; i < 500; ++i) {
    {
      const Client gone(*this);
    }
    streams->heartbeat();
  }
  EXPECT_EQ(streams->size(), 0U);
}

}  // namespace
}  // namespace jeton::api::http
