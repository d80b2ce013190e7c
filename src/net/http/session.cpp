#include "net/http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "net/http/loop.hpp"

namespace jeton::net::http {

namespace asio = boost::asio;
using boost::system::error_code;

Session::Session(Loop& loop, Socket socket, base::Tick now)
    : loop_(loop), socket_(std::move(socket)), connection_(loop.surroundings(), *this, now) {
  error_code ignored;  // a socket that is dead already says so at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const tls::CurrentContext* const tls = loop.tls();
  if (tls == nullptr) return;
  believed_by_ = tls->get();
  tls_ = std::make_unique<tls::Stream>(*believed_by_, socket_.native_handle());
  handshake_ = Handshake::kRunning;
  handshake_until_ = now + base::limits::kHandshakeSecondsMax;
}

void Session::start() {
  handshake_ == Handshake::kDone ? proceed() : shake_hands();
}

void Session::turn_away(const Refusal& refusal) {
  connection_.turn_away(refusal, loop_.now());
  start();
}

void Session::answer_arrived() {
  if (settle_due_) return;
  settle_due_ = true;
  loop_.settle_later(*this);
}

void Session::settle() {
  settle_due_ = false;
  connection_.settle(loop_.now());
  proceed();
}

void Session::tick(base::Tick now) {
  if (handshake_ != Handshake::kDone) {
    if (now < handshake_until_) return;
    if (handshake_ == Handshake::kRunning) loop_.count_failed_handshake();
    return abort();
  }
  if (believed_by_ && proof_has_ended()) {
    believed_by_.reset();
    connection_.expel(now);
    return proceed();
  }
  const auto deadline = connection_.next_deadline();
  if (!deadline || now < *deadline) return;
  connection_.tick(now);
  proceed();
}

void Session::begin_drain() {
  if (handshake_ != Handshake::kDone) return abort();
  connection_.begin_drain(loop_.now());
  proceed();
}

void Session::abort() {
  close();
  end_if_unused();
}

// Does whatever the connection wishes after an event. The session may be gone afterwards.
void Session::proceed() {
  send_output();
  follow_phase();
  if (tls_) take_held_bytes();
  if (may_read()) go_on_later();
  end_if_unused();
}

bool Session::may_read() const {
  return socket_.is_open() && !reading_ && !going_on_ && connection_.wants_read();
}

// Right behind an answer its client has sent nothing yet, and to look would be a system call in vain for each request:
// the other connections that are ready come first. Under TLS, whoever sends fast enough always has more.
void Session::go_on_later() {
  asio::post(loop_.context(), [this] { go_on(); });
  going_on_ = true;
}

void Session::go_on() {
  going_on_ = false;
  if (!may_read()) return end_if_unused();
  tls_ ? read_secure() : read();
}

void Session::follow_phase() {
  switch (connection_.phase()) {
    case Connection::Phase::kLingering:
      if (!sending_ended_) {
        error_code ignored;
        if (tls_) tls_->end();
        socket_.shutdown(Socket::shutdown_send, ignored);
        sending_ended_ = true;
      }
      break;
    case Connection::Phase::kClosed:
      close();
      break;
    case Connection::Phase::kServing:
    case Connection::Phase::kFinishing:
      break;
  }
}

// Sends as much as the socket takes. Requests that waited for room may be answered meanwhile.
void Session::send_output() {
  if (tls_) return send_secure();
  while (socket_.is_open() && !waiting_to_write_ && !connection_.output().empty()) {
    const std::string_view output = connection_.output();
    error_code problem;
    const std::size_t bytes = socket_.send(asio::buffer(output.data(), output.size()), 0, problem);
    if (problem == asio::error::would_block) return wait_until_writable();
    if (problem) return close();
    loop_.count_sent(bytes);
    connection_.sent(bytes, loop_.now());
  }
}

void Session::read() {
  const std::span<char> room = connection_.prepare();
  socket_.async_receive(asio::buffer(room.data(), room.size()),
                        [this](const error_code& problem, std::size_t bytes) { on_read(problem, bytes); });
  reading_ = true;  // now that nothing has thrown
}

void Session::on_read(const error_code& problem, std::size_t bytes) {
  reading_ = false;
  if (!socket_.is_open()) return end_if_unused();
  loop_.update_now();
  if (problem == asio::error::eof) {
    connection_.ended(loop_.now());
  } else if (problem) {
    close();
  } else {
    loop_.count_received(bytes);
    connection_.received(bytes, loop_.now());
  }
  proceed();
}

void Session::wait_until_writable() {
  socket_.async_wait(Socket::wait_write, [this](const error_code& problem) { on_writable(problem); });
  waiting_to_write_ = true;
}

void Session::on_writable(const error_code& problem) {
  waiting_to_write_ = false;
  loop_.update_now();
  if (problem) close();
  if (handshake_ == Handshake::kRunning && socket_.is_open()) return shake_hands();
  // What TLS wanted to write may have been a part of reading.
  if (tls_ && socket_.is_open() && connection_.wants_read()) receive_secure();
  proceed();
}

void Session::close() {
  error_code ignored;
  if (tls_ && socket_.is_open()) tls_->end();
  socket_.close(ignored);
}

void Session::end_if_unused() {
  if (!socket_.is_open() && !reading_ && !waiting_to_write_ && !settle_due_ && !going_on_) loop_.remove(*this);
}

}  // namespace jeton::net::http
