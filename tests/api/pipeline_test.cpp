#include "api/http/pipeline.hpp"

#include "api/api_client.hpp"
#include "api/arrowhead/query_list.hpp"
#include "api/http/call.hpp"
#include "api/http/middleware/request_id.hpp"
#include "api/http/waiting.hpp"
#include "base/worker_pool.hpp"

namespace jeton::api {
namespace {

using http::Access;
using http::Call;
using http::Route;
using http::Router;
using http::middleware::LimitRate;
using net::http::Method;
using testing::ApiClient;
using ::testing::HasSubstr;
using ::testing::Not;

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += "[" + item + "]";
  return out;
}

Route route(Method method, std::string path, std::function<void(Call&)> handler) {
  return {
      .method = method, .path = std::move(path), .service = "test", .operation = "act", .handler = std::move(handler)};
}

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() {
    router.add(route(Method::kGet, "/fixed", [](Call& call) { call.text(200, "fixed"); }));
    router.add(route(Method::kGet, "/thing/{id}", [](Call& call) { call.text(200, call.parameter("id")); }));
    router.add(route(Method::kDelete, "/thing/{id}", [](Call& call) { call.empty(204); }));
    router.add(route(Method::kGet, "/list", [](Call& call) {
      const auto values = arrowhead::query_list(call, "x");
      if (call.failed(values)) return;
      call.text(200, values->has_value() ? joined(**values) : "absent");
    }));
    Route json = route(Method::kPost, "/json", [](Call& call) { call.json(200, call.request().body); });
    json.request_type = http::kJsonType;
    router.add(json);
    Route optional = route(Method::kPost, "/optional", [](Call& call) { call.json(200, "{}"); });
    optional.request_type = http::kJsonType;
    optional.body_optional = true;
    router.add(optional);
    Route open = route(Method::kGet, "/open", [](Call& call) { call.text(200, "open"); });
    open.access = Access::kAnonymous;
    router.add(open);
    client.emplace(router, names, clock);
  }

  base::ManualClock clock;
  const model::Normalizer names{model::NormalizationMode::kExtended};
  Router router;
  std::optional<ApiClient> client;
};

TEST_F(PipelineTest, AnUnauthenticatedRequestIs401EvenWhereNothingIs) {
  EXPECT_EQ(client->ask("GET", "/nowhere", {}, "").status, 401);
  EXPECT_EQ(client->ask("GET", "/fixed", {}, "").status, 401);
  EXPECT_EQ(client->ask("GET", "/open", {}, "").status, 200);
  EXPECT_EQ(client->ask("GET", "/nowhere").status, 404);
}

TEST_F(PipelineTest, AWrongMethodNamesTheRightOnes) {
  const auto reply = client->ask("PUT", "/thing/5");
  EXPECT_EQ(reply.status, 405);
  EXPECT_THAT(reply.head, HasSubstr("Allow: GET, HEAD, DELETE, OPTIONS\r\n"));
  EXPECT_EQ(client->ask("OPTIONS", "/thing/5").status, 200);
}

TEST_F(PipelineTest, PathsAreExactAndDecodedOnce) {
  EXPECT_EQ(client->ask("GET", "/thing/PR%7CLOCAL%7cA").body, "PR|LOCAL|A");
  EXPECT_EQ(client->ask("GET", "/thing/a%257C").body, "a%7C");
  EXPECT_EQ(client->ask("GET", "/thing/raw|pipe").body, "raw|pipe");
  EXPECT_EQ(client->ask("GET", "/%66ixed").body, "fixed");
  EXPECT_EQ(client->ask("GET", "/fixed?x=1").status, 200);
  for (const char* path : {"/fixed/", "/Fixed", "/thing", "/thing/", "/thing/a/b", "//fixed"})
    EXPECT_EQ(client->ask("GET", path).status, 404) << path;
  for (const char* path : {"/thing/%", "/thing/%zz", "/thing/%ff"})
    EXPECT_EQ(client->ask("GET", path).status, 400) << path;
}

// arrowhead-authorization 1.3
TEST_F(PipelineTest, ListParametersFollowTheContract) {
  const std::pair<const char*, const char*> rows[] = {
      {"/list", "absent"},
      {"/list?y=1", "absent"},
      {"/list?x=", ""},
      {"/list?x=a", "[a]"},
      {"/list?x=a,b", "[a][b]"},
      {"/list?x=a,%20b", "[a][b]"},
      {"/list?x=a&x=b,c", "[a][b,c]"},
      {"/list?x=a+b", "[a b]"},
      {"/list?x=a%2Bb", "[a+b]"},
      {"/list?x=a%2Cb", "[a][b]"},
      {"/list?x=a,", "[a][]"},
  };
  for (const auto& [target, expected] : rows) EXPECT_EQ(client->ask("GET", target).body, expected) << target;
  EXPECT_EQ(client->ask("GET", "/list?x=%zz").status, 400);
}

TEST_F(PipelineTest, BodiesMustBeJsonBySayingSo) {
  EXPECT_EQ(client->post("/json", "{}").status, 200);
  EXPECT_EQ(client->ask("POST", "/json").status, 415);
  EXPECT_EQ(client->ask("POST", "/optional").status, 200);
}

TEST_F(PipelineTest, EveryAnswerCarriesARequestId) {
  for (const char* target : {"/fixed", "/nowhere", "/open"})
    EXPECT_THAT(client->ask("GET", target).head, HasSubstr("X-Request-Id: ")) << target;
}

TEST_F(PipelineTest, AJobThatThrowsIsAnswered) {
  base::WorkerPool workers(1, 1);
  Router with_job;
  with_job.add(route(Method::kGet, "/job", [&](Call& call) {
    http::on_worker(workers, clock, call.later(), [](http::Later&) { throw std::runtime_error("broken"); });
  }));
  ApiClient other(with_job, names, clock);
  const auto reply = other.ask("GET", "/job");
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, Not(HasSubstr("broken")));
  workers.stop();
}

TEST(RouteMetrics, CountsByStatusClassAndDuration) {
  http::RouteMetrics metrics;
  metrics.observe(200, std::chrono::microseconds{3});
  metrics.observe(503, std::chrono::seconds{100});
  const auto figures = metrics.figures();
  EXPECT_EQ(figures.by_status_class[1], 1U);
  EXPECT_EQ(figures.by_status_class[4], 1U);
  EXPECT_EQ(figures.by_duration.front(), 1U);
  EXPECT_EQ(figures.by_duration.back(), 1U);
}

TEST(RequestId, SaneOnesAreKeptOthersReplaced) {
  using http::middleware::is_sane_request_id;
  using http::middleware::request_id;
  EXPECT_EQ(request_id("abc-1.2_3:/+=@"), "abc-1.2_3:/+=@");
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a\r\nb"), std::string("é"),
                                 std::string(129, 'a'), std::string("<x>")}) {
    EXPECT_FALSE(is_sane_request_id(bad));
    EXPECT_TRUE(is_sane_request_id(request_id(bad)));
  }
  EXPECT_NE(request_id({}), request_id({}));
}

TEST(LimitRate, GivesEachCallerItsShare) {
  LimitRate limit(10);
  base::Tick now;
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limit("greedy", now) ? 1 : 0;
  EXPECT_EQ(allowed, 20) << "a burst of twice the rate";
  EXPECT_TRUE(limit("modest", now));
  EXPECT_EQ(limit("greedy", now).error().code, base::ErrorCode::kTooManyRequests);
  now += std::chrono::milliseconds(500);
  allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limit("greedy", now) ? 1 : 0;
  EXPECT_EQ(allowed, 5);
  LimitRate off(0);
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(off("greedy", now));
}

TEST(LimitRate, AnEarlierTimeTakesNoTokensAway) {
  LimitRate limit(10);
  const base::Tick now = base::Tick{} + std::chrono::minutes(1);
  EXPECT_TRUE(limit("slow", now));
  EXPECT_TRUE(limit("slow", now - std::chrono::seconds(10)));
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limit("slow", now) ? 1 : 0;
  EXPECT_EQ(allowed, 18) << "nor does the time in between count twice";
}

TEST(LimitRate, IsBoundedInCallers) {
  LimitRate limit(1);
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(limit("caller" + std::to_string(i), base::Tick{}));
}

TEST_F(PipelineTest, AJobThatThrowsIsAnsweredAndTheConnectionGoesOn) {
  base::WorkerPool workers{1, 8};
  Router with_jobs;
  with_jobs.add(route(Method::kGet, "/throws", [&](Call& call) {
    http::on_worker(workers, clock, call.later(), [](http::Later&) { throw std::runtime_error("a secret reason"); });
  }));
  with_jobs.add(route(Method::kGet, "/forgets", [&](Call& call) {
    http::on_worker(workers, clock, call.later(), [](http::Later& later) { const auto lost = std::move(later); });
  }));
  ApiClient asking(with_jobs, names, clock);
  for (const char* path : {"/throws", "/forgets"}) {
    const auto reply = asking.ask("GET", path);
    EXPECT_EQ(reply.status, 500) << path;
    EXPECT_THAT(reply.head, Not(HasSubstr("Connection: close")));
    EXPECT_THAT(reply.body, HasSubstr("errorMessage"));
    EXPECT_THAT(reply.body, Not(HasSubstr("secret")));
  }
  workers.stop();
}

TEST_F(PipelineTest, JobsThatGetNoWorkerInTimeAreCounted) {
  base::WorkerPool without_room{1, 0};
  base::WorkerPool slow{1, 1};
  Router with_jobs;
  with_jobs.add(route(Method::kGet, "/refused", [&](Call& call) {
    http::on_worker(without_room, clock, call.later(), [](http::Later& later) { later.empty(200); });
  }));
  with_jobs.add(route(Method::kGet, "/late", [&](Call& call) {
    clock.advance(std::chrono::minutes{1});
    http::on_worker(slow, clock, call.later(), [](http::Later& later) { later.empty(200); });
  }));
  ApiClient asking(with_jobs, names, clock);
  for (const char* path : {"/refused", "/late"}) EXPECT_EQ(asking.ask("GET", path).status, 503) << path;
  without_room.stop();
  slow.stop();
  EXPECT_EQ(without_room.unserved().refused, 1U);
  EXPECT_EQ(without_room.unserved().late, 0U);
  EXPECT_EQ(slow.unserved().refused, 0U);
  EXPECT_EQ(slow.unserved().late, 1U);
}

}  // namespace
}  // namespace jeton::api
