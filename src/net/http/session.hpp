// Carries one connection's bytes over one TCP socket, bare or under TLS.
#pragma once
#include <boost/intrusive/list_hook.hpp>
#include <boost/system/error_code.hpp>
#include <memory>

#include "net/http/connection.hpp"
#include "net/http/listen.hpp"
#include "net/tls/stream.hpp"

namespace jeton::net::http {

class Loop;

/// Bound to its loop's thread. Its loop owns it and is told by Loop::remove() when nothing refers to it any more.
class Session final : public Carrier, public boost::intrusive::list_base_hook<> {
 public:
  Session(Loop& loop, Socket socket, base::Tick now);

  /// Begins to read.
  void start();
  /// Answers with a refusal and closes.
  void turn_away(const Refusal& refusal);
  /// Sends what deliveries have left in the connection. May end the session.
  void settle();
  /// Acts on deadlines. May end the session.
  void tick(base::Tick now);
  void begin_drain();
  /// Closes the socket at once. May end the session.
  void abort();

  void answer_arrived() override;

 private:
  void proceed();
  void send_output();
  bool may_read() const;
  void go_on_later();
  void go_on();
  void read();
  void wait_until_writable();
  void on_read(const boost::system::error_code& problem, std::size_t bytes);
  void on_writable(const boost::system::error_code& problem);
  void follow_phase();
  void close();
  void end_if_unused();

  // Under TLS (session_tls.cpp). What the bare path pays for them is the question whether tls_ is there.
  void shake_hands();
  void give_up_handshake();
  void drop_arrived();
  void wait_until_readable();
  void on_readable(const boost::system::error_code& problem);
  void read_secure();
  bool receive_secure();
  void send_secure();
  void take_held_bytes();
  bool may_take_held_bytes() const;
  void count_traffic();
  bool proof_has_ended();

  Loop& loop_;
  Socket socket_;
  Connection connection_;

  enum class Handshake : std::uint8_t {
    kDone,     // or there is none
    kRunning,  // nothing reaches the connection yet
    kRefused,  // reading on for a moment, so that the client sees our alert and not a reset
  };
  std::unique_ptr<tls::Stream> tls_;  // null: bare TCP
  Handshake handshake_ = Handshake::kDone;
  base::Tick handshake_until_;  // while it is not done
  // What the client's certificate was last found to be believed by; null: it showed none, or there is nothing more to
  // look after.
  std::shared_ptr<const tls::Context> believed_by_;
  base::Instant proof_until_;  // the end of that certificate's chain

  bool settle_due_ = false;
  bool reading_ = false;
  bool going_on_ = false;  // its turn to read on is coming
  bool waiting_to_write_ = false;
  bool sending_ended_ = false;
};

}  // namespace jeton::net::http
