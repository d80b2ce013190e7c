// A connection without a network: the tests write bytes, look at bytes, and move the time.
#pragma once
#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "net/http/connection.hpp"

namespace jeton::net::http::testing {

/// Answers what it is told to; by default 200 with the path. Refusals become "REFUSED <message>".
class ScriptedHandler : public Handler {
 public:
  std::function<void(const Request&, Exchange&)> on_request = [](const Request& request, Exchange& exchange) {
    exchange.respond({.body = request.path});
  };
  std::vector<int> refusals;

  void handle(const Request& request, Exchange& exchange) override { on_request(request, exchange); }
  void refuse(const Refusal& refusal, Exchange& exchange) override {
    refusals.push_back(refusal.status);
    exchange.respond({.status = refusal.status, .body = "REFUSED " + std::string(refusal.message)});
  }
};

class Wire final : public Carrier {
 public:
  explicit Wire(ConnectionSettings settings_to_use = {}) : settings(settings_to_use) {}
  ~Wire() { mailbox->close(); }

  ScriptedHandler handler;
  base::ManualClock clock;
  ConnectionSettings settings;
  DateLine date{clock.wall()};
  int wake_ups = 0;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>([this] { ++wake_ups; });
  ConnectionSurroundings surroundings{handler, settings, date, mailbox};
  std::unique_ptr<Connection> connection = std::make_unique<Connection>(surroundings, *this, clock.monotonic());
  bool answer_waits = false;

  void answer_arrived() override { answer_waits = true; }

  /// As a client would, in as many reads as the connection asks for. Returns how many bytes it took.
  std::size_t write(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && connection->wants_read()) {
      const std::span<char> room = connection->prepare();
      const std::size_t size = std::min(room.size(), bytes.size() - taken);
      std::memcpy(room.data(), bytes.data() + taken, size);
      connection->received(size, clock.monotonic());
      taken += size;
    }
    return taken;
  }

  /// Everything the connection has to say, as the client reads it.
  std::string read() {
    std::string all;
    while (!connection->output().empty()) {
      const std::size_t size = connection->output().size();
      all += connection->output();
      connection->sent(size, clock.monotonic());
    }
    return all;
  }

  std::string exchange(std::string_view request) {
    write(request);
    return read();
  }

  /// What a loop does when its mailbox woke it.
  void open_mailbox() {
    std::vector<Delivery> deliveries;
    mailbox->take(deliveries);
    for (Delivery& delivery : deliveries) delivery.target->deliver(delivery);
    if (answer_waits) connection->settle(clock.monotonic());
    answer_waits = false;
  }

  void pass(base::Duration time) {
    clock.advance(time);
    connection->tick(clock.monotonic());
  }

  Connection::Phase phase() const { return connection->phase(); }
};

inline std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

/// The status of the first answer in `bytes`; 0 when there is none.
inline int status_of(std::string_view bytes) {
  if (!bytes.starts_with("HTTP/1.1 ")) return 0;
  return std::stoi(std::string(bytes.substr(9, 3)));
}

/// The bodies of all answers in `bytes` that have a Content-Length.
inline std::vector<std::string> bodies(std::string_view bytes) {
  std::vector<std::string> found;
  while (!bytes.empty()) {
    const std::size_t head = bytes.find("\r\n\r\n");
    const std::size_t length = bytes.find("Content-Length: ");
    if (head == std::string_view::npos || length > head) break;
    const std::size_t size = std::stoul(std::string(bytes.substr(length + 16, 10)));
    found.emplace_back(bytes.substr(head + 4, size));
    bytes.remove_prefix(std::min(bytes.size(), head + 4 + size));
  }
  return found;
}

}  // namespace jeton::net::http::testing
