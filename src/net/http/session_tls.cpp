// A session under TLS. The stream reads and writes the socket itself; here is when it does.
#include <array>
#include <boost/asio/buffer.hpp>

#include "base/log.hpp"
#include "net/http/loop.hpp"
#include "net/http/session.hpp"

namespace jeton::net::http {

using boost::system::error_code;
using Outcome = tls::Stream::Outcome;

namespace {

/// Of at most a record, 16 KiB, each: how many follow each other before others have their turn.
constexpr int kHeldReadsPerEventMax = 4;

}  // namespace

void Session::shake_hands() {
  const Outcome outcome = tls_->shake_hands();
  count_traffic();
  switch (outcome) {
    case Outcome::kDone: {
      handshake_ = Handshake::kDone;
      tls::Stream::Peer peer = tls_->peer();
      if (peer.chain.empty()) believed_by_.reset();
      proof_until_ = peer.not_after;
      connection_.secure(std::move(peer.chain));
      return proceed();
    }
    case Outcome::kWantsRead:
      return wait_until_readable();
    case Outcome::kWantsWrite:
      return wait_until_writable();
    case Outcome::kEnded:
      return abort();
    case Outcome::kFailed:
      return give_up_handshake();
  }
}

// OpenSSL has sent its alert. Closing while bytes wait unread would reset the connection, and the client might never
// see why.
void Session::give_up_handshake() {
  loop_.count_failed_handshake();
  if (base::log::enabled(base::log::Level::kDebug)) {
    error_code ignored;
    const Endpoint peer = socket_.remote_endpoint(ignored);
    base::log::debug("tls", "a handshake failed", {{"peer", to_text(peer)}, {"problem", tls_->failure()}});
  }
  handshake_ = Handshake::kRefused;
  handshake_until_ = loop_.now() + kLingerMax;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  wait_until_readable();
}

// Of a client that was refused.
void Session::drop_arrived() {
  std::array<char, 4096> bytes;
  error_code problem;
  loop_.count_received(socket_.receive(boost::asio::buffer(bytes), 0, problem));
  if (problem && problem != boost::asio::error::would_block) return abort();
  wait_until_readable();
}

void Session::wait_until_readable() {
  if (reading_) return;
  socket_.async_wait(Socket::wait_read, [this](const error_code& problem) { on_readable(problem); });
  reading_ = true;
}

void Session::on_readable(const error_code& problem) {
  reading_ = false;
  if (!socket_.is_open()) return end_if_unused();
  loop_.update_now();
  if (problem) return abort();
  switch (handshake_) {
    case Handshake::kRunning:
      return shake_hands();
    case Handshake::kRefused:
      return drop_arrived();
    case Handshake::kDone:
      break;
  }
  if (connection_.wants_read()) receive_secure();
  proceed();
}

void Session::read_secure() {
  loop_.update_now();
  if (!receive_secure() && may_read()) return wait_until_readable();
  proceed();
}

// Takes what one read gives. Whether the connection was given any bytes.
bool Session::receive_secure() {
  const auto [outcome, bytes] = tls_->read(connection_.prepare());
  count_traffic();
  connection_.received(bytes, loop_.now());  // also of none: the room that was prepared is given back
  switch (outcome) {
    case Outcome::kDone:
      return true;
    case Outcome::kWantsRead:
      break;
    case Outcome::kWantsWrite:
      if (!waiting_to_write_) wait_until_writable();
      break;
    case Outcome::kEnded:
      connection_.ended(loop_.now());
      break;
    case Outcome::kFailed:
      close();
      break;
  }
  return false;
}

// A record holds more than one read asks for, and more records may have come with it: no readable socket will tell.
void Session::take_held_bytes() {
  bool took = true;
  for (int reads = 0; took && may_take_held_bytes(); ++reads) {
    if (reads == kHeldReadsPerEventMax) return go_on_later();
    took = receive_secure();
    send_output();
    follow_phase();
  }
}

bool Session::may_take_held_bytes() const {
  return socket_.is_open() && !going_on_ && connection_.wants_read() && tls_->holds_bytes();
}

// As send_output(). One record, of at most 16 KiB, leaves with each write.
void Session::send_secure() {
  while (socket_.is_open() && !waiting_to_write_ && !connection_.output().empty()) {
    const auto [outcome, bytes] = tls_->write(connection_.output());
    count_traffic();
    switch (outcome) {
      case Outcome::kDone:
        connection_.sent(bytes, loop_.now());
        break;
      case Outcome::kWantsWrite:
        return wait_until_writable();
      case Outcome::kWantsRead:  // a client may not renegotiate, so nothing that is read can be needed here
      case Outcome::kEnded:
      case Outcome::kFailed:
        return close();
    }
  }
}

// A connection may last for days. At every tick, so that requests pay nothing for it.
bool Session::proof_has_ended() {
  if (loop_.wall() > proof_until_) return true;
  const std::shared_ptr<const tls::Context>& current = loop_.tls_context();
  if (believed_by_ == current) return false;
  believed_by_ = current;
  return !tls_->is_believed_by(*current);
}

void Session::count_traffic() {
  const auto [received, sent] = tls_->take_traffic();
  if (received != 0) loop_.count_received(received);
  if (sent != 0) loop_.count_sent(sent);
}

}  // namespace jeton::net::http
