// The HTTP/1.1 server: sockets and threads under a Handler.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "net/http/message.hpp"

namespace jeton::net::tls {
class CurrentContext;
}

namespace jeton::net::http {

struct ServerSettings {
  std::vector<std::string> listen = {"127.0.0.1:0"};  ///< HOST:PORT or [IPV6]:PORT; port 0 takes a free one
  unsigned threads = 0;                               ///< 0: one a core
  std::size_t body_bytes_max = base::limits::kBodyBytesMax;
  std::size_t header_bytes_max = base::limits::kHeaderBytesMax;
  std::size_t connections_max = base::limits::kConnectionsMax;  ///< past it: 503 and close
  base::Duration idle = base::limits::kIdleSecondsMax;
  base::Duration request =
      base::limits::kRequestSecondsMax;            ///< for a whole request to arrive; for an answer to be read on
  std::shared_ptr<const tls::CurrentContext> tls;  ///< of all listeners; null: bare TCP
};

struct ServerCounters {
  std::size_t open = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  ///< connections turned away because the server was full
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;         ///< both as on the wire
  std::uint64_t handshakes_failed = 0;  ///< of TLS: refused, broken, or not finished in time
};

class Server {
 public:
  /// Binds and listens, answers nobody yet. Fails with the address and what to do about it: in use, not permitted, not
  /// an address of this machine, unreadable. `handler` and `clock` outlive the server.
  static base::Result<std::unique_ptr<Server>> open(const ServerSettings& settings, Handler& handler,
                                                    const base::Clock& clock);
  /// Drains without grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// HOST:PORT as bound, in the order of ServerSettings::listen.
  const std::vector<std::string>& addresses() const { return addresses_; }

  void start();

  /// Stops accepting, closes idle connections, lets the requests in hand finish, each with a goodbye, and returns when
  /// all are gone or after `grace` (noticed within a quarter of a second). Streams count as requests in hand: end them
  /// first. Not for network threads. Deferred answers given later are no-ops.
  void drain(base::Duration grace);

  /// From any thread.
  ServerCounters counters() const;

 private:
  struct Threads;
  Server(const ServerSettings& settings, Handler& handler, const base::Clock& clock);

  std::vector<std::string> addresses_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace jeton::net::http
