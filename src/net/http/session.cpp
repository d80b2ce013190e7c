#include "net/http/session.hpp"

#include <boost/asio/buffer.hpp>

#include "net/http/loop.hpp"

namespace jeton::net::http {

namespace asio = boost::asio;
using boost::system::error_code;

Session::Session(Loop& loop, Socket socket, base::Tick now)
    : loop_(loop), socket_(std::move(socket)), connection_(loop.surroundings(), *this, now) {
  error_code ignored;  // a socket that is dead already says so at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Session::start() {
  proceed();
}

void Session::turn_away(const Refusal& refusal) {
  connection_.turn_away(refusal, loop_.now());
  proceed();
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
  const auto deadline = connection_.next_deadline();
  if (!deadline || now < *deadline) return;
  connection_.tick(now);
  proceed();
}

void Session::begin_drain() {
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
  switch (connection_.phase()) {
    case Connection::Phase::kLingering:
      if (!sending_ended_) {
        error_code ignored;
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
  if (socket_.is_open() && !reading_ && connection_.wants_read()) read();
  end_if_unused();
}

// Sends as much as the socket takes. Requests that waited for room may be answered meanwhile.
void Session::send_output() {
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
  reading_ = true;
  const std::span<char> room = connection_.prepare();
  socket_.async_receive(asio::buffer(room.data(), room.size()),
                        [this](const error_code& problem, std::size_t bytes) { on_read(problem, bytes); });
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
  waiting_to_write_ = true;
  socket_.async_wait(Socket::wait_write, [this](const error_code& problem) { on_writable(problem); });
}

void Session::on_writable(const error_code& problem) {
  waiting_to_write_ = false;
  loop_.update_now();
  if (problem) close();
  proceed();
}

void Session::close() {
  error_code ignored;
  socket_.close(ignored);
}

void Session::end_if_unused() {
  if (!socket_.is_open() && !reading_ && !waiting_to_write_ && !settle_due_) loop_.remove(*this);
}

}  // namespace jeton::net::http
