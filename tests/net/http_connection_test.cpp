#include "net/http/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_wire.hpp"

namespace jeton::net::http::testing {
namespace {

using ::testing::ElementsAre;
using Phase = Connection::Phase;
using std::chrono::seconds;

// Everything a handler can see of a request, as text.
std::string describe(const Request& request) {
  std::string text =
      std::string(request.method_text) + "|" + std::string(request.path) + "|" + std::string(request.query) + "|";
  for (const Field& field : request.fields) text += std::string(field.name) + "=" + std::string(field.value) + ";";
  return text + "|" + std::string(request.body);
}

void expect_request(std::string_view bytes, std::string_view expected) {
  Wire wire;
  std::string seen;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    seen = describe(request);
    exchange.respond({});
  };
  EXPECT_EQ(status_of(wire.exchange(bytes)), 200) << bytes;
  EXPECT_EQ(seen, expected);
}

TEST(HttpConnection, RequestsAreReadInAllTheirForms) {
  expect_request(get("/a/b?c=d&e"), "GET|/a/b|c=d&e|Host=a;|");
  expect_request("GET /? HTTP/1.1\r\nHost:a\r\n\r\n", "GET|/||Host=a;|");
  expect_request("GET /a?b?c HTTP/1.1\r\nHost:\r\n\r\n", "GET|/a|b?c|Host=;|");
  expect_request("\r\n\r\nGET / HTTP/1.1\r\nHost: \t[::1]:80 \t\r\n\r\n", "GET|/||Host=[::1]:80;|");
  expect_request("GET http://h:1/a?b HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/a|b|Host=a;|");
  expect_request("GET HTTPS://h HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/||Host=a;|");
  expect_request("GET http://h?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/|q|Host=a;|");
  expect_request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS|*||Host=a;|");
  expect_request("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT|a:1||Host=a;|");
  expect_request("BREW /%20 HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4\r\n\r\n", "BREW|/%20||Host=a;X=\xc3\xa4;|");
  expect_request("GET / HTTP/1.0\r\n\r\n", "GET|/|||");
  expect_request("PUT / HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\nContent-Length: 3\r\n\r\nabc",
                 "PUT|/||Host=a;content-length=3;Content-Length=3;|abc");
  expect_request(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "Chunked\r\n\r\n3;x=\"y;z\"\r\nabc\r\n0A\r\n0123456789\r\n000\r\nT: t\r\n\r\n",
      "POST|/||Host=a;Transfer-Encoding=Chunked;|abc0123456789");
}

TEST(HttpConnection, MethodsAreNamed) {
  Wire wire;
  std::vector<Method> seen;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    seen.push_back(request.method);
    exchange.respond({});
  };
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"}) {
    wire.exchange(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  EXPECT_THAT(seen, ElementsAre(Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch,
                                Method::kDelete, Method::kOptions, Method::kOther, Method::kOther));
}

TEST(HttpConnection, FieldsAreFoundInAnyLetterCase) {
  Wire wire;
  wire.handler.on_request = [](const Request& request, Exchange& exchange) {
    exchange.respond({.body = request.field("x-id")});
  };
  EXPECT_THAT(bodies(wire.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-ID: one\r\nx-id: two\r\n\r\n")), ElementsAre("one"));
  EXPECT_THAT(bodies(wire.exchange(get("/"))), ElementsAre(""));
}

TEST(HttpConnection, RequestKnowsItsTimeAndItsCarrier) {
  Wire wire;
  wire.connection->secure({{.common_name = "reader.a.b.c.d", .qualifiers = {"sy"}}});
  Request seen;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    seen = request;
    exchange.respond({});
  };
  wire.write("GET / HTTP/1.1\r\n");
  wire.clock.advance(seconds(3));
  wire.write("Host: a\r\n\r\n");
  EXPECT_TRUE(seen.secure);
  ASSERT_EQ(seen.certificates.size(), 1U);
  EXPECT_EQ(seen.certificates.front().common_name, "reader.a.b.c.d");
  EXPECT_EQ(seen.received, base::Tick{seconds(3)});
}

TEST(HttpConnection, EverySplitGivesTheSame) {
  const std::string bytes =
      "\r\nPOST /first?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nX: y\r\n\r\nbody"
      "POST /second HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;x\r\ndefgh\r\n0\r\nTrailer: "
      "t\r\n\r\n" +
      get("/third") + "HEAD /fourth HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  std::vector<std::string> whole;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Wire wire;
    std::vector<std::string> seen;
    wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
      seen.push_back(describe(request));
      exchange.respond({.body = request.body});
    };
    wire.write(std::string_view(bytes).substr(0, cut));
    wire.write(std::string_view(bytes).substr(cut));
    seen.push_back(wire.read());
    if (cut == 0) whole = seen;
    EXPECT_EQ(seen, whole) << "cut at " << cut;
  }
  ASSERT_EQ(whole.size(), 5U);
  EXPECT_EQ(whole[0], "POST|/first|a=b|Host=a;Content-Length=4;X=y;|body");
  EXPECT_EQ(whole[1], "POST|/second||Host=a;Transfer-Encoding=chunked;|abcdefgh");
}

TEST(HttpConnection, BytesMayComeOneByOne) {
  Wire wire;
  wire.handler.on_request = [](const Request& request, Exchange& exchange) {
    exchange.respond({.body = request.body});
  };
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" + get("/");
  for (const char byte : bytes) wire.write({&byte, 1});
  EXPECT_THAT(bodies(wire.read()), ElementsAre("abcde", ""));
}

TEST(HttpConnection, ManySmallChunksBecomeOneBody) {
  Wire wire;
  std::string body;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    body = request.body;
    exchange.respond({});
  };
  wire.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    const char letter = static_cast<char>('a' + i % 26);
    wire.write(std::string("1;long-extension\r\n") + letter + "\r\n");
    expected += letter;
  }
  wire.write("0\r\n\r\n");
  EXPECT_EQ(body, expected);
  EXPECT_EQ(status_of(wire.read()), 200);
}

TEST(HttpConnection, LargeBodyArrivesWhole) {
  Wire wire;
  std::string body;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    body = request.body;
    const volatile char* const behind = request.body.data() + request.body.size();
    for (std::size_t i = 0; i < base::limits::kJsonPaddingBytes; ++i) static_cast<void>(behind[i]);
    exchange.respond({});
  };
  const std::string sent(base::limits::kBodyBytesMax, 'x');
  wire.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(sent.size()) + "\r\n\r\n" + sent);
  EXPECT_EQ(status_of(wire.read()), 200);
  EXPECT_EQ(body, sent);
}

TEST(HttpConnection, PipelinedRequestsAreAnsweredInOneWrite) {
  Wire wire;
  wire.write(get("/1") + get("/2") + get("/3"));
  EXPECT_THAT(bodies(wire.connection->output()), ElementsAre("/1", "/2", "/3"));
}

// RFC 9112 9.3.2: what reads sees what was changed before it on the connection.
TEST(HttpConnection, SafeRequestsWaitForTheUnsafeOnesBeforeThem) {
  Wire wire;
  std::vector<std::string> order;
  std::vector<Deferred> pending;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    order.emplace_back(request.path);
    if (request.method == Method::kPost) return pending.push_back(exchange.defer());
    exchange.respond({.content_type = "text/plain", .body = request.path});
  };
  const auto post = [](std::string_view path) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", path);
  };
  wire.write(get("/0") + post("/1") + post("/2") + get("/3") + post("/4"));
  EXPECT_THAT(order, ElementsAre("/0", "/1", "/2")) << "those that change things follow each other at once";
  pending[0].respond({.content_type = "text/plain", .body = "/1"});
  wire.open_mailbox();
  EXPECT_THAT(order, ElementsAre("/0", "/1", "/2"));
  pending[1].respond({.content_type = "text/plain", .body = "/2"});
  wire.open_mailbox();
  EXPECT_THAT(order, ElementsAre("/0", "/1", "/2", "/3", "/4"));
  pending[2].respond({.content_type = "text/plain", .body = "/4"});
  wire.open_mailbox();
  EXPECT_THAT(bodies(wire.connection->output()), ElementsAre("/0", "/1", "/2", "/3", "/4"));
}

// One that is still asked about is neither safe nor unsafe, and has not yet come to where changes are in order.
TEST(HttpConnection, EverythingWaitsForASuspendedRequest) {
  Wire wire;
  std::vector<std::string> order;
  std::vector<Deferred> pending;
  wire.handler.on_request = [&](const Request& request, Exchange& exchange) {
    order.emplace_back(request.path);
    if (request.path.starts_with("/asked")) return pending.push_back(exchange.suspend());
    exchange.respond({.content_type = "text/plain", .body = request.path});
  };
  const auto post = [](std::string_view path) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", path);
  };
  wire.write(post("/asked/1") + post("/asked/2") + get("/asked/3") + get("/4"));
  EXPECT_THAT(order, ElementsAre("/asked/1"));
  EXPECT_FALSE(wire.connection->wants_read()) << "nothing is taken that would only wait";
  pending[0].respond({.content_type = "text/plain", .body = "1"});
  wire.open_mailbox();
  EXPECT_THAT(order, ElementsAre("/asked/1", "/asked/2"));
  pending[1].respond({.content_type = "text/plain", .body = "2"});
  wire.open_mailbox();
  EXPECT_THAT(order, ElementsAre("/asked/1", "/asked/2", "/asked/3"));
  pending[2].start({.content_type = "text/event-stream"});
  wire.open_mailbox();
  EXPECT_THAT(order, ElementsAre("/asked/1", "/asked/2", "/asked/3", "/4")) << "nobody waits for a stream's end";
}

TEST(HttpConnection, ConnectionEndsWhenEitherSideAsks) {
  struct Row {
    std::string_view request;
    bool answer_closes;
    bool ends;
    std::string_view line;
  };
  const std::vector<Row> rows = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", false, false, ""},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", false, true, "Connection: close\r\n"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, true, "Connection: close\r\n"},
      {"GET / HTTP/1.0\r\n\r\n", false, true, "Connection: close\r\n"},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false, false, "Connection: keep-alive\r\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.request);
    Wire wire;
    wire.handler.on_request = [&](const Request&, Exchange& exchange) {
      exchange.respond({.close = row.answer_closes});
    };
    const std::string answers = wire.exchange(std::string(row.request) + get("/next"));
    EXPECT_NE(answers.find(row.line), std::string::npos);
    EXPECT_EQ(bodies(answers).size(), row.ends ? 1U : 2U);
    EXPECT_EQ(wire.phase(), row.ends ? Phase::kLingering : Phase::kServing);
  }
}

TEST(HttpConnection, HeadHasNoBody) {
  Wire wire;
  const std::string answers = wire.exchange("HEAD /four HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
  EXPECT_NE(answers.find("Content-Length: 5\r\n\r\nHTTP/1.1 200 OK"), std::string::npos);
}

TEST(HttpConnection, ContinueIsSentWhenTheBodyIsWaitedFor) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  Wire wire;
  EXPECT_EQ(wire.exchange(head), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(wire.exchange("a"), "");
  EXPECT_EQ(status_of(wire.exchange("b")), 200);
  EXPECT_EQ(status_of(wire.exchange(head + "ab")), 200);  // it did not wait
  EXPECT_EQ(wire.exchange(head), "HTTP/1.1 100 Continue\r\n\r\n");

  Wire full({.body_bytes_max = 1});
  EXPECT_EQ(status_of(full.exchange(head)), 413);

  Wire old;
  EXPECT_EQ(old.exchange("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"), "");
}

TEST(HttpConnection, HandlerThatThrowsIsAnsweredFor) {
  Wire wire;
  wire.handler.on_request = [](const Request&, Exchange&) { throw std::runtime_error("broken"); };
  EXPECT_EQ(status_of(wire.exchange(get("/"))), 500);
  EXPECT_EQ(wire.phase(), Phase::kLingering);

  Wire silent;
  silent.handler.on_request = [](const Request&, Exchange&) {};
  EXPECT_EQ(status_of(silent.exchange(get("/"))), 500);

  Wire late;
  late.handler.on_request = [](const Request&, Exchange& exchange) {
    exchange.respond({.status = 202});
    throw std::runtime_error("broken behind the answer");
  };
  EXPECT_EQ(status_of(late.exchange(get("/"))), 202);
}

TEST(HttpConnection, HalfClosedClientGetsItsAnswers) {
  Wire wire;
  wire.write(get("/1") + get("/2") + "GET /incompl");
  wire.connection->ended(wire.clock.monotonic());
  EXPECT_THAT(bodies(wire.read()), ElementsAre("/1", "/2"));
  EXPECT_EQ(wire.phase(), Phase::kClosed);

  Wire idle;
  idle.connection->ended(idle.clock.monotonic());
  EXPECT_EQ(idle.phase(), Phase::kClosed);
}

TEST(HttpConnection, LingersUntilTheClientHasSeenTheEnd) {
  Wire wire;
  wire.exchange("BROKEN\r\n\r\n");
  EXPECT_TRUE(wire.connection->wants_read());
  wire.write("more that nobody looks at");
  EXPECT_EQ(wire.phase(), Phase::kLingering);
  wire.connection->ended(wire.clock.monotonic());
  EXPECT_EQ(wire.phase(), Phase::kClosed);

  Wire slow;
  slow.exchange("BROKEN\r\n\r\n");
  slow.pass(kLingerMax);
  EXPECT_EQ(slow.phase(), Phase::kClosed);

  Wire talkative;
  talkative.exchange("BROKEN\r\n\r\n");
  EXPECT_LT(talkative.write(std::string(2 * kLingerBytesMax, 'x')), kLingerBytesMax + 100'000);
  EXPECT_EQ(talkative.phase(), Phase::kClosed);
}

TEST(HttpConnection, IdleConnectionIsClosed) {
  Wire wire({.idle = seconds(10)});
  wire.pass(seconds(9));
  wire.exchange(get("/"));
  wire.write("\r\n");  // no request begins with it
  EXPECT_EQ(wire.connection->next_deadline(), base::Tick{seconds(19)});
  wire.pass(seconds(9));
  EXPECT_EQ(wire.phase(), Phase::kServing);
  wire.pass(seconds(1));
  EXPECT_EQ(wire.phase(), Phase::kClosed);
  EXPECT_EQ(wire.read(), "");
}

TEST(HttpConnection, SlowRequestIsRefused) {
  Wire wire({.request = seconds(10)});
  wire.pass(seconds(5));
  wire.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n");
  wire.pass(seconds(6));
  wire.write("\r\n01234");  // progress does not buy time
  wire.pass(seconds(3));
  EXPECT_EQ(wire.phase(), Phase::kServing);
  wire.pass(seconds(1));
  EXPECT_EQ(status_of(wire.read()), 408);
  EXPECT_EQ(wire.phase(), Phase::kLingering);
}

TEST(HttpConnection, ClientThatReadsNothingIsCutOff) {
  Wire wire({.request = seconds(10)});
  wire.write(get("/"));
  wire.pass(seconds(9));
  wire.connection->sent(1, wire.clock.monotonic());
  wire.pass(seconds(9));
  EXPECT_EQ(wire.phase(), Phase::kServing);
  wire.pass(seconds(1));
  EXPECT_EQ(wire.phase(), Phase::kClosed);
}

TEST(HttpConnection, UnreadAnswersStopTheReading) {
  Wire wire;
  const std::string large(300'000, 'x');
  int answered = 0;
  wire.handler.on_request = [&](const Request&, Exchange& exchange) {
    ++answered;
    exchange.respond({.body = large});
  };
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += get("/");
  wire.write(requests);
  EXPECT_EQ(answered, 4);  // the fourth passes the bound
  EXPECT_FALSE(wire.connection->wants_read());
  EXPECT_EQ(bodies(wire.read()).size(), 10U);
  EXPECT_TRUE(wire.connection->wants_read());
}

TEST(HttpConnection, DrainFinishesWhatIsInHand) {
  Wire idle;
  idle.connection->begin_drain(idle.clock.monotonic());
  EXPECT_EQ(idle.phase(), Phase::kClosed);

  Wire half;
  half.write("GET /half HTTP/1.1\r\n");
  half.connection->begin_drain(half.clock.monotonic());
  EXPECT_EQ(half.phase(), Phase::kServing);
  const std::string answer = half.exchange("Host: a\r\n\r\n" + get("/next"));
  EXPECT_THAT(bodies(answer), ElementsAre("/half"));
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(half.phase(), Phase::kLingering);

  Wire unsent;
  unsent.write(get("/unsent"));
  unsent.connection->begin_drain(unsent.clock.monotonic());
  EXPECT_THAT(bodies(unsent.read()), ElementsAre("/unsent"));
  EXPECT_EQ(unsent.phase(), Phase::kLingering);
}

TEST(HttpConnection, FullServerTurnsAway) {
  Wire wire;
  wire.connection->turn_away({503, "full"}, wire.clock.monotonic());
  EXPECT_EQ(status_of(wire.read()), 503);
  EXPECT_EQ(wire.phase(), Phase::kLingering);
}

}  // namespace
}  // namespace jeton::net::http::testing
