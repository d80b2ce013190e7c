// One network thread: its sockets, its connections, its coarse timer, its mailbox.
#pragma once
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "net/http/connection.hpp"
#include "net/http/listen.hpp"
#include "net/http/session.hpp"
#include "net/tls/context.hpp"

namespace jeton::net::http {

/// What all loops of a server share.
struct LoopSettings {
  ConnectionSettings connection;
  std::size_t connections_max = base::limits::kConnectionsMax;  ///< of all loops together
  std::shared_ptr<const tls::CurrentContext> tls;               ///< null: bare TCP
};

/// Written by one thread, read by any.
struct LoopCounters {
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> turned_away = 0;
  std::atomic<std::uint64_t> bytes_received = 0;
  std::atomic<std::uint64_t> bytes_sent = 0;
  std::atomic<std::uint64_t> handshakes_failed = 0;
};

class Loop {
 public:
  /// `open_connections` is shared by all loops and outlives them, as the other references do.
  Loop(const LoopSettings& settings, Handler& handler, const base::Clock& clock,
       std::atomic<std::size_t>& open_connections);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // From the owner's thread.

  boost::asio::io_context& context() { return context_; }
  void add(Acceptor acceptor);  ///< before start()
  void start();
  /// Accepts no more, lets the requests in hand finish, at most for `grace`; then the thread ends. The second call may
  /// only shorten the grace.
  void begin_drain(base::Duration grace);
  void join();
  const LoopCounters& counters() const { return counters_; }

  // For sessions, on the loop's thread.

  const ConnectionSurroundings& surroundings() const { return surroundings_; }
  const tls::CurrentContext* tls() const { return settings_.tls.get(); }
  base::Tick now() const { return now_; }
  // Both as they were at the beginning of the last tick.
  base::Instant wall() const { return wall_; }
  const std::shared_ptr<const tls::Context>& tls_context() const { return tls_context_; }
  void update_now() { now_ = clock_.monotonic(); }
  void settle_later(Session& session) { to_settle_.push_back(&session); }
  void remove(Session& session);
  void count_received(std::size_t bytes) { add_to(counters_.bytes_received, bytes); }
  void count_sent(std::size_t bytes) { add_to(counters_.bytes_sent, bytes); }
  void count_failed_handshake() { add_to(counters_.handshakes_failed, 1); }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  struct Listener {
    Acceptor acceptor;
    bool paused = false;  // until the next tick: the process has no more file descriptors or memory
  };

  void run();
  void accept(Listener& listener);
  void on_accept(Listener& listener, const boost::system::error_code& problem, Socket socket);
  void admit_or_drop(Socket socket);
  void admit(Socket socket);
  Session& make_session(Socket socket);
  void open_mailbox();
  void schedule_tick();
  void tick();
  void check_drain();
  template <class Action>
  void for_each_session(Action action);  ///< which may end the session it is given, no other

  // One writer: a plain add, without the price of an atomic one.
  static void add_to(std::atomic<std::uint64_t>& counter, std::uint64_t by) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  const LoopSettings& settings_;
  const base::Clock& clock_;
  std::atomic<std::size_t>& open_connections_;
  LoopCounters counters_;
  boost::asio::io_context context_;
  Timer timer_;
  DateLine date_;
  base::Tick now_;
  base::Instant wall_;
  std::shared_ptr<const tls::Context> tls_context_;  // null: bare TCP
  ConnectionSurroundings surroundings_;
  std::list<Listener> listeners_;
  boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>> sessions_;  // owned
  std::vector<Delivery> deliveries_;
  std::vector<Session*> to_settle_;
  std::optional<base::Tick> drain_until_;
  bool out_of_descriptors_ = false;
  bool dropping_ = false;  // the last connection came to nothing
  std::thread thread_;
};

}  // namespace jeton::net::http
