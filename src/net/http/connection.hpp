// One client's HTTP/1.1 connection as a state machine without IO: bytes in, bytes and wishes out. Whoever carries the
// bytes (a socket, TLS, a test) calls it and then looks at output(), wants_read() and phase().
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "net/http/answer.hpp"
#include "net/http/buffer.hpp"
#include "net/http/mailbox.hpp"
#include "net/http/message.hpp"
#include "net/http/parser.hpp"

namespace jeton::net::http {

// How long and how much a connection that has said its last word goes on reading.
inline constexpr std::chrono::seconds kLingerMax{2};
inline constexpr std::size_t kLingerBytesMax = 8 * 1024 * 1024;

struct ConnectionSettings {
  std::size_t header_bytes_max = base::limits::kHeaderBytesMax;
  std::size_t body_bytes_max = base::limits::kBodyBytesMax;
  base::Duration idle = base::limits::kIdleSecondsMax;        ///< without a request
  base::Duration request = base::limits::kRequestSecondsMax;  ///< from a request's first byte to its last; also without
                                                              ///< progress in reading our answers
};

/// What lies outside of a connection, shared by all of one thread.
struct ConnectionSurroundings {
  Handler& handler;
  const ConnectionSettings& settings;
  const DateLine& date;
  std::shared_ptr<Mailbox> mailbox;
};

/// Whoever carries the bytes of a connection.
class Carrier {
 public:
  /// An answer arrived from outside; call settle() once all that came with it are delivered.
  virtual void answer_arrived() = 0;

 protected:
  ~Carrier() = default;
};

/// Bound to one thread, as its carrier is. Answers keep the order of the requests.
class Connection {
 public:
  enum class Phase : std::uint8_t {
    kServing,    ///< takes requests
    kFinishing,  ///< takes no more; answers those in hand
    kLingering,  ///< everything is sent: end the sending side, go on reading so that the client sees the answer, not a
                 ///< reset
    kClosed,     ///< close now, whatever is in flight
  };

  Connection(const ConnectionSurroundings& surroundings, Carrier& carrier, base::Tick now);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// It is carried by TLS, whose peer proved to be these: what Request::secure and Request::certificates say from here
  /// on. expel() once that proof no longer holds.
  void secure(std::vector<crypto::Subject> certificates);

  // Events.

  /// Where to read to; never empty.
  std::span<char> prepare();
  /// So many bytes were read into what prepare() gave. Calls the handler for each request that is complete.
  void received(std::size_t bytes, base::Tick now);
  /// The client ended its sending side: what is complete is answered, then the connection ends.
  void ended(base::Tick now);
  /// So many bytes of output() are on their way.
  void sent(std::size_t bytes, base::Tick now);
  /// Answers from outside were delivered.
  void settle(base::Tick now);
  /// Acts on deadlines that are due.
  void tick(base::Tick now);
  /// Finishes the requests in hand, saying goodbye with the last; an idle connection is closed at once. A running
  /// stream is not cut: its owner ends it.
  void begin_drain(base::Tick now);
  /// As begin_drain(), and streams are cut: for a client that is no longer who it proved to be.
  void expel(base::Tick now);
  /// Answers with a refusal before anything was asked, for a server that is full.
  void turn_away(const Refusal& refusal, base::Tick now);

  // Wishes.

  std::string_view output() const { return output_.view(); }
  bool wants_read() const;
  Phase phase() const { return phase_; }
  /// When tick() has something to do at the latest, as things stand; nullopt while only the handler is waited for.
  std::optional<base::Tick> next_deadline() const;

  /// From the mailbox: one step of a deferred answer.
  void deliver(Delivery& delivery);

 private:
  class Turn;

  // One request that is answered later, or whose answer waits for an earlier one's.
  struct Slot {
    AnswerForm form;
    bool streaming = false;
    bool done = false;
    bool close = false;  // ends the connection behind this answer
    bool safe = true;    // the request's method (RFC 9110 9.2.1)
    bool begun = true;   // false: whether it may be carried out was still asked when it was put aside
    Buffer bytes;        // while earlier slots are unanswered
  };

  void serve();
  void serve_request();
  bool must_wait() const;
  void resume();
  void refuse(const Refusal& refusal, AnswerForm form);
  void deliver_to(Slot& slot, Buffer& out, Delivery& delivery);
  void release_answers();
  void note_need();
  void conclude();
  void tell_of_room();
  void close_now();
  Slot* find(std::uint64_t slot);
  Slot& add_slot(AnswerForm form);
  bool full() const;
  std::size_t unsent() const;
  std::shared_ptr<ConnectionTarget> target();

  const ConnectionSurroundings& surroundings_;
  Carrier& carrier_;
  Parser parser_;
  Buffer input_;
  Buffer output_;
  std::vector<Slot> slots_;                               // in order of the requests
  std::uint64_t first_slot_ = 0;                          // the number of the first of them
  std::shared_ptr<ConnectionTarget> target_;              // made with the first deferred answer
  std::vector<decltype(Delivery::on_room)> room_wanted_;  // by streams that stopped writing

  std::vector<crypto::Subject> certificates_;  // of a client that came by TLS
  bool secure_ = false;

  Phase phase_ = Phase::kServing;
  bool peer_ended_ = false;
  bool draining_ = false;
  bool continue_due_ = false;   // a 100 waits for the answers before it
  bool continue_sent_ = false;  // for the request in hand
  bool held_ = false;           // the request in hand is complete and waits for those before it
  bool safe_in_hand_ = true;    // its method
  bool sending_ = false;        // output was there at the last look
  std::size_t read_bytes_;      // what one read asks for
  std::size_t prepared_ = 0;    ///< bytes handed out by prepare() and not heard of again: a read is under way
  std::size_t lingered_bytes_ = 0;

  base::Tick now_;  // of the event in hand
  base::Tick idle_since_;
  base::Tick sent_at_;  // when output last made progress
  base::Tick lingering_since_;
  std::optional<base::Tick> request_since_;  // the first byte of an incomplete request
};

}  // namespace jeton::net::http
