#include "net/http_caller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace jeton::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using testing::HasSubstr;
using Response = HttpClient::Response;
using Result = base::Result<Response>;

Result status(int number) {
  return Response{.status = number, .headers = {}, .body = {}};
}
Result trouble(ErrorCode code) {
  return base::failure(base::Error{code, "http://a:1 is in trouble", {}});
}

// Answers what it is told to, the last for ever, each answer taking its time.
class Scripted final : public HttpClient {
 public:
  explicit Scripted(base::ManualClock& clock) : clock_(clock) {}
  Result send(const Request& request) override {
    sent.push_back(request);
    clock_.advance(takes);
    if (answers.size() > 1) {
      Result next = answers.front();
      answers.pop_front();
      return next;
    }
    return answers.front();
  }
  Result stream(const Request& request, const OnBytes& /*on_bytes*/) override { return send(request); }

  std::deque<Result> answers{status(200)};
  std::vector<Request> sent;
  base::Duration takes{};

 private:
  base::ManualClock& clock_;
};

class HttpCallerTest : public testing::Test {
 protected:
  HttpCaller::Call to(std::string method, std::string url = "http://a:1/x") {
    HttpCaller::Call call{.neighbour = "Registry", .request = {}};
    call.request.method = std::move(method);
    call.request.url = std::move(url);
    return call;
  }
  HttpCaller make() {
    return HttpCaller({.client = client_,
                       .clock = clock_,
                       .wait =
                           [this](base::Duration duration, const std::stop_token& stop) {
                             waits_.push_back(duration);
                             clock_.advance(duration);
                             return !stop.stop_requested();
                           },
                       .random = [] { return 0.5; }},
                      {.time_max = 10s, .first_pause = 100ms, .breaker = {.failures_to_open = 4, .first_pause = 1s}});
  }

  base::ManualClock clock_;
  Scripted client_{clock_};
  std::vector<base::Duration> waits_;
};

TEST_F(HttpCallerTest, RepeatsWhatIsHarmlessToRepeatAndNothingElse) {
  const struct {
    const char* method;
    bool repeatable;
    std::size_t attempts;
  } rows[] = {{"GET", false, 3},  {"HEAD", false, 3}, {"PUT", false, 3},  {"DELETE", false, 3},
              {"POST", false, 1}, {"POST", true, 3},  {"PATCH", false, 1}};
  for (const auto& row : rows) {
    HttpCaller caller = make();
    client_.sent.clear();
    client_.answers = {trouble(ErrorCode::kExternal)};
    auto call = to(row.method);
    call.repeatable = row.repeatable;
    EXPECT_EQ(caller.call(call).error().code, ErrorCode::kExternal);
    EXPECT_EQ(client_.sent.size(), row.attempts) << row.method << row.repeatable;
  }
}

TEST_F(HttpCallerTest, RepeatsOnlyWhereItMayHelp) {
  const struct {
    Result answer;
    std::size_t attempts;
  } rows[] = {{status(200), 1},
              {status(401), 1},
              {status(404), 1},
              {status(500), 1},
              {status(502), 3},
              {status(503), 3},
              {status(504), 3},
              {trouble(ErrorCode::kExternal), 3},
              {trouble(ErrorCode::kTimeout), 1},
              {trouble(ErrorCode::kTooLarge), 1},
              {trouble(ErrorCode::kInvalid), 1},
              {trouble(ErrorCode::kUnavailable), 1}};
  for (const auto& row : rows) {
    HttpCaller caller = make();
    client_.sent.clear();
    client_.answers = {row.answer};
    static_cast<void>(caller.call(to("GET")));
    EXPECT_EQ(client_.sent.size(), row.attempts);
  }
}

TEST_F(HttpCallerTest, TheSecondAttemptMaySucceed) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kExternal), status(503), status(200)};
  EXPECT_EQ(caller.call(to("GET"))->status, 200);
  EXPECT_EQ(waits_, (std::vector<base::Duration>{100ms, 200ms}));
  const auto figures = caller.figures();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].neighbour, "Registry");
  EXPECT_EQ(figures[0].answered, 1U);
  EXPECT_EQ(figures[0].repeated, 2U);
  EXPECT_FALSE(figures[0].away);
}

TEST_F(HttpCallerTest, AllAttemptsTogetherTakeNoLongerThanTheCallMay) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kExternal)};
  client_.takes = 6s;
  const base::Tick begin = clock_.monotonic();
  static_cast<void>(caller.call(to("GET")));
  ASSERT_EQ(client_.sent.size(), 2U);
  EXPECT_EQ(client_.sent[0].time_max, 10s);
  EXPECT_EQ(client_.sent[1].time_max, 10s - 6s - 100ms) << "a real client would have ended there";
  EXPECT_LT(clock_.monotonic() - begin, 13s);
}

TEST_F(HttpCallerTest, AShorterTimeOfOneCallCounts) {
  HttpCaller caller = make();
  auto call = to("GET");
  call.request.time_max = 2s;
  static_cast<void>(caller.call(call));
  EXPECT_EQ(client_.sent[0].time_max, 2s);
}

TEST_F(HttpCallerTest, TheTimeOfOneCallIsThatOfAllItsAttempts) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kExternal)};
  client_.takes = 800ms;
  auto by_duration = to("DELETE");
  by_duration.request.time_max = 2s;
  static_cast<void>(caller.call(by_duration));
  ASSERT_EQ(client_.sent.size(), 3U);
  EXPECT_EQ(client_.sent[1].time_max, 2s - 900ms);
  EXPECT_EQ(client_.sent[2].time_max, 2s - 1900ms);
  client_.sent.clear();
  HttpCaller other = make();
  auto by_deadline = to("DELETE");
  by_deadline.deadline = clock_.monotonic() + 1500ms;
  static_cast<void>(other.call(by_deadline));
  ASSERT_EQ(client_.sent.size(), 2U);
  EXPECT_EQ(client_.sent[0].time_max, 1500ms);
  EXPECT_EQ(client_.sent[1].time_max, 600ms);
  client_.sent.clear();
  by_deadline.deadline = clock_.monotonic();
  EXPECT_EQ(other.call(by_deadline).error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(client_.sent.empty());
}

TEST_F(HttpCallerTest, WhoeverStopsIsNotTriedAgain) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kExternal)};
  std::stop_source stop;
  stop.request_stop();
  auto call = to("GET");
  call.request.stop = stop.get_token();
  static_cast<void>(caller.call(call));
  EXPECT_EQ(client_.sent.size(), 1U);
}

TEST_F(HttpCallerTest, AnOriginThatDoesNotAnswerIsLeftAloneAndFoundAgain) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kTimeout)};
  client_.takes = 10s;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(caller.call(to("GET")).error().code, ErrorCode::kTimeout);
  client_.takes = {};
  const auto refused = caller.call(to("GET"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kExternal);
  EXPECT_THAT(refused.error().message, HasSubstr("http://a:1 did not answer lately (http://a:1 is in trouble); it is "
                                                 "tried again in 1s"));
  EXPECT_EQ(client_.sent.size(), 4U) << "at once, and without a call";
  EXPECT_TRUE(caller.is_away("Registry"));
  client_.answers = {status(200)};
  EXPECT_EQ(caller.call(to("GET", "http://b:1/x"))->status, 200) << "others are not meant";
  clock_.advance(1s);
  EXPECT_EQ(caller.call(to("GET"))->status, 200);
  EXPECT_FALSE(caller.is_away("Registry"));
  const auto figures = caller.figures();
  EXPECT_EQ(figures[0].failed, 4U);
  EXPECT_EQ(figures[0].refused, 1U);
  EXPECT_EQ(figures[0].answered, 2U);
}

TEST_F(HttpCallerTest, AnyAnswerOfItsOwnProvesThatAServerIsThere) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kTimeout)};
  for (int i = 0; i < 3; ++i) static_cast<void>(caller.call(to("GET")));
  client_.answers = {status(500)};
  static_cast<void>(caller.call(to("GET")));
  client_.answers = {trouble(ErrorCode::kTimeout)};
  for (int i = 0; i < 3; ++i) static_cast<void>(caller.call(to("GET")));
  EXPECT_EQ(client_.sent.size(), 7U) << "none was refused";
}

TEST_F(HttpCallerTest, TheOriginsItRemembersAreBounded) {
  HttpCaller caller = make();
  client_.answers = {trouble(ErrorCode::kTimeout)};
  for (int i = 0; i < 4; ++i) static_cast<void>(caller.call(to("GET")));
  for (std::size_t port = 1000; port < 1000 + base::limits::kOriginsMax; ++port) {
    clock_.advance(1ms);
    static_cast<void>(caller.call(to("GET", fmt::format("http://b:{}/", port))));
  }
  client_.sent.clear();
  static_cast<void>(caller.call(to("GET")));
  EXPECT_EQ(client_.sent.size(), 1U) << "the one used longest ago was forgotten with its trouble";
}

TEST_F(HttpCallerTest, AWrongAddressIsNotSent) {
  HttpCaller caller = make();
  EXPECT_EQ(caller.call(to("GET", "ftp://a/")).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(client_.sent.empty());
}

}  // namespace
}  // namespace jeton::net
