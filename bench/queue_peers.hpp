// How queue_load asks each peer to publish, take and remove one message, over a socket of its own.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jeton::bench {

/// About a hundred bytes, a JSON text for who wants one.
std::string_view payload();

/// A connection to 127.0.0.1. Throws when the peer ends it.
class Socket {
 public:
  explicit Socket(std::uint16_t port);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  int descriptor() const { return descriptor_; }
  void send(std::string_view bytes) const;
  enum class Wait : std::uint8_t { kYes, kNo };
  /// Adds what has arrived to `received`.
  void receive(Wait wait);

  std::string received;  ///< and not understood yet

 private:
  int descriptor_;
};

/// kRemove: the message that was taken last.
enum class Step : std::uint8_t { kPublish, kTake, kRemove };

enum class Outcome : std::uint8_t { kDone, kNoneReady };

/// One connection's side of a protocol: a question is asked when the one before is answered. Throws when the peer
/// refuses or cannot be understood.
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  virtual void open(Socket&) {}
  /// Before the first kTake.
  virtual void begin_taking(Socket&) {}
  /// What has to be sent; empty when the peer speaks first.
  virtual std::string ask(Step step) = 0;
  /// Takes the answer off the front of `received`; none: more has to arrive.
  virtual std::optional<Outcome> answer(Step step, std::string& received) = 0;
};

/// What becomes of a taken message.
enum class Removal : std::uint8_t { kDelete, kRelease };

/// Ours: HTTP/1.1 with keep-alive.
std::unique_ptr<Dialogue> jeton_dialogue(std::string sub_queue, Removal removal);
/// A stream with one consumer group. XACK and XDEL are one write, and so one round trip and one sync.
std::unique_ptr<Dialogue> redis_dialogue();
/// AMQP 0-9-1: persistent messages in a durable queue, each confirmed before the next; consumers that prefetch one. An
/// acknowledgement has no answer: what it costs RabbitMQ to keep it is not waited for.
std::unique_ptr<Dialogue> rabbitmq_dialogue();

}  // namespace jeton::bench
