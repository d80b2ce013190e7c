// Finds one HTTP/1.1 request after the other in a connection's buffer. Strict: what two readers could understand
// differently is refused (RFC 9112 sections 2.2, 3.2, 5, 6.3, 7 and 11.2).
#pragma once
#include <cstddef>
#include <memory>

#include "net/http/buffer.hpp"
#include "net/http/message.hpp"

namespace jeton::net::http {

/// One per connection; its memory is reused. The grammar is Boost.Beast's; its types stay inside.
class Parser {
 public:
  enum class Outcome : std::uint8_t {
    kMore,      ///< the buffer holds a part of a request, or nothing: call again when it holds more
    kComplete,  ///< request() describes it, wire_bytes() says how much of the buffer it takes
    kRefused,   ///< refusal() says why; there is no way to go on behind it
  };

  Parser(std::size_t header_bytes_max, std::size_t body_bytes_max);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// `buffer` begins with the first byte of the request, as in every call for the same request. A chunked body is put
  /// together in place, so the bytes behind its beginning may change.
  Outcome advance(Buffer& buffer);
  /// Forgets the request; the next one begins.
  void reset();

  // After kMore.
  bool started() const;               ///< a part of a request is there
  bool expects_continue() const;      ///< the head is complete, and its sender waits for a 100 before it sends the body
  std::size_t bytes_missing() const;  ///< of a body of known length; otherwise 0

  // After kComplete. The views point into the buffer and end when it changes.
  const Request& request() const;
  std::size_t wire_bytes() const;
  bool keep_alive() const;  ///< the request allows another one behind it

  // After kComplete or kRefused: 1.0 only if the request said so.
  bool http_1_0() const;

  // After kRefused.
  const Refusal& refusal() const;

  /// What has been read of the request in hand, without a body; null when its first line has not been. The views point
  /// into `buffer`.
  const Request* known(const Buffer& buffer);

 private:
  class Grammar;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jeton::net::http
