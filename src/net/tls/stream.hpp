// The TLS of one connection of a server, over a non-blocking socket that it does not own. Reads from and writes to the
// socket itself, so that no byte is copied more often than it must be.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "crypto/subject.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace jeton::net::tls {

class Context;

/// Bound to one thread.
class Stream {
 public:
  enum class Outcome : std::uint8_t {
    kDone,
    kWantsRead,   ///< again, the same call, once the socket is readable
    kWantsWrite,  ///< again, the same call, once the socket is writable
    kEnded,       ///< the peer has said its last byte
    kFailed,      ///< the connection is gone, or the peer broke the protocol or was refused: failure() says which.
                  ///< Nothing more can be done here.
  };
  struct Transferred {
    Outcome outcome = Outcome::kFailed;
    std::size_t bytes = 0;  ///< with kDone, at least one
  };

  Stream(const Context& context, int socket);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Outcome shake_hands();
  Transferred read(std::span<char> room);
  /// After kWantsWrite the next call begins with the same bytes; more may follow them.
  Transferred write(std::string_view bytes);
  /// Whether a read may give something without the socket becoming readable.
  bool holds_bytes() const;
  /// Says goodbye (close_notify), as far as the socket takes it at once. Nothing can be written afterwards.
  void end();

  /// The chain that the peer's certificate was verified by, its own first; empty when it showed none.
  struct Peer {
    std::vector<crypto::Subject> chain;
    base::Instant not_after = base::Instant::max();  ///< the earliest of the chain
  };
  Peer peer() const;
  /// Whether the chain leads to an authority that `context` believes too, so that it would be verified again while it
  /// lasts. False when the peer showed none.
  bool is_believed_by(const Context& context) const;
  /// In words for a log, after kFailed.
  const std::string& failure() const { return failure_; }
  /// What went through the socket, both since the last call.
  struct Traffic {
    std::size_t received = 0;
    std::size_t sent = 0;
  };
  Traffic take_traffic();

 private:
  struct Wire;  // the socket, as OpenSSL sees it
  struct Release {
    void operator()(ssl_st* connection) const;
  };

  Outcome outcome_of(int result);

  std::unique_ptr<Wire> wire_;
  std::unique_ptr<ssl_st, Release> connection_;
  std::string failure_;
  bool usable_ = true;
};

}  // namespace jeton::net::tls
