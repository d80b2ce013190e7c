// The client over libmosquitto: one thread that owns the connection, makes it anew when it is lost, and publishes what
// others leave for it.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "net/mqtt/name_lookup.hpp"
#include "net/mqtt/outbox.hpp"
#include "net/mqtt/reconnect_delay.hpp"
#include "net/mqtt/session.hpp"
#include "net/mqtt/waker.hpp"

namespace jeton::net::mqtt {

class MosquittoClient final : public Client {
 public:
  /// Both outlive it. `resolve` looks up the broker's name.
  MosquittoClient(ClientSettings settings, Listener& listener, const base::Clock& clock,
                  NameLookup::Resolve resolve = resolve_name);
  ~MosquittoClient() override;
  MosquittoClient(const MosquittoClient&) = delete;
  MosquittoClient& operator=(const MosquittoClient&) = delete;

  base::Status start(const std::stop_token& stop) override;
  bool publish(Outgoing message) override;
  void unsubscribe(base::Duration patience) override;
  void stop(base::Duration patience) override;
  base::Status health() const override;
  Figures figures() const override;

  /// For one attempt, from looking up the name to the last acknowledged subscription.
  static constexpr base::Duration kConnectPatience = std::chrono::seconds{30};

 private:
  enum class Wish : std::uint8_t { kRun, kUnsubscribe, kStop };

  void run();
  void run_sessions();
  base::Status connect(Session& session, ProtocolLevel level);
  base::Status await_name(base::Tick give_up);
  std::unique_ptr<Session> connect_once();
  void serve(Session& session);
  void take_leave(Session& session);
  void pause(base::Duration duration);
  void wait_for_wake(base::Duration patience) const;
  void set_state(base::Status state);
  void note_counters();
  void drop(std::size_t count);
  bool stopping() const { return wish_.load() == Wish::kStop; }

  const ClientSettings settings_;
  Listener& listener_;
  const base::Clock& clock_;
  const NameLookup::Resolve resolve_;
  const std::shared_ptr<Waker> waker_ = std::make_shared<Waker>();
  Outbox outbox_;
  std::atomic<Wish> wish_ = Wish::kRun;
  std::atomic<base::Tick> leave_by_{};  // for stop()
  std::thread thread_;

  // The thread's only.
  Session::Counters counters_;
  ReconnectDelay delay_;
  bool unsubscribe_sent_ = false;

  std::atomic<std::uint64_t> connections_ = 0;
  std::atomic<std::uint64_t> received_ = 0;
  std::atomic<std::uint64_t> published_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;

  mutable std::mutex mutex_;  // guards all below
  mutable std::condition_variable changed_;
  std::optional<base::Status> first_;  // how the first attempt ended
  base::Status state_;
  bool unsubscribed_ = false;
};

}  // namespace jeton::net::mqtt
