#include "net/http/answer.hpp"

#include <gtest/gtest.h>

#include "net/http/stored_response.hpp"

namespace jeton::net::http {
namespace {

constexpr std::string_view kDate = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

std::string answer(const Response& response, AnswerForm form = {.keep_alive = true}) {
  Buffer out;
  append_answer(out, response, form, kDate);
  return std::string(out.view());
}

TEST(HttpDate, IsTheFormOfRfc9110) {
  DateLine line(base::Instant{std::chrono::seconds{784111777}});
  EXPECT_EQ(line.text(), kDate);
  line.update(base::Instant{std::chrono::milliseconds{784111777999}});
  EXPECT_EQ(line.text(), kDate);
  line.update(base::Instant{std::chrono::seconds{784111778}});
  EXPECT_EQ(line.text(), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

TEST(HttpAnswer, HasTypeLengthAndBody) {
  EXPECT_EQ(answer({.status = 201, .content_type = "application/json", .body = "{}"}),
            "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(HttpAnswer, CarriesTheCallersFields) {
  const std::array<Field, 2> fields = {{{"X-Request-Id", "7"}, {"Allow", "GET"}}};
  EXPECT_EQ(answer({.status = 405, .fields = fields}),
            "HTTP/1.1 405 Method Not Allowed\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "X-Request-Id: 7\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpAnswer, ConnectionIsNamedOnlyWhenNeeded) {
  struct Row {
    AnswerForm form;
    bool close;
    std::string_view expected;
  };
  const std::vector<Row> rows = {
      {{.keep_alive = true}, false, ""},
      {{.keep_alive = true}, true, "Connection: close\r\n"},
      {{.keep_alive = false}, false, "Connection: close\r\n"},
      {{.http_1_0 = true, .keep_alive = true}, false, "Connection: keep-alive\r\n"},
      {{.http_1_0 = true, .keep_alive = false}, false, "Connection: close\r\n"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(answer({.close = row.close}, row.form),
              "HTTP/1.1 200 OK\r\n" + std::string(kDate) + std::string(row.expected) + "Content-Length: 0\r\n\r\n");
  }
}

TEST(HttpAnswer, BodilessOnesHaveNoBody) {
  EXPECT_EQ(answer({.status = 204, .body = "x"}), "HTTP/1.1 204 No Content\r\n" + std::string(kDate) + "\r\n");
  EXPECT_EQ(answer({.status = 304, .body = "x"}), "HTTP/1.1 304 Not Modified\r\n" + std::string(kDate) + "\r\n");
  EXPECT_EQ(answer({.body = "four"}, {.head_only = true, .keep_alive = true}),
            "HTTP/1.1 200 OK\r\n" + std::string(kDate) + "Content-Length: 4\r\n\r\n");
}

TEST(HttpAnswer, UnknownStatusHasNoReason) {
  EXPECT_TRUE(answer({.status = 299}).starts_with("HTTP/1.1 299 \r\nDate: "));
}

TEST(HttpAnswer, ValuesCannotBreakOutOfTheirLine) {
  const std::array<Field, 1> fields = {{{"Location", "/a\r\nSet-Cookie: x"}}};
  const std::string text = answer({.content_type = "text/plain\nX: y", .fields = fields});
  EXPECT_NE(text.find("Location: /a  Set-Cookie: x\r\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Type: text/plain X: y\r\n"), std::string::npos);
}

TEST(HttpAnswer, StreamIsChunked) {
  Buffer out;
  const AnswerForm form{.keep_alive = true};
  append_stream_head(out, {.content_type = "text/event-stream"}, form, kDate);
  EXPECT_EQ(out.view(), "HTTP/1.1 200 OK\r\n" + std::string(kDate) +
                            "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  out.clear();
  append_stream_piece(out, "data: 0123456789\n\n", form);
  append_stream_piece(out, "", form);
  append_stream_end(out, form);
  EXPECT_EQ(out.view(), "12\r\ndata: 0123456789\n\n\r\n0\r\n\r\n");
}

TEST(HttpAnswer, StreamToAnOldClientEndsByClosing) {
  Buffer out;
  const AnswerForm form{.http_1_0 = true, .keep_alive = true};
  append_stream_head(out, {.body = "one"}, form, kDate);
  append_stream_piece(out, "two", form);
  append_stream_end(out, form);
  EXPECT_EQ(out.view(), "HTTP/1.1 200 OK\r\n" + std::string(kDate) + "Connection: close\r\n\r\nonetwo");
}

TEST(StoredResponse, OutlivesItsSourceAndMoves) {
  StoredResponse moved;
  {
    const std::string body = "body";
    const std::string value = "value";
    const std::array<Field, 1> fields = {{{"Name", value}}};
    StoredResponse stored({.status = 202, .content_type = "a/b", .body = body, .fields = fields, .close = true});
    moved = std::move(stored);
  }
  const Response view = moved.view();
  EXPECT_EQ(view.status, 202);
  EXPECT_EQ(view.content_type, "a/b");
  EXPECT_EQ(view.body, "body");
  ASSERT_EQ(view.fields.size(), 1U);
  EXPECT_EQ(view.fields[0].name, "Name");
  EXPECT_EQ(view.fields[0].value, "value");
  EXPECT_TRUE(view.close);
}

}  // namespace
}  // namespace jeton::net::http
