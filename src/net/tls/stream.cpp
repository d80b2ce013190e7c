#include "net/tls/stream.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "crypto/certificate.hpp"
#include "crypto/openssl_error.hpp"
#include "net/tls/context.hpp"

namespace jeton::net::tls {

using crypto::require;

namespace {

// Empty when none was shown: whatever was shown and not believed has ended the handshake.
std::vector<crypto::Certificate> verified_chain(const SSL* connection) {
  std::vector<crypto::Certificate> certificates;
  const STACK_OF(X509)* const chain = SSL_get0_verified_chain(connection);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    X509_up_ref(certificate);
    certificates.push_back(crypto::Certificate({certificate, X509_free}));
  }
  return certificates;
}

}  // namespace

struct Stream::Wire {
  int socket = -1;
  bool ended = false;  // the peer has ended its sending side
  Traffic traffic;

  static BIO_METHOD* method();

 private:
  static Wire& of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

  static bool must_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

  static int receive(BIO* bio, char* room, std::size_t size, std::size_t* done) {
    Wire& wire = of(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(wire.socket, room, size, 0);
    if (got < 0 && must_wait()) BIO_set_retry_read(bio);
    if (got == 0) wire.ended = true;
    *done = got > 0 ? static_cast<std::size_t>(got) : 0;
    wire.traffic.received += *done;
    return got > 0 ? 1 : 0;
  }

  // Not by write(): that would raise SIGPIPE.
  static int send(BIO* bio, const char* bytes, std::size_t size, std::size_t* done) {
    Wire& wire = of(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(wire.socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && must_wait()) BIO_set_retry_write(bio);
    *done = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    wire.traffic.sent += *done;
    return sent > 0 ? 1 : 0;
  }

  static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) return of(bio).ended ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
};

BIO_METHOD* Stream::Wire::method() {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    require(made != nullptr && BIO_meth_set_read_ex(made, receive) == 1 && BIO_meth_set_write_ex(made, send) == 1 &&
                BIO_meth_set_ctrl(made, control) == 1,
            "tie TLS to sockets");
    return made;  // for the life of the process
  }();
  return kMethod;
}

void Stream::Release::operator()(ssl_st* connection) const {
  SSL_free(connection);
}

Stream::Stream(const Context& context, int socket)
    : wire_(std::make_unique<Wire>()), connection_(SSL_new(context.native())) {
  wire_->socket = socket;
  BIO* const bio = connection_ ? BIO_new(Wire::method()) : nullptr;
  require(bio != nullptr, "begin a TLS connection");
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(connection_.get(), bio, bio);
  SSL_set_accept_state(connection_.get());
}

Stream::~Stream() = default;

Stream::Outcome Stream::shake_hands() {
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(connection_.get()));
}

Stream::Transferred Stream::read(std::span<char> room) {
  Transferred done;
  ERR_clear_error();
  done.outcome = outcome_of(SSL_read_ex(connection_.get(), room.data(), room.size(), &done.bytes));
  return done;
}

Stream::Transferred Stream::write(std::string_view bytes) {
  Transferred done;
  ERR_clear_error();
  done.outcome = outcome_of(SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &done.bytes));
  return done;
}

bool Stream::holds_bytes() const {
  return usable_ && SSL_has_pending(connection_.get()) == 1;
}

void Stream::end() {
  if (!usable_ || SSL_in_init(connection_.get()) == 1 || (SSL_get_shutdown(connection_.get()) & SSL_SENT_SHUTDOWN) != 0)
    return;
  SSL_shutdown(connection_.get());
  ERR_clear_error();
}

// OpenSSL's queue of reasons was empty before the call.
Stream::Outcome Stream::outcome_of(int result) {
  if (result == 1) return Outcome::kDone;
  switch (SSL_get_error(connection_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::kWantsRead;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::kWantsWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::kEnded;
    case SSL_ERROR_SYSCALL:
      usable_ = false;
      failure_ = "the connection is gone";
      return Outcome::kFailed;
    default:
      break;
  }
  usable_ = false;
  failure_ = crypto::take_openssl_reason();
  const long verified = SSL_get_verify_result(connection_.get());
  if (verified != X509_V_OK) failure_ = fmt::format("{}: {}", failure_, X509_verify_cert_error_string(verified));
  return Outcome::kFailed;
}

Stream::Peer Stream::peer() const {
  Peer peer;
  for (const crypto::Certificate& certificate : verified_chain(connection_.get())) {
    peer.chain.push_back(certificate.subject());
    peer.not_after = std::min(peer.not_after, certificate.not_after());
  }
  return peer;
}

bool Stream::is_believed_by(const Context& context) const {
  return std::ranges::any_of(verified_chain(connection_.get()),
                             [&](const crypto::Certificate& each) { return context.believes(each); });
}

Stream::Traffic Stream::take_traffic() {
  return std::exchange(wire_->traffic, {});
}

}  // namespace jeton::net::tls
