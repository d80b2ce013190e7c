// What passes between the HTTP/1.1 server and whoever answers: requests as views, responses written once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/subject.hpp"

namespace jeton::net::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

/// "GET" … ; kOther has no text of its own.
std::string_view to_string(Method method);

/// "Not Found"; empty for a status that is not known here. Static storage.
std::string_view reason_phrase(int status);

struct Field {
  std::string_view name;
  std::string_view value;
};

/// One parsed request. All views point into the connection's buffer and are valid during Handler::handle only.
struct Request {
  Method method = Method::kOther;
  std::string_view method_text;
  std::string_view path;          ///< as sent, before '?', not decoded
  std::string_view query;         ///< as sent, behind '?', not decoded; empty when there is none
  std::span<const Field> fields;  ///< header fields in order of arrival
  std::string_view body;          ///< de-chunked; limits::kJsonPaddingBytes bytes behind it are readable
  bool secure = false;            ///< arrived over TLS
  /// Of the certificates that the client proved to hold and that our authorities vouch for, its own first.
  std::span<const crypto::Subject> certificates;
  base::Tick received;  ///< when its last byte was read

  /// The value of the first field with this name (letter case ignored); empty when there is none.
  std::string_view field(std::string_view name) const;
};

/// An answer. The views need to live only until respond() returns.
struct Response {
  int status = 200;
  std::string_view content_type;  ///< empty: none is sent
  std::string_view body;          ///< not sent in answer to HEAD, its length is
  std::span<const Field> fields;  ///< besides Date, Content-Type, Content-Length and Connection, which are ours
  bool close = false;             ///< end the connection after this answer
};

/// The right to answer one request later, from any thread. Movable. Answering twice is a programming error; destroyed
/// unanswered, it ends the connection, so that no client waits for ever. Once the client is gone every call is a cheap
/// no-op.
class Deferred {
 public:
  class Target;  // how an answer finds back to its connection; the server's business

  Deferred(std::shared_ptr<Target> target, std::uint64_t slot);
  Deferred(Deferred&&) noexcept = default;
  Deferred& operator=(Deferred&&) noexcept;
  ~Deferred();

  void respond(const Response& response);

  /// Starts an answer of unknown length (chunked; for HTTP/1.0 ended by close). Then write any number of times and
  /// finish. The answer to HEAD ends here: what is written then goes nowhere.
  void start(const Response& head);
  /// False when the client is gone, or has more than limits::kOutputBytesMax unread: stop, the connection is being
  /// ended.
  bool write(std::string_view bytes);
  void finish();
  /// How many bytes of this connection's answers the client has not been sent yet. Whoever has much to write stops well
  /// before limits::kOutputBytesMax and waits for room.
  std::size_t backlog() const;
  /// Calls `call` once, on the connection's thread, when at most limits::kUnsentBytesBeforeRoomMax are unsent: quick,
  /// must not touch this object. Never, if the client goes before.
  void when_there_is_room(std::move_only_function<void()> call);
  /// False once the client is gone; may still be true for a moment after it went.
  bool open() const;
  /// True once the client has ended its sending side: it went, or it is one that only waits for its last answers.
  bool peer_ended() const;

 private:
  void abandon() noexcept;
  std::shared_ptr<Target> target_;
  std::uint64_t slot_ = 0;
};

/// One request waiting for its answer, on the connection's thread. Either respond() or defer() is called exactly once
/// before the handler returns. Answers are sent in the order of the requests, whatever the order in which they are
/// given.
class Exchange {
 public:
  virtual void respond(const Response& response) = 0;
  virtual Deferred defer() = 0;
  /// As defer(), for a request that nobody has begun to carry out, because whether it may be is still asked. Where
  /// requests are in order (RFC 9112 9.3.2) those behind it wait for its answer. Over MQTT none are: there two messages
  /// of one client may be carried out in any order (arrowhead-mqtt 16.1).
  virtual Deferred suspend() { return defer(); }

 protected:
  ~Exchange() = default;
};

/// Bytes that are no request, or one past a bound.
struct Refusal {
  int status = 400;          ///< 400, 408, 413, 414, 417, 431, 500 (handle() threw), 501, 503, 505
  std::string_view message;  ///< what was wrong and what would be right
  /// What had been read of the request: method, path and query, the header fields so far, no body. Null when not even
  /// its first line was. Valid during Handler::refuse.
  const Request* about = nullptr;
};

/// Called on network threads, several at once. Must not block.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(const Request& request, Exchange& exchange) = 0;
  /// Words the answer to a refusal; the connection is closed behind it.
  virtual void refuse(const Refusal& refusal, Exchange& exchange) = 0;
};

}  // namespace jeton::net::http
