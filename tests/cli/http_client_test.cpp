// The outgoing client against a real server on the loopback.
#include "net/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>

#include "net/http/server.hpp"

namespace jeton::net {
namespace {

using testing::HasSubstr;

// Answers by path; what it got is in the answers themselves.
class Paths final : public http::Handler {
 public:
  void handle(const http::Request& request, http::Exchange& exchange) override {
    if (request.path == "/echo") return echo(request, exchange);
    if (request.path == "/large")
      return exchange.respond({.status = 200, .content_type = "text/plain", .body = large_});
    if (request.path == "/stream") return stream(exchange);
    if (request.path == "/here") return redirect(302, "/echo", exchange);
    if (request.path == "/again") return redirect(307, "/echo", exchange);
    if (request.path == "/round") return redirect(302, "/round", exchange);
    if (request.path == "/slow") {
      // It takes real time, for the client that is to give it up counts that.
      static_cast<void>(never_.try_acquire_for(std::chrono::milliseconds{60}));
      return redirect(302, "/slow", exchange);
    }
    if (request.path == "/away") return redirect(302, "http://localhost:1/echo", exchange);
    if (request.path == "/silent") {
      silent_.push_back(exchange.defer());
      return;
    }
    exchange.respond({.status = 404, .content_type = "text/plain", .body = "none"});
  }
  void refuse(const http::Refusal& refusal, http::Exchange& exchange) override {
    exchange.respond({.status = refusal.status, .body = refusal.message, .close = true});
  }

 private:
  static void echo(const http::Request& request, http::Exchange& exchange) {
    const std::string body = fmt::format("{} {}?{} [{}] {}", request.method_text, request.path, request.query,
                                         request.field("Authorization"), request.body);
    exchange.respond({.status = 200, .content_type = "text/plain", .body = body});
  }
  static void stream(http::Exchange& exchange) {
    auto out = exchange.defer();
    out.start({.status = 200, .content_type = "text/event-stream"});
    for (const char* piece : {"one", "two", "three"}) out.write(piece);
    out.finish();
  }
  static void redirect(int status, std::string_view where, http::Exchange& exchange) {
    const http::Field location{"Location", where};
    exchange.respond({.status = status, .fields = std::span(&location, 1)});
  }

  const std::string large_ = std::string(10'000, 'x');
  std::binary_semaphore never_{0};
  std::vector<http::Deferred> silent_;  // one network thread
};

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() {
    auto opened = http::Server::open({.threads = 1}, paths_, clock_);
    EXPECT_TRUE(opened.has_value());
    server_ = *std::move(opened);
    server_->start();
    base_ = "http://" + server_->addresses().front();
  }
  HttpClient::Request to(std::string_view path) const {
    HttpClient::Request request;
    request.url = base_ + std::string(path);
    return request;
  }

  base::SystemClock clock_;
  Paths paths_;
  std::unique_ptr<http::Server> server_;
  std::string base_;
  CurlClient client_{{.answer_bytes_max = 9'000}};
};

TEST_F(HttpClientTest, SendsMethodBodyAndAuthorizationAndKeepsTheConnection) {
  auto request = to("/echo?a=b");
  request.method = "POST";
  request.body = "hello";
  request.authorization = base::Secret("Bearer x");
  for (int i = 0; i < 3; ++i) {
    const auto response = client_.send(request);
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "POST /echo?a=b [Bearer x] hello");
    EXPECT_EQ(response->header("content-type"), "text/plain");
  }
  EXPECT_EQ(server_->counters().accepted, 1U);
}

TEST_F(HttpClientTest, AnyStatusIsAnAnswer) {
  const auto response = client_.send(to("/nowhere"));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "none");
}

TEST_F(HttpClientTest, RedirectsStayOnTheOrigin) {
  auto request = to("/here");
  request.authorization = base::Secret("Bearer x");
  EXPECT_EQ(client_.send(request)->body, "GET /echo? [Bearer x] ");
  const auto away = client_.send(to("/away"));
  ASSERT_FALSE(away.has_value());
  EXPECT_EQ(away.error().code, base::ErrorCode::kExternal);
  EXPECT_THAT(away.error().message, HasSubstr("another origin"));
  EXPECT_THAT(client_.send(to("/round")).error().message, HasSubstr("more than 5 times"));
  auto post = to("/here");
  post.method = "POST";
  EXPECT_EQ(client_.send(post)->status, 302) << "a body is not turned into a GET";
  auto again = to("/again");
  again.method = "POST";
  again.body = "b";
  EXPECT_EQ(client_.send(again)->body, "POST /echo? [] b");
}

TEST_F(HttpClientTest, AllRedirectsTogetherTakeNoLongerThanOneRequestMay) {
  auto request = to("/slow");
  request.time_max = std::chrono::milliseconds{150};
  const auto late = client_.send(request);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, base::ErrorCode::kTimeout) << late.error().message << ": six exchanges are too many";
  EXPECT_THAT(late.error().message, HasSubstr("150ms"));
}

TEST_F(HttpClientTest, BoundsHold) {
  const auto large = client_.send(to("/large"));
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, base::ErrorCode::kTooLarge);
  CurlClient impatient({.whole = std::chrono::milliseconds(50)});
  const auto silent = impatient.send(to("/silent"));
  ASSERT_FALSE(silent.has_value());
  EXPECT_EQ(silent.error().code, base::ErrorCode::kTimeout);
}

TEST_F(HttpClientTest, OneRequestMayHaveLessTimeAndMayBeStopped) {
  auto hurried = to("/silent");
  hurried.time_max = std::chrono::milliseconds(50);
  const auto late = client_.send(hurried);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, base::ErrorCode::kTimeout);
  EXPECT_THAT(late.error().message, HasSubstr("within 50ms"));
  std::stop_source stop;
  auto stopped = to("/silent");
  stopped.stop = stop.get_token();
  stopped.on_waiting = [&] { stop.request_stop(); };
  EXPECT_EQ(client_.send(stopped).error().code, base::ErrorCode::kUnavailable);
  EXPECT_EQ(client_.send(stopped).error().code, base::ErrorCode::kUnavailable) << "nor is it begun";
}

TEST_F(HttpClientTest, StreamsAsBytesComeAndStopsWhenTold) {
  std::string seen;
  const auto all = client_.stream(to("/stream"), [&](std::string_view bytes) {
    seen += bytes;
    return true;
  });
  EXPECT_TRUE(all.has_value());
  EXPECT_EQ(seen, "onetwothree");
  const auto stopped = client_.stream(to("/stream"), [](std::string_view) { return false; });
  EXPECT_TRUE(stopped.has_value()) << stopped.error().message;
  const auto refused = client_.stream(to("/nowhere"), [](std::string_view) { return true; });
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 404);
  EXPECT_EQ(refused->body, "none");
  const auto throws = [](std::string_view) -> bool { throw std::runtime_error("x"); };
  EXPECT_THROW(static_cast<void>(client_.stream(to("/stream"), throws)), std::runtime_error);
}

TEST_F(HttpClientTest, ErrorsNameTheOriginAndNothingElse) {
  HttpClient::Request request;
  server_->drain(base::Duration::zero());
  request.url = base_ + "/path?token=secret";
  const auto nobody = client_.send(request);
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().code, base::ErrorCode::kExternal);
  EXPECT_THAT(nobody.error().message, testing::StartsWith(base_ + " cannot be reached: "));
  EXPECT_THAT(nobody.error().message, testing::Not(HasSubstr("secret")));
}

TEST(HttpClientRequest, IsRefusedBeforeItIsSent) {
  CurlClient client({});
  const struct {
    HttpClient::Request request;
    const char* message;
  } rows[] = {
      {{.url = "ftp://host/"}, "scheme"},
      {{.url = "127.0.0.1:8445"}, "URL"},
      {{.url = "http://user:pw@host/"}, "user name"},
      {{.url = "http://host/\r\nX: y"}, "URL"},
      {{.method = "GET /", .url = "http://host/"}, "method"},
      {{.url = "http://host/", .headers = {{"X", "a\r\nY: b"}}}, "control character"},
      {{.url = "http://host/", .authorization = base::Secret("a\nb")}, "control character"},
  };
  for (const auto& row : rows) {
    const auto response = client.send(row.request);
    ASSERT_FALSE(response.has_value()) << row.message;
    EXPECT_EQ(response.error().code, base::ErrorCode::kInvalid);
    EXPECT_THAT(response.error().message, HasSubstr(row.message));
  }
}

TEST(HttpClientRequest, OriginsCompareWithTheirPort) {
  EXPECT_EQ(origin_of("https://Host/x?y"), "https://host:443");
  EXPECT_EQ(origin_of("http://[::1]:8445"), "http://[::1]:8445");
}

}  // namespace
}  // namespace jeton::net
