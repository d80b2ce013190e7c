#include "app/cli/server_sent_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jeton::cli {
namespace {

using testing::ElementsAre;

std::vector<std::string> read_in_pieces(std::string_view text, std::size_t piece) {
  std::vector<std::string> out;
  ServerSentEvents events;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    events.feed(text.substr(at, piece), [&](const ServerSentEvent& event) {
      out.push_back(event.id + "|" + event.name + "|" + event.data);
      return true;
    });
  }
  return out;
}

TEST(ServerSentEvents, AnySplitGivesTheSameEvents) {
  const struct {
    std::string text;
    std::vector<std::string> expected;
  } rows[] = {
      {"id: 7\nevent: token.issued\ndata: {\"a\":1}\n\n: alive\n\ndata:x\n\n",
       {"7|token.issued|{\"a\":1}", "7|message|x"}},
      {"\xEF\xBB\xBF"
       "data: first\r\n\r\nid\ndata: second\r\rdata\n\n",
       {"|message|first", "|message|second", "|message|"}},
      {"data: a\ndata: b\ndata:  c\n\n", {"|message|a\nb\n c"}},
      {"event: nothing\n\ndata: x\n\n", {"|message|x"}},
      {"data: cut off at the end\n", {}},
      {"id: 5\n\nunknown: y\ndata: z\n\n", {"5|message|z"}},
      {std::string("id: 1\0\ndata: nul\n\n", 18), {"|message|nul"}},
  };
  for (const auto& row : rows) {
    for (std::size_t piece = 1; piece <= row.text.size(); ++piece) {
      EXPECT_EQ(read_in_pieces(row.text, piece), row.expected) << row.text << " in pieces of " << piece;
    }
  }
}

TEST(ServerSentEvents, TheLastIdIsOfWhatWasHandedOutAndOutlivesAConnection) {
  ServerSentEvents events;
  const auto take = [](const ServerSentEvent&) { return true; };
  EXPECT_TRUE(events.feed("id: 1\ndata: a\n\nid: 2\ndata: b", take));
  EXPECT_EQ(events.last_id(), "1");
  events.restart();
  EXPECT_EQ(events.last_id(), "1");
  std::string data;
  EXPECT_TRUE(events.feed("data: c\n\n", [&](const ServerSentEvent& event) {
    data = event.id + event.data;
    return true;
  }));
  EXPECT_EQ(data, "1c");
}

TEST(ServerSentEvents, RetryIsTakenWhenItIsANumber) {
  ServerSentEvents events;
  const auto take = [](const ServerSentEvent&) { return true; };
  EXPECT_FALSE(events.retry().has_value());
  events.feed("retry: 1500\nretry: soon\n", take);
  EXPECT_EQ(events.retry(), std::chrono::milliseconds(1500));
}

TEST(ServerSentEvents, StopsWhenTheReaderDoesAndAtTheBound) {
  ServerSentEvents events;
  EXPECT_FALSE(events.feed("data: a\n\ndata: b\n\n", [](const ServerSentEvent&) { return false; }));
  ServerSentEvents endless;
  const std::string piece(64 * 1024, 'x');
  std::size_t taken = 0;
  while (endless.feed(piece, [](const ServerSentEvent&) { return true; })) taken += piece.size();
  EXPECT_LE(taken, ServerSentEvents::kEventBytesMax);
}

}  // namespace
}  // namespace jeton::cli
