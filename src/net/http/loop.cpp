#include "net/http/loop.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "base/log.hpp"
#include "base/scheduling.hpp"

namespace jeton::net::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// How late a deadline may be noticed.
constexpr std::chrono::milliseconds kTickInterval{200};

/// Connections past the bound that are open for the moment it takes to turn them away; more are closed without a word.
constexpr std::size_t kTurnedAwayAtOnceMax = 64;

constexpr Refusal kFull{503, "this server has as many connections as it accepts; try again later"};

bool is_out_of_resources(const error_code& problem) {
  return problem == asio::error::no_descriptors || problem == asio::error::no_memory ||
         problem == asio::error::no_buffer_space || problem == error_code(ENFILE, asio::error::get_system_category());
}

}  // namespace

Loop::Loop(const LoopSettings& settings, Handler& handler, const base::Clock& clock,
           std::atomic<std::size_t>& open_connections)
    : settings_(settings),
      clock_(clock),
      open_connections_(open_connections),
      context_(1),
      timer_(context_),
      date_(clock.wall()),
      now_(clock.monotonic()),
      surroundings_{handler, settings_.connection, date_,
                    std::make_shared<Mailbox>([this] { asio::post(context_, [this] { open_mailbox(); }); })} {}

Loop::~Loop() {
  begin_drain(base::Duration::zero());
  join();
  surroundings_.mailbox->close();
  sessions_.clear_and_dispose(std::default_delete<Session>());
}

void Loop::add(Acceptor acceptor) {
  listeners_.push_back({std::move(acceptor)});
}

void Loop::start() {
  for (Listener& listener : listeners_) accept(listener);
  schedule_tick();
  thread_ = std::thread([this] { run(); });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

// Nothing that a handler throws comes this far; what does is ours, and must not take the other connections with it.
void Loop::run() {
  base::ask_for_short_turns();
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& problem) {
      base::log::error("http", "a network thread goes on after a failure", {{"problem", problem.what()}});
    }
  }
}

void Loop::accept(Listener& listener) {
  listener.paused = true;  // unless it comes to the end of this: the next tick tries again
  listener.acceptor.async_accept(context_.get_executor(), [this, &listener](const error_code& problem, Socket socket) {
    on_accept(listener, problem, std::move(socket));
  });
  listener.paused = false;
}

void Loop::on_accept(Listener& listener, const error_code& problem, Socket socket) {
  if (!listener.acceptor.is_open()) return;
  if (is_out_of_resources(problem)) {
    if (!out_of_descriptors_) {
      base::log::error("http", "cannot accept connections for want of file descriptors or memory; trying again",
                       {{"problem", problem.message()}});
    }
    out_of_descriptors_ = true;
    listener.paused = true;
    return;
  }
  if (!problem) {
    out_of_descriptors_ = false;
    admit_or_drop(std::move(socket));
  }
  accept(listener);
}

// What fails for one client must not keep the next ones out: the kernel would go on giving this listener its share.
void Loop::admit_or_drop(Socket socket) {
  try {
    admit(std::move(socket));
    dropping_ = false;
  } catch (const std::exception& problem) {
    if (!std::exchange(dropping_, true)) {
      base::log::error("http", "a connection was dropped, and so may be those that follow",
                       {{"problem", problem.what()}});
    }
  }
}

void Loop::admit(Socket socket) {
  update_now();
  add_to(counters_.accepted, 1);
  const std::size_t open_before = open_connections_.fetch_add(1, std::memory_order_relaxed);
  const bool full = open_before >= settings_.connections_max;
  if (full) add_to(counters_.turned_away, 1);
  if (open_before >= settings_.connections_max + kTurnedAwayAtOnceMax) {
    open_connections_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  Session& session = make_session(std::move(socket));
  try {
    full ? session.turn_away(kFull) : session.start();
  } catch (const std::exception&) {
    session.abort();
    throw;
  }
}

// Throws when there is no memory, or when OpenSSL has none.
Session& Loop::make_session(Socket socket) {
  try {
    // The list owns it from here on: its disposers are the only ones who end a session.
    Session& session = *std::make_unique<Session>(*this, std::move(socket), now_).release();
    sessions_.push_back(session);
    return session;
  } catch (const std::exception&) {
    open_connections_.fetch_sub(1, std::memory_order_relaxed);
    throw;
  }
}

void Loop::remove(Session& session) {
  open_connections_.fetch_sub(1, std::memory_order_relaxed);
  sessions_.erase_and_dispose(sessions_.iterator_to(session), std::default_delete<Session>());
  if (drain_until_ && sessions_.empty()) context_.stop();
}

// Delivers everything that has arrived, then lets each connection send once.
void Loop::open_mailbox() {
  update_now();
  surroundings_.mailbox->take(deliveries_);
  for (Delivery& delivery : deliveries_) delivery.target->deliver(delivery);
  deliveries_.clear();
  for (Session* const session : to_settle_) session->settle();
  to_settle_.clear();
}

void Loop::schedule_tick() {
  timer_.expires_after(kTickInterval);
  timer_.async_wait([this](const error_code& problem) {
    if (!problem) tick();
  });
}

void Loop::tick() {
  schedule_tick();  // first, so that there is a next one whatever happens in this one
  update_now();
  wall_ = clock_.wall();
  date_.update(wall_);
  if (settings_.tls) tls_context_ = settings_.tls->get();
  for_each_session([this](Session& session) { session.tick(now_); });
  for (Listener& listener : listeners_) {
    if (listener.paused) {
      listener.paused = false;
      accept(listener);
    }
  }
  check_drain();
}

void Loop::begin_drain(base::Duration grace) {
  asio::post(context_, [this, grace] {
    update_now();
    if (!drain_until_) {
      error_code ignored;
      for (Listener& listener : listeners_) listener.acceptor.close(ignored);
      for_each_session([](Session& session) { session.begin_drain(); });
    }
    drain_until_ = std::min(now_ + grace, drain_until_.value_or(base::Tick::max()));
    check_drain();
  });
}

void Loop::check_drain() {
  if (!drain_until_) return;
  if (now_ >= *drain_until_) for_each_session([](Session& session) { session.abort(); });
  if (sessions_.empty()) context_.stop();
}

template <class Action>
void Loop::for_each_session(Action action) {
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    Session& session = *next;
    ++next;
    action(session);
  }
}

}  // namespace jeton::net::http
