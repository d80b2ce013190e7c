// A connection to a Redis server whose calls block, and end at their deadline. Commands that are given together go out
// in one write.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/redis/address.hpp"
#include "net/redis/resp.hpp"
#include "net/tls/client_files.hpp"

namespace jeton::net::redis {

/// Its words; the first is the command.
using Command = std::vector<std::string>;

struct Failure {
  enum class Kind : std::uint8_t {
    kNotReached,  ///< nothing of the commands was sent
    kRefused,     ///< the server did not take the account, or nobody at the moment: `word` says which
    kNoAnswer,    ///< sent, at least in part, and the deadline came before the answer
    kLost,        ///< sent, at least in part, and the connection ended, or what came is no answer
  };
  Kind kind = Kind::kNotReached;
  std::string message;  ///< for people; no secret
  std::string word;     ///< of the error that the server gave: "WRONGPASS", "LOADING", "ERR"
};

/// One thread at a time. After a failure it is of no more use.
class Connection {
 public:
  template <class T>
  using Outcome = std::expected<T, Failure>;

  /// Connects, verifies the server where the address says TLS (`files`), and says who calls and which database is
  /// meant. kNotReached or kRefused. The clock outlives it.
  static Outcome<std::unique_ptr<Connection>> open(const Address& address, const tls::ClientFiles& files,
                                                   const base::Clock& clock, base::Tick deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The answer to each command, in order; an error is an answer. What the server says out of band meanwhile is lost.
  Outcome<std::vector<Value>> call(const std::vector<Command>& commands, base::Tick deadline);

  /// For subscriptions: only sends; and the next value, whatever it belongs to.
  Outcome<void> send(const std::vector<Command>& commands, base::Tick deadline);
  Outcome<Value> receive(base::Tick deadline);

  /// Whether an idle connection can be used: it has not ended, and nothing came that nobody asked for.
  bool is_idle();

 private:
  struct Stream;
  explicit Connection(std::unique_ptr<Stream> stream);

  Failure failure(Failure::Kind kind, std::string_view what) const;
  Outcome<void> greet(const Address& address, base::Tick deadline);

  std::unique_ptr<Stream> stream_;
  Parser parser_;
};

}  // namespace jeton::net::redis
