// How answers given on other threads find back to their connection.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/wake_batch.hpp"
#include "net/http/delivery.hpp"

namespace jeton::net::http {

class Connection;

/// One per network thread. Thread-safe. However many deliveries are put in, the owner is woken once and then takes them
/// all.
class Mailbox final : public base::Sleeper, public std::enable_shared_from_this<Mailbox> {
 public:
  /// `call_owner` is called on the putting thread, never after close().
  explicit Mailbox(std::function<void()> call_owner) : call_owner_(std::move(call_owner)) {}

  void put(Delivery delivery);
  /// Swaps what has arrived into `into`, which must be empty. The next put wakes again.
  void take(std::vector<Delivery>& into);
  /// The owner is going: what is inside, and whatever is put in later, is dropped.
  void close();
  void wake() noexcept override;

 private:
  std::mutex mutex_;  // guards all below
  std::function<void()> call_owner_;
  std::vector<Delivery> waiting_;
  bool closed_ = false;
};

/// The connection's address, shared by all its deferred answers; outlives it.
class ConnectionTarget final : public Deferred::Target, public std::enable_shared_from_this<ConnectionTarget> {
 public:
  ConnectionTarget(std::shared_ptr<Mailbox> mailbox, Connection& connection)
      : mailbox_(std::move(mailbox)), connection_(&connection) {}

  bool open() const override { return open_.load(std::memory_order_relaxed); }
  bool peer_ended() const override { return peer_ended_.load(std::memory_order_relaxed); }
  void send(Delivery delivery) override;
  std::size_t backlog() const override;

  // On the connection's thread only.
  void deliver(Delivery& delivery);
  void publish_unsent(std::size_t bytes) { unsent_.store(bytes, std::memory_order_relaxed); }
  void note_peer_ended() { peer_ended_.store(true, std::memory_order_relaxed); }
  /// The client is gone. Deliveries are dropped from here on.
  void close();

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  Connection* connection_;  // the connection's thread only; null once it is closed
  std::atomic<bool> open_ = true;
  std::atomic<bool> peer_ended_ = false;
  std::atomic<std::size_t> in_mailbox_ = 0;
  std::atomic<std::size_t> unsent_ = 0;
};

}  // namespace jeton::net::http
