// The server on real sockets: what only a kernel can show.
#include "net/http/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <condition_variable>
#include <future>

#include "base/log.hpp"
#include "http_wire.hpp"

namespace jeton::net::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::uint16_t port_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
}

/// A blocking client that gives up after ten seconds.
class Client {
 public:
  explicit Client(const Server& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_of(server.addresses().front()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
  ~Client() { close(); }

  bool connected() const { return connected_; }

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// One answer with a Content-Length, or whatever came before the end.
  std::string read_answer() {
    for (;;) {
      const std::size_t head = buffer_.find("\r\n\r\n");
      const std::size_t length = buffer_.find("Content-Length: ");
      if (head != std::string::npos && length < head) {
        const std::size_t size = head + 4 + std::stoul(buffer_.substr(length + 16, 10));
        if (buffer_.size() >= size) {
          std::string answer = buffer_.substr(0, size);
          buffer_.erase(0, size);
          return answer;
        }
      }
      if (!read_some()) return std::exchange(buffer_, {});
    }
  }

  std::string read_until(std::string_view text) {
    while (buffer_.find(text) == std::string::npos) {
      if (!read_some()) break;
    }
    return std::exchange(buffer_, {});
  }

  /// True when the server ended the connection.
  bool at_end() {
    char byte = 0;
    return ::recv(socket_, &byte, 1, 0) == 0;
  }

  void end_sending() const { ::shutdown(socket_, SHUT_WR); }

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  /// Goes without a goodbye: the server gets a reset.
  void vanish() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

 private:
  bool read_some() {
    std::array<char, 65536> bytes;
    const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (size > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    return size > 0;
  }

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

/// Deferred answers, handed to the test's thread.
class Waiting {
 public:
  void put(Deferred deferred) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(deferred));
    changed_.notify_all();
  }

  Deferred take() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(10), [this] { return !waiting_.empty(); }));
    Deferred first = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return first;
  }

 private:
  std::mutex mutex_;  // guards both below
  std::condition_variable changed_;
  std::vector<Deferred> waiting_;
};

class HttpServer : public ::testing::Test {
 protected:
  base::SystemClock clock_;
  ScriptedHandler handler_;
  Waiting waiting_;

  void SetUp() override {
    handler_.on_request = [this](const Request& request, Exchange& exchange) {
      if (request.path.starts_with("/later")) {
        waiting_.put(exchange.defer());
      } else if (request.path == "/throw") {
        throw std::runtime_error("broken");
      } else {
        exchange.respond({.body = request.body.empty() ? request.path : request.body});
      }
    };
  }

  std::unique_ptr<Server> start(ServerSettings settings = {.threads = 1}) {
    auto server = Server::open(settings, handler_, clock_);
    EXPECT_TRUE(server) << server.error().message;
    (*server)->start();
    return std::move(*server);
  }

  static std::size_t complaints() {
    return base::log::entries([](const base::log::Entry& entry) {
             return entry.message.find("want of file descriptors") != std::string::npos;
           })
        .size();
  }

  /// Asks again and again; the condition is about another thread's work, which has no event to wait for. No clock: one
  /// test leaves the process without descriptors, which the sanitizer needs for looking at a virtual call.
  static bool eventually(const std::function<bool()>& condition) {
    constexpr int kTriesMax = 20'000'000;
    for (int i = 0; i < kTriesMax; ++i) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }
};

TEST_F(HttpServer, AnswersManyRequestsOnManyConnections) {
  const auto server = start({.threads = 2});
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&server, c] {
      int right = 0;
      Client client(*server);
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
        client.write(get(path));
        right += bodies(client.read_answer()) == std::vector<std::string>{path} ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 200);
  const ServerCounters counters = server->counters();
  EXPECT_EQ(counters.accepted, 8U);
  EXPECT_EQ(counters.refused, 0U);
  EXPECT_GT(counters.bytes_sent, counters.bytes_received);
}

TEST_F(HttpServer, PipelinedLargeAnswersPassTheBoundsInOrder) {
  const auto server = start();
  handler_.on_request = [](const Request& request, Exchange& exchange) {
    exchange.respond({.body = std::string(200'000, request.path.back())});
  };
  Client client(*server);
  std::string requests;
  for (int i = 0; i < 40; ++i) requests += get("/" + std::to_string(i));
  client.write(requests);
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(bodies(client.read_answer()), std::vector{std::string(200'000, static_cast<char>('0' + i % 10))}) << i;
  }
}

TEST_F(HttpServer, LargeBodyComesBack) {
  const auto server = start();
  Client client(*server);
  const std::string body(1'000'000, 'b');
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + body);
  EXPECT_EQ(bodies(client.read_answer()), std::vector{body});
}

TEST_F(HttpServer, AnswersFromOtherThreads) {
  const auto server = start();
  Client client(*server);
  client.write(get("/later1") + get("/2") + get("/later3"));
  Deferred first = waiting_.take();
  Deferred third = waiting_.take();
  third.respond({.body = "three"});
  first.respond({.body = "one"});
  EXPECT_EQ(bodies(client.read_answer()), std::vector<std::string>{"one"});
  EXPECT_EQ(bodies(client.read_answer()), std::vector<std::string>{"/2"});
  EXPECT_EQ(bodies(client.read_answer()), std::vector<std::string>{"three"});
}

TEST_F(HttpServer, StreamsAndNoticesThatTheClientWent) {
  const auto server = start();
  Client client(*server);
  client.write(get("/later"));
  Deferred stream = waiting_.take();
  stream.start({.content_type = "text/event-stream"});
  EXPECT_TRUE(stream.write("data: 1\n\n"));
  EXPECT_THAT(client.read_until("data: 1\n\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  client.vanish();
  EXPECT_TRUE(eventually([&] { return !stream.open(); }));
  EXPECT_FALSE(stream.write("data: 2\n\n"));
  EXPECT_TRUE(eventually([&] { return server->counters().open == 0; }));
}

TEST_F(HttpServer, ClientThatVanishesMidAnswerHarmsNobody) {
  const auto server = start();
  Client other(*server);
  {
    handler_.on_request = [](const Request& request, Exchange& exchange) {
      exchange.respond({.body = request.path == "/large" ? std::string(10'000'000, 'x') : std::string("small")});
    };
    Client client(*server);
    client.write(get("/large"));
    client.read_until("Content-Length");
    client.vanish();
  }
  other.write(get("/"));
  EXPECT_EQ(bodies(other.read_answer()), std::vector<std::string>{"small"});
  EXPECT_TRUE(eventually([&] { return server->counters().open == 1; }));
}

TEST_F(HttpServer, HalfClosedClientGetsItsAnswerAndTheEnd) {
  const auto server = start();
  Client client(*server);
  client.write(get("/a"));
  client.end_sending();
  EXPECT_EQ(bodies(client.read_answer()), std::vector<std::string>{"/a"});
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServer, RefusedClientSeesTheAnswerNotAReset) {
  const auto server = start();
  Client client(*server);
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x'));
  EXPECT_EQ(status_of(client.read_answer()), 413);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServer, ThreadSurvivesAHandlerThatThrows) {
  const auto server = start();
  Client broken(*server);
  broken.write(get("/throw"));
  EXPECT_EQ(status_of(broken.read_answer()), 500);
  EXPECT_TRUE(broken.at_end());
  Client next(*server);
  next.write(get("/next"));
  EXPECT_EQ(status_of(next.read_answer()), 200);
}

TEST_F(HttpServer, ConnectionsPastTheBoundAreTurnedAway) {
  const auto server = start({.threads = 1, .connections_max = 2});
  Client first(*server);
  Client second(*server);
  first.write(get("/"));
  second.write(get("/"));
  EXPECT_EQ(status_of(first.read_answer()), 200);
  EXPECT_EQ(status_of(second.read_answer()), 200);
  Client third(*server);
  EXPECT_EQ(status_of(third.read_answer()), 503);
  EXPECT_TRUE(third.at_end());
  third.close();
  first.close();
  EXPECT_TRUE(eventually([&] { return server->counters().open == 1; }));
  Client fourth(*server);
  fourth.write(get("/"));
  EXPECT_EQ(status_of(fourth.read_answer()), 200);
  EXPECT_EQ(server->counters().refused, 1U);
}

TEST_F(HttpServer, SlowRequestIsAnsweredWith408) {
  const auto server = start({.threads = 1, .request = milliseconds(50)});
  Client client(*server);
  client.write("GET / HT");
  EXPECT_EQ(status_of(client.read_answer()), 408);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServer, WaitsOutALackOfDescriptors) {
  const auto server = start();
  Client waiting(*server);
  waiting.write(get("/"));
  waiting.read_answer();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  // The sanitizer looks at each virtual type once, for which it needs descriptors: let it see those of the log now.
  base::log::info("test", "taking the descriptors away");
  EXPECT_EQ(complaints(), 0U);

  // The client's own socket takes the last descriptor that is allowed; the server's half of it finds none.
  const int next = ::dup(0);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;
  ::setrlimit(RLIMIT_NOFILE, &tight);
  Client late(*server);
  late.write(get("/late"));
  EXPECT_TRUE(eventually([] { return complaints() == 1; }));
  waiting.write(get("/"));
  EXPECT_EQ(status_of(waiting.read_answer()), 200);
  EXPECT_EQ(server->counters().open, 1U);

  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(status_of(late.read_answer()), 200);
  EXPECT_EQ(complaints(), 1U);
}

TEST_F(HttpServer, ListensOnSeveralAddresses) {
  const auto server = start({.listen = {"127.0.0.1:0", "localhost:0"}, .threads = 2});
  ASSERT_EQ(server->addresses().size(), 2U);
  EXPECT_NE(port_of(server->addresses()[0]), port_of(server->addresses()[1]));
  EXPECT_TRUE(server->addresses()[1].starts_with("127.0.0.1:"));
}

TEST_F(HttpServer, AddressErrorsSayWhatToDo) {
  const auto server = start({.threads = 2});
  const std::string taken = server->addresses().front();
  struct Row {
    std::string listen;
    base::ErrorCode code;
    std::string says;
  };
  const std::vector<Row> rows = {
      {taken, base::ErrorCode::kUnavailable, "cannot listen on " + taken + ": something else already does"},
      {"192.0.2.1:0", base::ErrorCode::kInvalid,
       "cannot listen on 192.0.2.1:0: this machine does not have that address"},
      {"8080", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {":8080", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"127.0.0.1:", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"127.0.0.1:65536", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"127.0.0.1:80x", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"::1:8080", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"[localhost]:1", base::ErrorCode::kInvalid, "not of the form HOST:PORT"},
      {"no-such-host.invalid:1", base::ErrorCode::kInvalid, "cannot be resolved"},
  };
  for (const Row& row : rows) {
    for (const unsigned threads : {1U, 2U}) {
      const auto second = Server::open({.listen = {row.listen}, .threads = threads}, handler_, clock_);
      ASSERT_FALSE(second) << row.listen;
      EXPECT_EQ(second.error().code, row.code) << row.listen;
      EXPECT_THAT(second.error().message, HasSubstr(row.says));
    }
  }
}

TEST_F(HttpServer, DrainFinishesRequestsInHandAndClosesTheIdle) {
  const auto server = start();
  Client idle(*server);
  idle.write(get("/"));
  idle.read_answer();
  Client busy(*server);
  busy.write(get("/later"));
  Deferred deferred = waiting_.take();

  auto drained = std::async(std::launch::async, [&] { server->drain(seconds(10)); });
  EXPECT_TRUE(idle.at_end());
  deferred.respond({.body = "in hand"});
  const std::string answer = busy.read_answer();
  EXPECT_EQ(bodies(answer), std::vector<std::string>{"in hand"});
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(busy.at_end());
  busy.close();
  EXPECT_EQ(drained.wait_for(seconds(10)), std::future_status::ready);
  EXPECT_FALSE(Client(*server).connected());
  EXPECT_EQ(server->counters().open, 0U);
}

TEST_F(HttpServer, DrainDoesNotWaitPastItsGrace) {
  const auto server = start();
  Client busy(*server);
  busy.write(get("/later"));
  Deferred deferred = waiting_.take();
  server->drain(milliseconds(10));
  EXPECT_TRUE(busy.at_end());
  EXPECT_FALSE(deferred.open());
  deferred.respond({});
}

TEST_F(HttpServer, DeferredOutlivesTheServer) {
  std::optional<Deferred> deferred;
  {
    const auto server = start();
    Client client(*server);
    client.write(get("/later"));
    deferred = waiting_.take();
  }
  EXPECT_FALSE(deferred->open());
  deferred->respond({.body = "too late"});
}

TEST_F(HttpServer, NeverStartedIsJustClosed) {
  const auto server = Server::open({.threads = 2}, handler_, clock_);
  ASSERT_TRUE(server);
}

}  // namespace
}  // namespace jeton::net::http::testing
