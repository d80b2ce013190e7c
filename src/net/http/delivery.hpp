// How a deferred answer gets to its client: in steps, through a target that knows the way.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/http/message.hpp"
#include "net/http/stored_response.hpp"

namespace jeton::net::http {

class ConnectionTarget;

/// One step of an answer, on its way to where it goes.
struct Delivery {
  enum class Kind : std::uint8_t {
    kAnswer,   ///< the whole answer
    kStart,    ///< the head of a streamed one
    kPiece,    ///< some bytes of it
    kFinish,   ///< its end
    kAbandon,  ///< its owner went without finishing it
    kRoom,     ///< its owner wants to be told when there is room for more
  };

  std::shared_ptr<ConnectionTarget> target;  ///< whom it is for, while it is in a mailbox
  std::uint64_t slot = 0;
  Kind kind = Kind::kAbandon;
  StoredResponse response;
  std::string piece;
  std::unique_ptr<std::move_only_function<void()>> on_room;  ///< apart, so that other deliveries stay small
};

/// Knows the way to one client, or to what stands for one where requests come by another transport. From any thread.
class Deferred::Target {
 public:
  virtual ~Target() = default;
  /// False once nobody is there to be answered.
  virtual bool open() const = 0;
  virtual bool peer_ended() const = 0;
  /// Must not throw away a kAnswer while open(). `delivery.slot` says which request is answered.
  virtual void send(Delivery delivery) = 0;
  /// Bytes handed in by streams that the client has not been sent yet.
  virtual std::size_t backlog() const = 0;
};

}  // namespace jeton::net::http
