// A family of routes with a wire contract of its own beside the Arrowhead one: who is let in, how errors look, what
// every answer carries.
#include "api/http/dialect.hpp"

#include "api/api_client.hpp"
#include "api/http/call.hpp"
#include "api/openapi/document.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "net/http/delivery.hpp"

namespace jeton::api {
namespace {

using base::ErrorCode;
using http::Call;
using http::Later;
using http::Route;
using http::Router;
using net::http::Field;
using net::http::Method;
using testing::ApiClient;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Reply;

// Lets in who says `Bearer open` or nothing at all, and `Bearer ask` after asking; problems for what does not fit, a
// bare text for what is refused.
class BoxDialect final : public http::Dialect {
 public:
  std::string_view echo_field() const override { return "X-Correlation-Id"; }
  void receive(const net::http::Request& request, http::Origin& origin) const override {
    origin.echo = std::string(request.field("X-Correlation-Id"));
    if (origin.echo.empty()) origin.echo = "made-here";
    origin.error_origin = std::string(request.path);
  }
  Verdict admit(Call& call, Patience patience) const override {
    const std::string_view shown = call.request().field("Authorization");
    if (shown == "Bearer ask") {
      if (patience == Patience::kNow) return Verdict::kMustAsk;
      asking = std::this_thread::get_id();
    } else if (!shown.empty() && shown != "Bearer open") {
      call.fail({ErrorCode::kUnauthenticated, "this bearer opens nothing", {}});
      return Verdict::kAnswered;
    }
    call.set_caller({.name = shown.empty() ? "" : "opener"});
    return Verdict::kAdmitted;
  }
  Form word(std::string& body, const http::Failure& failure) const override {
    const int status = status_of(failure.error.code);
    if (!failure.malformed) {
      body += failure.origin.echo + ": " + failure.error.message;
      return {.status = status, .content_type = "text/box"};
    }
    body += R"({"detail":)";
    base::json::append_text(body, failure.error.message);
    body += R"(,"instance":)";
    base::json::append_text(body, *failure.origin.error_origin);
    body += fmt::format(R"(,"status":{}}})", status);
    return {.status = status, .content_type = "application/problem+json"};
  }
  std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal,
                                const http::Origin& /*origin*/) const override {
    body += fmt::format("refused: {}", refusal.message);
    return "text/box";
  }
  base::Error unknown_path(const net::http::Request& request) const override {
    return base::not_found("no box at " + std::string(request.path.substr(1)));
  }
  bool reads_forms() const override { return true; }
  mutable std::thread::id asking;  // the thread of the last decision that asked
  Description description() const override {
    return {.error_name = "BoxProblem",
            .error_content = R"({"application/problem+json":{}})",
            .security_name = "box",
            .security_scheme = R"({"type":"http","scheme":"bearer"})"};
  }

 private:
  static int status_of(ErrorCode code) {
    switch (code) {
      case ErrorCode::kUnauthenticated:
        return 401;
      case ErrorCode::kNotFound:
        return 404;
      case ErrorCode::kConflict:
        return 409;
      case ErrorCode::kInternal:
        return 500;
      case ErrorCode::kMethodNotAllowed:
        return 405;
      case ErrorCode::kNotAcceptable:
        return 406;
      case ErrorCode::kUnsupportedMediaType:
        return 415;
      default:
        return 400;
    }
  }
};

Route route(Method method, std::string path, std::function<void(Call&)> handler) {
  return {
      .method = method, .path = std::move(path), .service = "box", .operation = "act", .handler = std::move(handler)};
}

void add_box_routes(Router& router, const http::Dialect& dialect) {
  router.own("/box", dialect);
  router.add(route(Method::kGet, "/box/{box}/item/{item}", [](Call& call) {
    call.text(200, fmt::format("{} {} {}", call.parameter("item"), call.parameter("box"), call.caller().name));
  }));
  router.add(
      route(Method::kPut, "/box/{box}/taken", [](Call& call) { call.fail({ErrorCode::kConflict, "taken", {}}); }));
  router.add(route(Method::kDelete, "/box/{box}/taken", [](Call& call) {
    Later later = call.later();
    later.fail({ErrorCode::kConflict, "taken later", {}});
  }));
  router.add(route(Method::kPost, "/box/{box}/taken", [](Call& call) {
    const base::Result<int> nothing = base::failure(base::invalid("parameter 'to' must be given"));
    if (!call.rejected(nothing)) call.empty(200);
  }));
  for (const Method method : {Method::kGet, Method::kPut, Method::kPost, Method::kDelete}) {
    router.add(route(method, "/box/values", [](Call& call) {
      const auto values = call.query_values("x");
      if (call.rejected(values)) return;
      std::string out;
      for (const std::string& value : *values) out += "[" + value + "]";
      call.text(200, out);
    }));
  }
  router.add(route(Method::kPost, "/box/throw", [](Call&) { throw std::runtime_error("the box broke"); }));
  router.add(route(Method::kPost, "/box/echo", [](Call& call) { call.text(200, call.request().body); }));
  Route strict = route(Method::kPut, "/box/strict", [](Call& call) {
    const std::array<Field, 2> fields = {{{"Location", "/box/1"}, {"Warning", "199"}}};
    call.answer({.status = 201, .content_type = "text/strict", .body = "made", .fields = fields});
  });
  strict.request_type = strict.answer_type = http::kJsonType;
  router.add(strict);
  for (const int status : {200, 201, 202, 204, 206}) {
    router.add(
        route(Method::kGet, fmt::format("/box/status/{}", status), [status](Call& call) { call.empty(status); }));
  }
}

class DialectTest : public ::testing::Test {
 protected:
  DialectTest() {
    add_box_routes(router, box);
    router.add(route(Method::kGet, "/plain/{id}", [](Call& call) { call.text(200, call.caller().name); }));
    client.emplace(router, names, clock);
  }

  base::ManualClock clock;
  const model::Normalizer names{model::NormalizationMode::kExtended};
  const BoxDialect box;
  Router router;
  std::optional<ApiClient> client;
};

TEST_F(DialectTest, SeveralNamedParametersAreDecoded) {
  EXPECT_EQ(client->ask_with("GET", "/box/a%2Fb/item/%C3%A9", "").body, "\u00e9 a/b ");
  EXPECT_EQ(client->ask_with("GET", "/box/b/item/i", "Authorization: Bearer open\r\n").body, "i b opener");
  EXPECT_EQ(client->ask_with("GET", "/box/b/item/%ff", "").status, 400);
}

TEST_F(DialectTest, AuthenticatesOnEveryPathOfItsFamilyAndNowhereElse) {
  const char* closed = "Authorization: Bearer shut\r\n";
  for (const char* path : {"/box", "/box/none", "/box/values", "/box/b/taken"}) {
    const Reply reply = client->ask_with("PATCH", path, closed);
    EXPECT_EQ(reply.status, 401) << path << ": before 404 and 405";
    EXPECT_EQ(reply.body, "made-here: this bearer opens nothing");
    EXPECT_THAT(reply.head, HasSubstr("Content-Type: text/box\r\n"));
  }
  EXPECT_EQ(client->ask_with("GET", "/box/values", "").status, 200) << "the Arrowhead authenticator is not asked";
  EXPECT_THAT(client->ask_with("GET", "/plain/1", "").body, HasSubstr("exceptionType"));
  EXPECT_EQ(client->ask("GET", "/plain/1").body, "PumpStation");
}

// What is refused below the routes is still the family's to word, with what it echoes.
TEST_F(DialectTest, WordsWhatIsRefusedBelowItsRoutes) {
  const char* wish = "X-Correlation-Id: c 9\r\nExpect: miracles\r\n";
  const Reply reply = client->ask_with("POST", "/box/echo", wish);
  EXPECT_EQ(reply.status, 417);
  EXPECT_THAT(reply.head, HasSubstr("X-Correlation-Id: c 9\r\n"));
  EXPECT_THAT(reply.body, HasSubstr("refused: "));
  client.emplace(router, names, clock);  // the connection has ended
  EXPECT_THAT(client->ask_with("POST", "/plain/1", wish).body, HasSubstr("exceptionType"));
}

// A request whose admission asks another server goes on elsewhere, whole.
TEST_F(DialectTest, AsksOffTheNetworkThread) {
  const char* ask = "Authorization: Bearer ask\r\nX-Correlation-Id: c 7\r\n";
  const Reply item = client->ask_with("GET", "/box/a%2Fb/item/%C3%A9", ask);
  EXPECT_EQ(item.body, "\u00e9 a/b opener") << "the handler sees path and caller";
  EXPECT_THAT(item.head, HasSubstr("X-Correlation-Id: c 7\r\n"));
  EXPECT_NE(box.asking, std::thread::id{});
  EXPECT_NE(box.asking, std::this_thread::get_id());
  EXPECT_EQ(client->ask_with("GET", "/box/none", ask).status, 404);
  EXPECT_EQ(client->ask_with("PATCH", "/box/values", ask).status, 405);
  EXPECT_EQ(client->ask_with("DELETE", "/box/b/taken", ask).status,
            client->ask_with("DELETE", "/box/b/taken", "").status)
      << "an answer given later still";
}

// Keeps what it is told of one request, and how it was put aside.
class Aside final : public net::http::Exchange {
 public:
  void respond(const net::http::Response& /*response*/) override { how += "answered "; }
  net::http::Deferred defer() override {
    how += "deferred ";
    return {target_, 0};
  }
  net::http::Deferred suspend() override {
    how += "suspended ";
    return {target_, 0};
  }
  std::string how;

 private:
  struct Nobody final : net::http::Deferred::Target {
    bool open() const override { return false; }
    bool peer_ended() const override { return true; }
    void send(net::http::Delivery /*delivery*/) override {}
    std::size_t backlog() const override { return 0; }
  };
  std::shared_ptr<Nobody> target_ = std::make_shared<Nobody>();
};

// Which of two such requests is admitted first is open, so the connection must know not to begin the second.
TEST_F(DialectTest, ARequestThatIsAskedAboutIsSuspendedNotDeferred) {
  base::WorkerPool askers{1, 4};
  http::Pipeline pipeline({router, box, clock, askers, std::chrono::seconds{30}});
  const std::array<Field, 1> ask = {{{"Authorization", "Bearer ask"}}};
  Aside asked;
  pipeline.handle({.method = Method::kDelete, .path = "/box/b/taken", .fields = ask}, asked);
  EXPECT_EQ(asked.how, "suspended ");
  Aside admitted;
  pipeline.handle({.method = Method::kDelete, .path = "/box/b/taken"}, admitted);
  EXPECT_EQ(admitted.how, "deferred ");
  askers.stop();
}

TEST_F(DialectTest, WhatGoesOnElsewhereMayFailThere) {
  const char* ask = "Authorization: Bearer ask\r\n";
  EXPECT_EQ(client->ask_with("POST", "/box/throw", ask, "x").status, 500);
  EXPECT_EQ(client->ask_with("POST", "/box/echo", ask, "a whole body").body, "a whole body");
}

TEST_F(DialectTest, EchoesOnEveryAnswer) {
  const char* own = "X-Correlation-Id: c 42\r\n";
  for (const char* path : {"/box/values", "/box/none", "/box/status/204", "/box/values?x=%zz"})
    EXPECT_THAT(client->ask_with("GET", path, own).head, HasSubstr("X-Correlation-Id: c 42\r\n")) << path;
  const Reply later = client->ask_with("DELETE", "/box/b/taken", own);
  EXPECT_THAT(later.head, HasSubstr("X-Correlation-Id: c 42\r\n"));
  EXPECT_THAT(later.head, HasSubstr("X-Request-Id: "));
  EXPECT_THAT(client->ask_with("GET", "/box/values", "").head, HasSubstr("X-Correlation-Id: made-here\r\n"));
  EXPECT_THAT(client->ask("GET", "/plain/1").head, Not(HasSubstr("X-Correlation-Id")));
}

TEST_F(DialectTest, WordsItsErrorsNowAndLater) {
  const Reply now = client->ask_with("PUT", "/box/b/taken", "");
  EXPECT_EQ(now.status, 409);
  EXPECT_EQ(now.body, "made-here: taken");
  const Reply later = client->ask_with("DELETE", "/box/b/taken", "");
  EXPECT_EQ(later.status, 409);
  EXPECT_EQ(later.body, "made-here: taken later");
  const Reply malformed = client->ask_with("POST", "/box/b/taken", "");
  EXPECT_THAT(malformed.head, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_EQ(malformed.body, R"({"detail":"parameter 'to' must be given","instance":"/box/b/taken","status":400})");
}

TEST_F(DialectTest, WordsWhatRoutingAndMediaTypesRefuse) {
  EXPECT_EQ(client->ask_with("GET", "/box/none", "").body,
            R"({"detail":"no box at box/none","instance":"/box/none","status":404})");
  const Reply wrong = client->ask_with("PATCH", "/box/values", "");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.head, HasSubstr("Allow: GET, HEAD, PUT, POST, DELETE, OPTIONS\r\n"));
  EXPECT_THAT(wrong.head, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_EQ(client->ask_with("OPTIONS", "/box/values", "").status, 200);
  const Reply unsupported = client->ask_with("PUT", "/box/strict", "Content-Type: text/plain\r\n", "x");
  EXPECT_EQ(unsupported.status, 415);
  EXPECT_THAT(unsupported.head, HasSubstr("Accept: application/json\r\n"));
  const char* json = "Content-Type: application/json; charset=utf-8\r\nAccept: ";
  const std::pair<const char*, int> rows[] = {{"text/html", 406},     {"text/*", 406},
                                              {"*/*", 201},           {"", 201},
                                              {"application/*", 201}, {"text/html, Application/JSON;q=0.5", 201}};
  for (const auto& [accept, status] : rows)
    EXPECT_EQ(client->ask_with("PUT", "/box/strict", std::string(json) + accept + "\r\n", "{}").status, status)
        << accept;
}

TEST_F(DialectTest, AnswersWithFieldsAndAnyContentType) {
  const Reply made = client->ask_with("PUT", "/box/strict", "Content-Type: application/json\r\n", "{}");
  EXPECT_EQ(made.body, "made");
  EXPECT_THAT(made.head, HasSubstr("Content-Type: text/strict\r\n"));
  EXPECT_THAT(made.head, HasSubstr("Location: /box/1\r\nWarning: 199\r\n"));
  for (const int status : {200, 201, 202, 204, 206}) {
    const Reply reply = client->ask_with("GET", fmt::format("/box/status/{}", status), "");
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.body, "");
    EXPECT_THAT(reply.head, Not(HasSubstr("Content-Type")));
  }
}

TEST_F(DialectTest, FormBodiesAreParametersButForGet) {
  const char* form = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n";
  for (const char* method : {"PUT", "POST", "DELETE"})
    EXPECT_EQ(client->ask_with(method, "/box/values?x=1", form, "x=2+b&y=3&x=%C3%A9").body, "[1][2 b][\u00e9]");
  EXPECT_EQ(client->ask_with("GET", "/box/values?x=1", form, "x=2").body, "[1]");
  EXPECT_EQ(client->ask_with("PUT", "/box/values", "Content-Type: application/json\r\n", "x=2").body, "");
  EXPECT_EQ(client->ask_with("PUT", "/box/values", form, "x=%zz").status, 400);
}

TEST_F(DialectTest, TheReferenceTellsTheFamiliesApart) {
  const std::string reference = openapi::document(router, box, "1");
  EXPECT_THAT(reference, HasSubstr(R"("BoxProblem":{"description":"what went wrong")"));
  EXPECT_THAT(reference, HasSubstr(R"("/box/{box}/item/{item}")"));
  EXPECT_THAT(reference,
              HasSubstr(R"("name":"box"},{"in":"path","required":true,"schema":{"type":"string"},"name":"item")"));
}

// Knows who says `Bearer known` at once, and asks ten seconds about all others. All of them are the same.
class TenSeconds final : public identity::Authenticator {
 public:
  explicit TenSeconds(base::ManualClock& clock) : clock_(clock) {}
  std::optional<base::Result<identity::Caller>> authenticate_now(const identity::Credentials& shown) const override {
    if (shown.key != "known") return std::nullopt;
    return identity::Caller{.name = "FlowReader"};
  }
  base::Result<identity::Caller> authenticate(const identity::Credentials& /*shown*/) const override {
    clock_.advance(std::chrono::seconds{10});
    return identity::Caller{.name = "FlowReader"};
  }

 private:
  base::ManualClock& clock_;
};

TEST(RateOfACaller, CountsARequestWhenItIsAdmittedNotWhenItCame) {
  base::ManualClock clock;
  const model::Normalizer names{model::NormalizationMode::kExtended};
  const authorization::PolicyIndex no_policies;
  authorization::NoConsumerMetadata no_metadata;
  const authorization::Authorizer authorizer{no_policies, no_metadata};
  const identity::ManagementAccess access({.filter = false}, "ConsumerAuthorization", names, authorizer);
  const TenSeconds authenticator(clock);
  const identity::NoBlacklist blacklist;
  const identity::Admission admission(authenticator, blacklist, access);
  Router router;
  router.add(route(Method::kGet, "/thing", [](Call& call) { call.text(200, "in"); }));
  ApiClient client(router, admission, clock, 1);
  const char* known = "Authorization: Bearer known\r\n";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.ask_with("GET", "/thing", known).status, 200);
  EXPECT_EQ(client.ask_with("GET", "/thing", known).status, 429) << "the burst is over";
  EXPECT_EQ(client.ask_with("GET", "/thing", "Authorization: Bearer new\r\n").status, 200) << "ten seconds later";
  EXPECT_EQ(client.ask_with("GET", "/thing", known).status, 200);
  EXPECT_EQ(client.ask_with("GET", "/thing", known).status, 429);
}

// A path that merely contains /mgmt/ is not management: the route's own access decides.
TEST(ManagementFilter, GoesByTheRouteAndElsewhereByItsOwnUrls) {
  base::ManualClock clock;
  const model::Normalizer names{model::NormalizationMode::kExtended};
  Router router;
  router.add(route(Method::kGet, "/thing/{id}/{what}", [](Call& call) { call.text(200, "in"); }));
  Route managed = route(Method::kGet, "/managed", [](Call& call) { call.text(200, "in"); });
  managed.access = http::Access::kManagement;
  router.add(managed);
  ApiClient client(router, names, clock, {.filter = true});
  EXPECT_EQ(client.ask("GET", "/thing/mgmt/x").status, 200);
  EXPECT_EQ(client.ask("GET", "/managed").status, 403);
  EXPECT_EQ(client.ask("GET", "/elsewhere/mgmt/x").status, 404);
  const Reply refused = client.ask("GET", "/consumerauthorization/none/mgmt/x");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(ApiClient::member(refused, "origin"), "http://jeton.test/consumerauthorization/none/mgmt/x");
}

}  // namespace
}  // namespace jeton::api
