// Writes answers as bytes (RFC 9112): the only place that knows what a response looks like on the wire.
#pragma once
#include <array>
#include <string_view>

#include "base/clock.hpp"
#include "net/http/buffer.hpp"
#include "net/http/message.hpp"

namespace jeton::net::http {

/// The Date field of all answers of one thread: written once a second, copied into each answer.
class DateLine {
 public:
  explicit DateLine(base::Instant now);
  /// Cheap when the second is still the same.
  void update(base::Instant now);
  /// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 37> text_;
  std::chrono::sys_seconds second_;
};

/// What the request decides about the form of its answer.
struct AnswerForm {
  bool head_only = false;   ///< the request was HEAD
  bool http_1_0 = false;    ///< chunked transfer is not understood
  bool keep_alive = false;  ///< the connection may go on behind this answer

  /// Whether a streamed answer is sent in chunks; otherwise it ends with the connection.
  bool chunked() const { return !http_1_0; }
};

/// A whole answer. Neither 204 and 304 nor an answer to HEAD has a body.
void append_answer(Buffer& out, const Response& response, AnswerForm form, std::string_view date_line);

/// The head of a streamed answer; `head.body`, if any, is its first piece.
void append_stream_head(Buffer& out, const Response& head, AnswerForm form, std::string_view date_line);
void append_stream_piece(Buffer& out, std::string_view bytes, AnswerForm form);
void append_stream_end(Buffer& out, AnswerForm form);

/// "HTTP/1.1 100 Continue"
void append_continue(Buffer& out);

}  // namespace jeton::net::http
