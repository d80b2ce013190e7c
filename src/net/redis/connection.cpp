#include "net/redis/connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <cerrno>
#include <optional>
#include <utility>

#include "net/address_lookup.hpp"
#include "net/tls/client_context.hpp"

namespace jeton::net::redis {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 16UL * 1024;

base::Duration time_left(base::Tick deadline, base::Tick now) {
  return std::max(deadline - now, base::Duration::zero());
}

std::string reason_of(const error_code& code) {
  if (code == asio::error::timed_out) return "the deadline came before the answer";
  if (code == asio::error::eof || code == asio::error::connection_reset) return "it ended the connection";
  return code.message();
}

}  // namespace

// The socket, with TLS over it or without, and its own loop, which runs inside of calls only.
struct Connection::Stream {
  using TlsStream = asio::ssl::stream<tcp::socket&>;

  Stream(const Address& address, const base::Clock& the_clock) : clock(the_clock), name(address.shown()) {}

  // Begins an operation and waits for its end. At the deadline the connection is closed, which ends it as well.
  template <class Begin>
  error_code run(base::Tick deadline, Begin begin) {
    std::optional<error_code> outcome;
    begin([this, &outcome](const error_code& code, std::size_t bytes = 0) {
      outcome = code;
      transferred = bytes;
    });
    loop.restart();
    loop.run_for(time_left(deadline, clock.monotonic()));
    if (outcome) return *outcome;
    error_code ignored;
    socket.close(ignored);
    loop.restart();
    loop.run();
    return asio::error::timed_out;
  }

  // The addresses one after the other, each with its share of the time.
  error_code connect(const std::vector<std::string>& addresses, std::uint16_t port, base::Tick deadline) {
    error_code code = asio::error::host_not_found;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const tcp::endpoint endpoint(asio::ip::make_address(addresses[i], code), port);
      if (code) continue;
      error_code ignored;
      socket.close(ignored);
      const base::Tick now = clock.monotonic();
      const auto share = time_left(deadline, now) / static_cast<base::Duration::rep>(addresses.size() - i);
      code = run(now + share, [&](auto done) { socket.async_connect(endpoint, std::move(done)); });
      if (code) continue;
      socket.set_option(tcp::no_delay(true), ignored);
      socket.set_option(asio::socket_base::keep_alive(true), ignored);
      return {};
    }
    return code;
  }

  base::Status shake_hands(const std::string& host, const tls::ClientFiles& files, base::Tick deadline) {
    auto made = tls::make_client_context(files, host);
    if (!made) return base::failure(made.error());
    context.emplace(made->release());
    tls.emplace(socket, *context);
    name_host(host);
    const error_code code =
        run(deadline, [&](auto done) { tls->async_handshake(asio::ssl::stream_base::client, std::move(done)); });
    if (code) return base::failure({base::ErrorCode::kExternal, "TLS failed: " + reason_of(code), {}});
    return {};
  }

  // RFC 6066 3: never an address.
  void name_host(std::string host) {
    error_code is_name;
    asio::ip::make_address(host, is_name);
    if (is_name) SSL_ctrl(tls->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
  }

  error_code write(const std::string& bytes, base::Tick deadline) {
    return run(deadline, [&](auto done) {
      tls ? asio::async_write(*tls, asio::buffer(bytes), std::move(done))
          : asio::async_write(socket, asio::buffer(bytes), std::move(done));
    });
  }

  error_code read(std::array<char, kReadBytes>& room, base::Tick deadline) {
    return run(deadline, [&](auto done) {
      tls ? tls->async_read_some(asio::buffer(room), std::move(done))
          : socket.async_read_some(asio::buffer(room), std::move(done));
    });
  }

  const base::Clock& clock;
  const std::string name;
  asio::io_context loop{1};
  tcp::socket socket{loop};
  std::optional<asio::ssl::context> context;
  std::optional<TlsStream> tls;
  std::size_t transferred = 0;  // by the last operation
};

Connection::Connection(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
Connection::~Connection() = default;

Failure Connection::failure(Failure::Kind kind, std::string_view what) const {
  return {.kind = kind, .message = fmt::format("{}: {}", stream_->name, what), .word = {}};
}

Connection::Outcome<std::unique_ptr<Connection>> Connection::open(const Address& address, const tls::ClientFiles& files,
                                                                  const base::Clock& clock, base::Tick deadline) {
  std::unique_ptr<Connection> out(new Connection(std::make_unique<Stream>(address, clock)));
  const auto not_reached = [&](std::string_view why) {
    return std::unexpected(out->failure(Failure::Kind::kNotReached, why));
  };
  const auto addresses = look_up(address.host, time_left(deadline, clock.monotonic()));
  if (!addresses) return not_reached(addresses.error().message);
  if (const error_code code = out->stream_->connect(*addresses, address.port, deadline)) {
    return not_reached(code == asio::error::timed_out ? "no connection before the deadline" : code.message());
  }
  if (address.tls) {
    if (auto status = out->stream_->shake_hands(address.host, files, deadline); !status)
      return not_reached(status.error().message);
  }
  if (auto greeted = out->greet(address, deadline); !greeted) return std::unexpected(std::move(greeted.error()));
  return out;
}

Connection::Outcome<void> Connection::greet(const Address& address, base::Tick deadline) {
  std::vector<Command> commands;
  if (!address.password.empty()) {
    Command& auth = commands.emplace_back(Command{"AUTH"});
    if (!address.user.empty()) auth.push_back(address.user);
    auth.emplace_back(address.password.reveal());
  }
  if (address.database != 0) commands.push_back({"SELECT", std::to_string(address.database)});
  if (commands.empty()) return {};
  auto answers = call(commands, deadline);
  if (!answers) {
    answers.error().kind = Failure::Kind::kNotReached;  // of what the caller wants, nothing has been sent
    return std::unexpected(std::move(answers.error()));
  }
  for (const Value& answer : *answers) {
    if (!answer.is_error()) continue;
    Failure refused = failure(Failure::Kind::kRefused, answer.text);
    refused.word = answer.error_word();
    return std::unexpected(std::move(refused));
  }
  return {};
}

Connection::Outcome<std::vector<Value>> Connection::call(const std::vector<Command>& commands, base::Tick deadline) {
  if (auto sent = send(commands, deadline); !sent) return std::unexpected(std::move(sent.error()));
  std::vector<Value> answers;
  while (answers.size() < commands.size()) {
    auto value = receive(deadline);
    if (!value) return std::unexpected(std::move(value.error()));
    if (value->kind != Value::Kind::kPush) answers.push_back(*std::move(value));
  }
  return answers;
}

Connection::Outcome<void> Connection::send(const std::vector<Command>& commands, base::Tick deadline) {
  std::string bytes;
  for (const Command& command : commands) append_command(bytes, command);
  const error_code code = stream_->write(bytes, deadline);
  if (!code) return {};
  using enum Failure::Kind;
  const bool none = stream_->transferred == 0;
  return std::unexpected(failure(none                             ? kNotReached
                                 : code == asio::error::timed_out ? kNoAnswer
                                                                  : kLost,
                                 reason_of(code)));
}

Connection::Outcome<Value> Connection::receive(base::Tick deadline) {
  using enum Failure::Kind;
  std::array<char, kReadBytes> room;
  for (;;) {
    auto value = parser_.next();
    if (!value) return std::unexpected(failure(kLost, value.error().message));
    if (*value) return **std::move(value);
    if (const error_code code = stream_->read(room, deadline))
      return std::unexpected(failure(code == asio::error::timed_out ? kNoAnswer : kLost, reason_of(code)));
    parser_.feed({room.data(), stream_->transferred});
  }
}

bool Connection::is_idle() {
  if (parser_.holds_bytes()) return false;
  char byte = 0;
  const ssize_t waiting = ::recv(stream_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return waiting < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace jeton::net::redis
