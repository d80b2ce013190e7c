#include "net/mqtt/mosquitto_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace jeton::net::mqtt {
namespace {

constexpr base::Duration kTurn = std::chrono::seconds{1};
constexpr int kNiceness = 10;

base::Status unavailable(std::string message) {
  return base::failure(base::unavailable(std::move(message)));
}

base::Status took_too_long(const ClientSettings& settings, std::string_view what) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(MosquittoClient::kConnectPatience).count();
  return base::failure({base::ErrorCode::kTimeout,
                        fmt::format("the broker {}:{} {} in {} s", settings.host, settings.port, what, seconds),
                        {}});
}

}  // namespace

MosquittoClient::MosquittoClient(ClientSettings settings, Listener& listener, const base::Clock& clock,
                                 NameLookup::Resolve resolve)
    : settings_(std::move(settings)),
      listener_(listener),
      clock_(clock),
      resolve_(std::move(resolve)),
      outbox_({.messages_max = base::limits::kMqttRepliesWaitingMax,
               .bytes_max = base::limits::kMqttRequestBytesWaitingMax}),
      state_(unavailable("not connected to the broker yet")) {}

MosquittoClient::~MosquittoClient() {
  stop(base::Duration{0});
}

base::Status MosquittoClient::start(const std::stop_token& stop) {
  const std::stop_callback give_up(stop, [this] {
    wish_ = Wish::kStop;
    waker_->wake();
  });
  thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return first_.has_value(); });
  return *first_;
}

bool MosquittoClient::publish(Outgoing message) {
  if (!check_topic(message.topic)) {
    drop(1);
    return false;
  }
  const auto put = outbox_.put(std::move(message));
  if (!put.taken) drop(1);
  if (put.was_empty) base::WakeBatch::wake(waker_);
  return put.taken;
}

void MosquittoClient::unsubscribe(base::Duration patience) {
  Wish expected = Wish::kRun;
  if (!thread_.joinable() || !wish_.compare_exchange_strong(expected, Wish::kUnsubscribe)) return;
  waker_->wake();
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return unsubscribed_ || !state_; });
}

void MosquittoClient::stop(base::Duration patience) {
  if (!thread_.joinable()) return;
  leave_by_ = clock_.monotonic() + patience;
  wish_ = Wish::kStop;
  waker_->wake();
  thread_.join();
  drop(outbox_.close());
}

base::Status MosquittoClient::health() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

Client::Figures MosquittoClient::figures() const {
  return {.connected = health().has_value(),
          .connections = connections_,
          .received = received_,
          .published = published_,
          .dropped = dropped_,
          .waiting = outbox_.size()};
}

void MosquittoClient::set_state(base::Status state) {
  {
    const std::scoped_lock lock(mutex_);
    if (!first_) first_ = state;
    state_ = std::move(state);
  }
  changed_.notify_all();
}

void MosquittoClient::note_counters() {
  received_ = counters_.received;
  published_ = counters_.published;
}

void MosquittoClient::drop(std::size_t count) {
  dropped_ += count;
}

// The thread ends only when it was told to, or when the first attempt failed; what is thrown is a session that is lost.
void MosquittoClient::run() {
  // Who calls over HTTP waits for a core less than a flood from the broker does. No matter if it is not allowed.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  while (!stopping()) {
    try {
      run_sessions();
      break;
    } catch (const std::exception& problem) {
      base::log::error("mqtt", "the connection to the broker failed", {{"problem", problem.what()}});
      set_state(unavailable(fmt::format("the connection to the broker failed: {}", problem.what())));
      pause(delay_.next());
    }
  }
  // Also for who waits for a first attempt that was cut short.
  if (stopping()) set_state(unavailable("the connection to the broker was ended by this server"));
}

void MosquittoClient::run_sessions() {
  const std::string broker = fmt::format("{}:{}", settings_.host, settings_.port);
  while (!stopping()) {
    const auto session = connect_once();
    if (session->stage() == Session::Stage::kUp) {
      const base::Tick since = clock_.monotonic();
      ++connections_;
      base::log::info("mqtt", "connected to the broker", {{"broker", broker}});
      set_state({});
      serve(*session);
      delay_.lost_after(clock_.monotonic() - since);
    }
    if (stopping()) return;
    drop(session->in_flight());
    const bool first = connections_ == 0;
    base::Error reason = session->reason();
    if (delay_.is_contested()) {
      reason.message += fmt::format(
          "; connection after connection ends soon: another client may be using the client id {} too, and each ends "
          "the "
          "other's",
          settings_.client_id);
    }
    set_state(base::failure(reason));
    if (first) return;  // start() tells
    const auto delay = delay_.next();
    base::log::warn("mqtt", "the broker is away",
                    {{"broker", broker}, {"reason", reason.message}, {"retry_seconds", fmt::to_string(delay.count())}});
    pause(delay);
  }
}

// With level 3.1.1, then, where that may be the trouble, with 3.1.
std::unique_ptr<Session> MosquittoClient::connect_once() {
  std::unique_ptr<Session> session;
  for (const auto level : {ProtocolLevel::k311, ProtocolLevel::k31}) {
    session = std::make_unique<Session>(settings_, listener_, counters_);
    unsubscribe_sent_ = false;
    if (const auto status = connect(*session, level); !status) session->end(status.error());
    if (!session->level_refused() || stopping()) break;
  }
  return session;
}

// The library would look the name up however long it takes, and hold up who wants to stop.
base::Status MosquittoClient::await_name(base::Tick give_up) {
  const NameLookup lookup(settings_.host, resolve_, waker_);
  for (base::Tick now = clock_.monotonic(); now < give_up && !lookup.done() && !stopping(); now = clock_.monotonic()) {
    waker_->clear();  // before looking: what comes later wakes again
    if (!lookup.done() && !stopping()) wait_for_wake(give_up - now);
  }
  if (stopping()) return unavailable("this server is going down");
  if (!lookup.done()) return took_too_long(settings_, "could not be looked up");
  if (lookup.known()) return {};
  return base::failure({base::ErrorCode::kExternal,
                        fmt::format("the broker {}:{} is not known by this name", settings_.host, settings_.port),
                        {}});
}

base::Status MosquittoClient::connect(Session& session, ProtocolLevel level) {
  const base::Tick give_up = clock_.monotonic() + kConnectPatience;
  if (auto known = await_name(give_up); !known) return known;
  if (auto opened = session.open(level); !opened) return opened;
  while (session.stage() == Session::Stage::kConnecting || session.stage() == Session::Stage::kSubscribing) {
    const base::Tick now = clock_.monotonic();
    if (stopping()) return unavailable("this server is going down");
    if (now >= give_up) return took_too_long(settings_, "did not answer");
    session.turn(waker_->descriptor(), std::min(kTurn, give_up - now));
    waker_->clear();
  }
  return {};
}

void MosquittoClient::serve(Session& session) {
  while (session.stage() == Session::Stage::kUp && !stopping()) {
    waker_->clear();  // before looking: what is put in later wakes again
    drop(session.publish_from(outbox_));
    note_counters();
    if (wish_ == Wish::kUnsubscribe && !unsubscribe_sent_) {
      unsubscribe_sent_ = true;
      session.unsubscribe();
    }
    if (session.unsubscribed()) {
      const std::scoped_lock lock(mutex_);
      if (!std::exchange(unsubscribed_, true)) changed_.notify_all();
    }
    session.turn(waker_->descriptor(), kTurn);
  }
  if (stopping()) take_leave(session);
  note_counters();
}

void MosquittoClient::take_leave(Session& session) {
  if (!unsubscribe_sent_) session.unsubscribe();
  for (;;) {
    drop(session.publish_from(outbox_));
    const base::Tick now = clock_.monotonic();
    const bool done = outbox_.size() == 0 && session.in_flight() == 0 && session.unsubscribed();
    if (session.stage() != Session::Stage::kUp || done || now >= leave_by_.load()) break;
    waker_->clear();
    session.turn(waker_->descriptor(), std::min(kTurn, leave_by_.load() - now));
  }
  drop(session.in_flight());
  session.disconnect();
}

void MosquittoClient::pause(base::Duration duration) {
  const base::Tick until = clock_.monotonic() + duration;
  for (base::Tick now = clock_.monotonic(); now < until && !stopping(); now = clock_.monotonic()) {
    waker_->clear();
    if (stopping()) return;
    wait_for_wake(until - now);
  }
}

void MosquittoClient::wait_for_wake(base::Duration patience) const {
  pollfd polled{waker_->descriptor(), POLLIN, 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(milliseconds, 0)));
}

}  // namespace jeton::net::mqtt
