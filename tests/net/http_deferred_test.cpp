// Answers given later, from anywhere, in any order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_wire.hpp"

namespace jeton::net::http::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Phase = Connection::Phase;
using base::limits::kOutputBytesMax;
using base::limits::kPipelinedRequestsMax;
using std::chrono::seconds;

/// Paths that begin with "/later" are deferred, the others answered at once.
struct DeferringWire {
  Wire wire;
  std::vector<Deferred> waiting;

  explicit DeferringWire(ConnectionSettings settings = {}) : wire(settings) {
    wire.handler.on_request = [this](const Request& request, Exchange& exchange) {
      if (request.path.starts_with("/later")) {
        waiting.push_back(exchange.defer());
      } else {
        exchange.respond({.body = request.path});
      }
    };
  }

  std::string read() {
    wire.open_mailbox();
    return wire.read();
  }
};

TEST(HttpDeferred, AnswersKeepTheOrderOfTheRequests) {
  DeferringWire d;
  EXPECT_THAT(bodies(d.wire.exchange(get("/0") + get("/later1") + get("/2") + get("/later3") + get("/4"))),
              ElementsAre("/0"));
  d.waiting[1].respond({.body = "three"});
  EXPECT_EQ(d.read(), "");
  d.waiting[0].respond({.body = "one"});
  EXPECT_THAT(bodies(d.read()), ElementsAre("one", "/2", "three", "/4"));
  EXPECT_THAT(bodies(d.wire.exchange(get("/5"))), ElementsAre("/5"));
}

// Once an answer past the bound had left, the block was given back under a read that was still to be filled.
TEST(HttpDeferred, ALargeAnswerLeavesThePreparedReadAlone) {
  DeferringWire d;
  d.wire.settings.body_bytes_max = 1 << 20;
  d.wire.write("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x'));
  ASSERT_EQ(d.waiting.size(), 1U);
  const std::span<char> room = d.wire.connection->prepare();
  d.waiting[0].respond({.body = std::string(kOutputBytesMax + 1, 'y')});
  EXPECT_EQ(bodies(d.read()).size(), 1U);
  const std::string next = get("/next");
  std::memcpy(room.data(), next.data(), next.size());
  d.wire.connection->received(next.size(), d.wire.clock.monotonic());
  EXPECT_THAT(bodies(d.read()), ElementsAre("/next"));
}

TEST(HttpDeferred, ManyAnswersWakeOnce) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2") + get("/later3"));
  for (Deferred& deferred : d.waiting) deferred.respond({.body = "x"});
  EXPECT_EQ(d.wire.wake_ups, 1);
  EXPECT_EQ(bodies(d.read()).size(), 3U);
  d.wire.write(get("/later4"));
  d.waiting.back().respond({});
  EXPECT_EQ(d.wire.wake_ups, 2);
}

TEST(HttpDeferred, PipelineIsBounded) {
  DeferringWire d;
  std::string requests;
  for (std::size_t i = 0; i < kPipelinedRequestsMax + 10; ++i) requests += get("/later");
  d.wire.write(requests);
  EXPECT_EQ(d.waiting.size(), kPipelinedRequestsMax);
  EXPECT_FALSE(d.wire.connection->wants_read());
  EXPECT_EQ(d.wire.connection->next_deadline(), std::nullopt);

  for (std::size_t i = 0; i < 10; ++i) d.waiting[i].respond({.body = "x"});
  EXPECT_EQ(bodies(d.read()).size(), 10U);
  EXPECT_EQ(d.waiting.size(), kPipelinedRequestsMax + 10);
}

TEST(HttpDeferred, AnswersThatWaitCountAsUnsent) {
  DeferringWire d;
  const std::string large(kOutputBytesMax, 'x');
  d.wire.write(get("/later1") + get("/later2"));
  d.waiting[1].respond({.body = large});
  d.wire.open_mailbox();
  EXPECT_FALSE(d.wire.connection->wants_read());
  d.waiting[0].respond({});
  d.read();
  EXPECT_TRUE(d.wire.connection->wants_read());
}

TEST(HttpDeferred, IsNotIdle) {
  DeferringWire d({.idle = seconds(10), .request = seconds(10)});
  d.wire.write(get("/later"));
  EXPECT_EQ(d.wire.connection->next_deadline(), std::nullopt);
  d.wire.pass(seconds(1000));
  EXPECT_EQ(d.wire.phase(), Phase::kServing);
  d.waiting[0].respond({});
  EXPECT_EQ(status_of(d.read()), 200);
  EXPECT_EQ(d.wire.connection->next_deadline(), base::Tick{seconds(1010)});
}

TEST(HttpDeferred, AbandonedEndsTheConnectionBehindTheEarlierAnswers) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2") + get("/3"));
  d.waiting.pop_back();
  d.waiting[0].respond({.body = "one"});
  EXPECT_THAT(bodies(d.read()), ElementsAre("one"));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpDeferred, AssignmentAbandonsWhatWasThere) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2"));
  d.waiting[0] = std::move(d.waiting[1]);
  d.waiting[0].respond({});
  EXPECT_EQ(d.read(), "");
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpDeferred, AnswerThatClosesIsTheLast) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/2"));
  d.waiting[0].respond({.body = "one", .close = true});
  const std::string answers = d.read();
  EXPECT_THAT(bodies(answers), ElementsAre("one"));
  EXPECT_THAT(answers, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpDeferred, LateAnswerToAGoneClientIsNothing) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2"));
  d.waiting[0].respond({});  // in the mailbox when the connection goes
  EXPECT_TRUE(d.waiting[1].open());
  d.wire.connection.reset();
  EXPECT_FALSE(d.waiting[1].open());
  EXPECT_FALSE(d.waiting[1].write("x"));
  d.wire.open_mailbox();
  d.waiting[1].respond({});
  EXPECT_EQ(d.wire.wake_ups, 1);
}

TEST(HttpDeferred, ClosedMailboxDropsWhatIsPutIn) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.wire.mailbox->close();
  d.waiting[0].respond({});
  EXPECT_EQ(d.wire.wake_ups, 0);
  EXPECT_EQ(d.read(), "");
}

TEST(HttpDeferred, HalfClosedClientGetsItsAnswer) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.wire.connection->ended(d.wire.clock.monotonic());
  EXPECT_EQ(d.wire.phase(), Phase::kFinishing);
  d.waiting[0].respond({.body = "late"});
  EXPECT_THAT(bodies(d.read()), ElementsAre("late"));
  EXPECT_EQ(d.wire.phase(), Phase::kClosed);
}

TEST(HttpDeferred, ContinueWaitsForTheAnswersBeforeIt) {
  DeferringWire d;
  d.wire.write(get("/later") + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(d.wire.read(), "");
  d.waiting[0].respond({.body = "one"});
  EXPECT_THAT(d.read(), EndsWith("oneHTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_THAT(bodies(d.wire.exchange("x")), ElementsAre("/2"));
}

TEST(HttpDeferred, SlowRequestIsRefusedBehindTheAnswersBeforeIt) {
  DeferringWire d({.request = seconds(10)});
  d.wire.write(get("/later") + "GET /slow");
  d.wire.pass(seconds(10));
  EXPECT_EQ(d.wire.read(), "");
  d.waiting[0].respond({.body = "one"});
  EXPECT_THAT(d.read(), HasSubstr("oneHTTP/1.1 408 "));
}

TEST(HttpDeferred, RequestLeftWaitingByUsGetsItsFullTime) {
  DeferringWire d({.request = seconds(10)});
  std::string requests;
  for (std::size_t i = 0; i < kPipelinedRequestsMax; ++i) requests += get("/later");
  d.wire.write(requests + "GET /part");
  d.wire.pass(seconds(60));
  d.waiting[0].respond({});
  d.read();
  EXPECT_EQ(d.wire.connection->next_deadline(), base::Tick{seconds(70)});
}

TEST(HttpDeferred, DrainFinishesThemAndStops) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2") + "GET /3");
  d.wire.connection->begin_drain(d.wire.clock.monotonic());
  EXPECT_FALSE(d.wire.connection->wants_read());
  d.waiting[0].respond({.body = "one"});
  d.waiting[1].respond({.body = "two"});
  const std::string answers = d.read();
  EXPECT_THAT(bodies(answers), ElementsAre("one", "two"));
  EXPECT_THAT(answers, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

// Whose proof of who it is has ended: what was asked before is answered, and nothing more.
TEST(HttpDeferred, AnExpelledClientGetsTheAnswersInHand) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2") + "GET /3");
  d.wire.connection->expel(d.wire.clock.monotonic());
  EXPECT_FALSE(d.wire.connection->wants_read());
  d.waiting[0].respond({.body = "one"});
  d.waiting[1].respond({.body = "two"});
  const std::string answers = d.read();
  EXPECT_THAT(bodies(answers), ElementsAre("one", "two"));
  EXPECT_THAT(answers, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
  DeferringWire idle;
  idle.wire.exchange(get("/1"));
  idle.wire.connection->expel(idle.wire.clock.monotonic());
  EXPECT_EQ(idle.wire.phase(), Phase::kClosed);
}

TEST(HttpStream, IsCutForAnExpelledClient) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2"));
  d.waiting[1].start({.content_type = "text/event-stream"});
  d.waiting[1].write("seen");
  d.wire.open_mailbox();
  d.wire.connection->expel(d.wire.clock.monotonic());
  d.waiting[0].respond({.body = "one"});
  d.waiting[1].write("not for it any more");
  const std::string rest = d.read();
  EXPECT_THAT(rest, HasSubstr("one"));
  EXPECT_THAT(rest, EndsWith("4\r\nseen\r\n")) << "without the end of a whole answer";
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
  d.wire.connection->ended(d.wire.clock.monotonic());
  EXPECT_FALSE(d.waiting[1].open());
}

TEST(HttpStream, RunsInItsTurn) {
  DeferringWire d;
  d.wire.write(get("/later1") + get("/later2") + get("/3"));
  d.waiting[1].start({.content_type = "text/event-stream"});
  EXPECT_TRUE(d.waiting[1].write("early"));
  EXPECT_EQ(d.read(), "");
  d.waiting[0].respond({.body = "one"});
  EXPECT_THAT(d.read(), EndsWith("5\r\nearly\r\n"));
  EXPECT_TRUE(d.waiting[1].write("more"));
  EXPECT_EQ(d.read(), "4\r\nmore\r\n");
  d.waiting[1].finish();
  const std::string rest = d.read();
  EXPECT_THAT(rest, ::testing::StartsWith("0\r\n\r\nHTTP/1.1 200 OK"));
  EXPECT_THAT(rest, EndsWith("/3"));
}

TEST(HttpStream, HasNoIdleTimeButMustBeRead) {
  DeferringWire d({.idle = seconds(10), .request = seconds(10)});
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  d.read();
  d.wire.pass(seconds(1000));
  EXPECT_TRUE(d.waiting[0].open());
  d.waiting[0].write("unread");
  d.wire.open_mailbox();
  d.wire.pass(seconds(9));
  EXPECT_TRUE(d.waiting[0].open());
  d.wire.pass(seconds(1));
  EXPECT_EQ(d.wire.phase(), Phase::kClosed);
  EXPECT_FALSE(d.waiting[0].open());
}

TEST(HttpStream, IsBoundedInTheMailboxToo) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  const std::string piece(kOutputBytesMax / 4, 'x');
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(d.waiting[0].write(piece));
  EXPECT_FALSE(d.waiting[0].write(piece));
  EXPECT_FALSE(d.waiting[0].open());
}

TEST(HttpStream, UnreadBytesAreCounted) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  const std::string piece(kOutputBytesMax / 4, 'x');
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(d.waiting[0].write(piece));
    d.wire.open_mailbox();
  }
  EXPECT_TRUE(d.waiting[0].write(std::string(100, 'x')));
  d.read();  // the client has caught up
  EXPECT_TRUE(d.waiting[0].write(piece));
  d.wire.open_mailbox();
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(d.waiting[0].write(piece));
  d.wire.open_mailbox();
  EXPECT_FALSE(d.waiting[0].write(piece));
  d.wire.open_mailbox();
  d.wire.read();
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpStream, ToAnOldClientEndsWithTheConnection) {
  DeferringWire d;
  d.wire.write("GET /later HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  d.waiting[0].start({});
  d.waiting[0].write("abc");
  d.waiting[0].finish();
  const std::string answer = d.read();
  EXPECT_THAT(answer, EndsWith("Connection: close\r\n\r\nabc"));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpStream, AnswerToHeadIsItsHead) {
  DeferringWire d;
  d.wire.write("HEAD /later HTTP/1.1\r\nHost: a\r\n\r\n");
  d.waiting[0].start({.body = "no"});
  d.waiting[0].write("no");
  d.waiting[0].finish();
  EXPECT_THAT(d.read(), EndsWith("Transfer-Encoding: chunked\r\n\r\n"));
  EXPECT_EQ(d.wire.phase(), Phase::kServing);
}

TEST(HttpStream, AnswerToHeadEndsWithItsStart) {
  DeferringWire d;
  d.wire.write("HEAD /later HTTP/1.1\r\nHost: a\r\n\r\n");
  d.waiting[0].start({});
  d.waiting[0].write("nobody hears this");
  EXPECT_THAT(d.read(), EndsWith("Transfer-Encoding: chunked\r\n\r\n"));
  EXPECT_THAT(bodies(d.wire.exchange(get("/next"))), ElementsAre("/next")) << "although it was never finished";
  d.waiting[0].write("nor this");
  d.waiting.clear();
  EXPECT_EQ(d.read(), "");
  EXPECT_EQ(d.wire.phase(), Phase::kServing);
}

TEST(HttpStream, TellsItsWriterOnceThereIsRoom) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  d.read();
  EXPECT_EQ(d.waiting[0].backlog(), 0U);
  const std::string piece(kOutputBytesMax / 2, 'x');
  ASSERT_TRUE(d.waiting[0].write(piece));
  EXPECT_EQ(d.waiting[0].backlog(), piece.size()) << "in the mailbox";
  int told = 0;
  d.waiting[0].when_there_is_room([&] { ++told; });
  d.wire.open_mailbox();
  EXPECT_GE(d.waiting[0].backlog(), piece.size()) << "in the connection";
  EXPECT_EQ(told, 0);
  d.wire.connection->sent(piece.size() / 4, d.wire.clock.monotonic());
  EXPECT_EQ(told, 0);
  d.wire.read();
  EXPECT_EQ(told, 1);
  d.waiting[0].when_there_is_room([&] { ++told; });
  d.wire.open_mailbox();
  EXPECT_EQ(told, 2) << "at once when there is room";
}

TEST(HttpStream, DoesNotTellOfRoomOnceTheClientIsGone) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  ASSERT_TRUE(d.waiting[0].write(std::string(kOutputBytesMax / 2, 'x')));
  bool told = false;
  d.waiting[0].when_there_is_room([&] { told = true; });
  d.wire.open_mailbox();
  d.wire.connection.reset();
  EXPECT_FALSE(told);
  EXPECT_FALSE(d.waiting[0].open());
}

TEST(HttpStream, AbandonedIsLeftWithoutItsEnd) {
  DeferringWire d;
  d.wire.write(get("/later") + get("/next"));
  d.waiting[0].start({});
  d.waiting[0].write("abc");
  d.waiting.clear();
  const std::string answer = d.read();
  EXPECT_THAT(answer, EndsWith("3\r\nabc\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("/next")));
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

TEST(HttpStream, EndsOnceFinishedUnderDrain) {
  DeferringWire d;
  d.wire.write(get("/later"));
  d.waiting[0].start({});
  d.read();
  d.wire.connection->begin_drain(d.wire.clock.monotonic());
  EXPECT_EQ(d.wire.phase(), Phase::kFinishing);
  d.waiting[0].finish();
  EXPECT_EQ(d.read(), "0\r\n\r\n");
  EXPECT_EQ(d.wire.phase(), Phase::kLingering);
}

}  // namespace
}  // namespace jeton::net::http::testing
