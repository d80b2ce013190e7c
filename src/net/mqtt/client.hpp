// The connection to an MQTT broker as the rest of the server sees it: messages in, replies out, and how it stands.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::net::mqtt {

/// A message of the broker's. Views that end with Listener::receive.
struct Incoming {
  std::string_view topic;
  std::string_view payload;
  bool retained = false;  ///< kept by the broker from before we subscribed
};

/// A message for the broker; never retained.
struct Outgoing {
  std::string topic;  ///< see check_topic
  std::string payload;
  int qos = 0;  ///< 0, 1 or 2
};

/// Called on the client's own thread, which must go on reading: quick, never blocks, may publish.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void receive(const Incoming& message) = 0;
};

/// Thread-safe.
class Client {
 public:
  virtual ~Client() = default;

  /// Connects and subscribes, and waits until the broker has acknowledged all of it. A failure names the broker, and
  /// the subscription that was refused; nothing is tried again then. After a success a connection that is lost is made
  /// anew, with all subscriptions, until stop(). Once. Fails at once when `stop` is requested, whatever it waits for.
  virtual base::Status start(const std::stop_token& stop) = 0;

  /// Never blocks. While there is no connection what is published waits for the next one. False, and the message is
  /// dropped and counted, when too many wait (limits::kMqttRepliesWaitingMax), no broker can take such a topic, or the
  /// client has stopped.
  virtual bool publish(Outgoing message) = 0;

  /// Ends all subscriptions with one packet and waits for its acknowledgement, at most `patience`. What is published
  /// still goes out.
  virtual void unsubscribe(base::Duration patience) = 0;
  /// Waits until what was published has been acknowledged, at most `patience`, then disconnects. Idempotent.
  virtual void stop(base::Duration patience) = 0;

  /// Success while connected and subscribed; otherwise the broker and the reason.
  virtual base::Status health() const = 0;

  struct Figures {
    bool connected = false;
    std::uint64_t connections = 0;  ///< made, the first included
    std::uint64_t received = 0;
    std::uint64_t published = 0;  ///< handed to the broker
    std::uint64_t dropped = 0;    ///< not taken, or lost with a connection
    std::size_t waiting = 0;      ///< published and not handed to the broker yet
  };
  virtual Figures figures() const = 0;
};

/// kInvalid, saying why, for a topic to which nobody can publish (MQTT 3.1.1, 4.7): empty, with `+`, `#` or U+0000, not
/// UTF-8, or longer than limits::kMqttTopicBytesMax. Pure. A broker ends the connection of who sends such a topic.
base::Status check_topic(std::string_view topic);

}  // namespace jeton::net::mqtt
