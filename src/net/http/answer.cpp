#include "net/http/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace jeton::net::http {
namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;

struct StatusLine {
  int status;
  std::string_view text;
};

// The common ones; another is written with its number and an empty reason, as RFC 9112 section 4 allows.
constexpr std::array<StatusLine, 31> kStatusLines = {{
    {200, "HTTP/1.1 200 OK\r\n"},
    {201, "HTTP/1.1 201 Created\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {204, "HTTP/1.1 204 No Content\r\n"},
    {206, "HTTP/1.1 206 Partial Content\r\n"},
    {301, "HTTP/1.1 301 Moved Permanently\r\n"},
    {302, "HTTP/1.1 302 Found\r\n"},
    {304, "HTTP/1.1 304 Not Modified\r\n"},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    {308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {401, "HTTP/1.1 401 Unauthorized\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {406, "HTTP/1.1 406 Not Acceptable\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {409, "HTTP/1.1 409 Conflict\r\n"},
    {410, "HTTP/1.1 410 Gone\r\n"},
    {412, "HTTP/1.1 412 Precondition Failed\r\n"},
    {413, "HTTP/1.1 413 Content Too Large\r\n"},
    {414, "HTTP/1.1 414 URI Too Long\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {429, "HTTP/1.1 429 Too Many Requests\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {501, "HTTP/1.1 501 Not Implemented\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {504, "HTTP/1.1 504 Gateway Timeout\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
}};
static_assert(std::ranges::is_sorted(kStatusLines, {}, &StatusLine::status));

const StatusLine* find_status_line(int status) {
  const auto* const found = std::ranges::lower_bound(kStatusLines, status, {}, &StatusLine::status);
  return found != kStatusLines.end() && found->status == status ? found : nullptr;
}

constexpr std::size_t kHeadBytesMax = 256;  // the lines we write ourselves, without their variable texts
constexpr std::size_t kNumberBytesMax = 20;

// Bytes of an answer's head, written into room that was measured before.
class HeadWriter {
 public:
  explicit HeadWriter(char* at) : at_(at) {}

  void text(std::string_view text) {
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  // A line break in a value would let its author write fields or answers of their own.
  void value(std::string_view value) {
    at_ = std::ranges::transform(value, at_, [](char c) { return c == '\r' || c == '\n' || c == '\0' ? ' ' : c; }).out;
  }

  void number(std::size_t number) { at_ = std::to_chars(at_, at_ + kNumberBytesMax, number).ptr; }

  void status_line(int status) {
    if (const StatusLine* const known = find_status_line(status)) {
      text(known->text);
    } else {
      text("HTTP/1.1 ");
      at_ = std::to_chars(at_, at_ + kNumberBytesMax, status).ptr;
      text(" \r\n");
    }
  }

  void connection_line(AnswerForm form, bool close) {
    if (close || !form.keep_alive) {
      text("Connection: close\r\n");
    } else if (form.http_1_0) {
      text("Connection: keep-alive\r\n");
    }
  }

  void fields(const Response& response) {
    if (!response.content_type.empty()) {
      text("Content-Type: ");
      value(response.content_type);
      text("\r\n");
    }
    for (const Field& field : response.fields) {
      text(field.name);  // ours always
      text(": ");
      value(field.value);
      text("\r\n");
    }
  }

  char* at() const { return at_; }

 private:
  char* at_;
};

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

std::size_t head_bytes_max(const Response& response) {
  std::size_t bytes = kHeadBytesMax + response.content_type.size();
  for (const Field& field : response.fields) bytes += field.name.size() + field.value.size() + 4;
  return bytes;
}

}  // namespace

std::string_view reason_phrase(int status) {
  const StatusLine* const known = find_status_line(status);
  if (known == nullptr) return {};
  constexpr std::string_view kBefore = "HTTP/1.1 200 ";
  const std::string_view line = known->text.substr(kBefore.size());
  return line.substr(0, line.size() - 2);
}

DateLine::DateLine(base::Instant now) : text_{}, second_(sys_seconds::max()) {
  update(now);
}

void DateLine::update(base::Instant now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second == second_) return;
  second_ = second;

  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  fmt::format_to_n(text_.data(), text_.size(), "Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n",
                   kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                   time.hours().count(), time.minutes().count(), time.seconds().count());
}

void append_answer(Buffer& out, const Response& response, AnswerForm form, std::string_view date_line) {
  const bool bodiless = has_no_body(response.status);
  const std::string_view body = bodiless || form.head_only ? std::string_view{} : response.body;
  char* const first = out.prepare(head_bytes_max(response) + body.size()).data();
  HeadWriter writer(first);
  writer.status_line(response.status);
  writer.text(date_line);
  writer.connection_line(form, response.close);
  writer.fields(response);
  if (!bodiless) {
    writer.text("Content-Length: ");
    writer.number(response.body.size());
    writer.text("\r\n");
  }
  writer.text("\r\n");
  writer.text(body);
  out.commit(static_cast<std::size_t>(writer.at() - first));
}

void append_stream_head(Buffer& out, const Response& head, AnswerForm form, std::string_view date_line) {
  char* const first = out.prepare(head_bytes_max(head)).data();
  HeadWriter writer(first);
  writer.status_line(head.status);
  writer.text(date_line);
  writer.connection_line(form, head.close || !form.chunked());
  writer.fields(head);
  if (form.chunked()) writer.text("Transfer-Encoding: chunked\r\n");
  writer.text("\r\n");
  out.commit(static_cast<std::size_t>(writer.at() - first));
  append_stream_piece(out, head.body, form);
}

void append_stream_piece(Buffer& out, std::string_view bytes, AnswerForm form) {
  if (bytes.empty() || form.head_only) return;  // an empty chunk would end the answer
  if (form.chunked()) {
    std::array<char, 2 * sizeof(std::size_t) + 2> size;
    char* const end = std::to_chars(size.begin(), size.end() - 2, bytes.size(), 16).ptr;
    std::memcpy(end, "\r\n", 2);
    out.append({size.begin(), end + 2});
  }
  out.append(bytes);
  if (form.chunked()) out.append("\r\n");
}

void append_stream_end(Buffer& out, AnswerForm form) {
  if (form.chunked() && !form.head_only) out.append("0\r\n\r\n");
}

void append_continue(Buffer& out) {
  out.append("HTTP/1.1 100 Continue\r\n\r\n");
}

}  // namespace jeton::net::http
