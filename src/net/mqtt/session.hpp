// One connection to a broker by libmosquitto, from opening to its end. Its owner's thread only: libmosquitto's own
// thread is not used, because it waits with select(), which ends a process that has a thousand sockets open.
#pragma once
#include <mosquitto.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/mqtt/client.hpp"
#include "net/mqtt/outbox.hpp"
#include "net/tls/client_context.hpp"

namespace jeton::net::mqtt {

struct Subscription {
  std::string topic;    ///< exact, no wildcards
  std::string purpose;  ///< whose it is, for errors: "the service authorizationToken"
};

struct ClientSettings {
  std::string host;
  std::uint16_t port = 1883;
  std::string client_id;
  std::string user;
  base::Secret password;  ///< empty: the user's name is sent without one
  bool tls = false;
  net::tls::ClientFiles tls_files;
  std::vector<Subscription> subscriptions;  ///< made in this order, with QoS 1
};

enum class ProtocolLevel : int { k31 = MQTT_PROTOCOL_V31, k311 = MQTT_PROTOCOL_V311 };

class Session {
 public:
  enum class Stage : std::uint8_t { kConnecting, kSubscribing, kUp, kEnded };

  /// `received` and `published` count on.
  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t published = 0;
  };
  Session(const ClientSettings& settings, Listener& listener, Counters& counters)
      : settings_(settings), listener_(listener), counters_(counters) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Begins to connect. kInvalid: TLS cannot be set up as it is configured.
  base::Status open(ProtocolLevel level);
  /// Waits for the network, or for `wake_descriptor` to be readable, at most `patience`, and moves what there is.
  void turn(int wake_descriptor, base::Duration patience);
  /// Hands to the broker some of what waits, as far as it takes it now; the next turn() does not wait when there is
  /// more. A message that no broker takes is dropped. How many were dropped.
  std::size_t publish_from(Outbox& outbox);
  /// All at once, with one packet.
  void unsubscribe();
  void disconnect();
  /// For an attempt that its owner gives up.
  void end(base::Error reason);

  Stage stage() const { return stage_; }
  /// Why it ended; empty before. Says whether the broker, a subscription, or the network was it.
  const base::Error& reason() const { return reason_; }
  /// It ended before the broker answered, or with the answer that it does not speak this level.
  bool level_refused() const { return level_refused_; }
  bool unsubscribed() const { return unsubscribed_; }
  /// Handed over and not acknowledged; with QoS 0: not written.
  std::size_t in_flight() const { return in_flight_; }

 private:
  struct End {
    void operator()(mosquitto* handle) const { mosquitto_destroy(handle); }
  };

  void set_callbacks();
  base::Status set_tls();
  void end(std::string_view what);
  std::string_view hint_of_tls() const;
  void check(int code);
  void finish_tcp_connect();
  void read_some();
  void acknowledge_at_once() const;
  static std::size_t in_flight_max(const Outbox& outbox);
  bool takes_more(const Outbox& outbox) const;
  std::size_t publish(Outbox& outbox, int count_max);
  void publish_along();
  void on_acknowledged();
  bool tls_bytes_wait() const;

  void on_connect(int code);
  void on_subscribe(int id, std::span<const int> granted);
  void on_message(const mosquitto_message& message);

  const ClientSettings& settings_;
  Listener& listener_;
  Counters& counters_;
  std::unique_ptr<mosquitto, End> handle_;
  Stage stage_ = Stage::kConnecting;
  base::Error reason_;
  std::string library_said_;  // its last error line
  bool tcp_connecting_ = true;
  bool answered_ = false;  // by a CONNACK
  bool level_refused_ = false;
  bool unsubscribed_ = false;
  bool choked_ = false;  // much waits to be sent
  bool more_to_publish_ = false;
  Outbox* outbox_ = nullptr;  // once something was published from it
  std::size_t dropped_ = 0;   // not told of yet
  std::size_t in_flight_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::unordered_map<int, const Subscription*> unacknowledged_;  // by packet id
  int unsubscribe_id_ = 0;
};

}  // namespace jeton::net::mqtt
