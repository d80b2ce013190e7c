#include "net/mqtt/session.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::net::mqtt {
namespace {

using base::ErrorCode;

constexpr int kKeepAliveSeconds = 60;
constexpr int kSubscriptionQos = 1;
constexpr int kFailedSubscription = 0x80;
constexpr std::uint64_t kPacketsPerTurnMax = 64;       // about so many, before what waits to be published has its turn
constexpr std::size_t kInFlightWhenManyWait = 60'000;  // packet ids have 16 bits
constexpr int kMessagesPerTurnMax = 1024;              // published before what there is to read has its turn
constexpr int kUnknownLevel = 1;                       // return code of CONNACK

void initialize_library() {
  static std::once_flag once;
  std::call_once(once, [] { mosquitto_lib_init(); });
}

std::string system_reason(int code) {
  return std::generic_category().message(code);
}

}  // namespace

Session::~Session() = default;

base::Status Session::set_tls() {
  auto context = tls::make_client_context(settings_.tls_files, settings_.host);
  if (!context) return base::failure(context.error());
  // The library counts its own use of it.
  if (mosquitto_int_option(handle_.get(), MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) != MOSQ_ERR_SUCCESS ||
      mosquitto_void_option(handle_.get(), MOSQ_OPT_SSL_CTX, context->get()) != MOSQ_ERR_SUCCESS)
    return base::failure(base::internal("libmosquitto was built without TLS"));
  return {};
}

void Session::set_callbacks() {
  mosquitto* handle = handle_.get();
  mosquitto_connect_callback_set(
      handle, [](mosquitto*, void* self, int code) { static_cast<Session*>(self)->on_connect(code); });
  mosquitto_subscribe_callback_set(handle, [](mosquitto*, void* self, int id, int count, const int* granted) {
    static_cast<Session*>(self)->on_subscribe(id, {granted, static_cast<std::size_t>(std::max(count, 0))});
  });
  mosquitto_unsubscribe_callback_set(handle, [](mosquitto*, void* self, int id) {
    auto& session = *static_cast<Session*>(self);
    if (id == session.unsubscribe_id_) session.unsubscribed_ = true;
  });
  mosquitto_publish_callback_set(handle, [](mosquitto*, void* self, int) {
    auto& session = *static_cast<Session*>(self);
    session.on_acknowledged();
  });
  mosquitto_message_callback_set(handle, [](mosquitto*, void* self, const mosquitto_message* message) {
    static_cast<Session*>(self)->on_message(*message);
  });
  mosquitto_log_callback_set(handle, [](mosquitto*, void* self, int level, const char* text) {
    if (level == MOSQ_LOG_ERR) static_cast<Session*>(self)->library_said_ = text;
  });
}

base::Status Session::open(ProtocolLevel level) {
  initialize_library();
  handle_.reset(mosquitto_new(settings_.client_id.c_str(), true, this));
  if (!handle_) return base::failure(base::internal("libmosquitto cannot make a client: " + system_reason(errno)));
  set_callbacks();
  if (settings_.tls) {
    if (auto status = set_tls(); !status) return status;
  }
  mosquitto_int_option(handle_.get(), MOSQ_OPT_PROTOCOL_VERSION, static_cast<int>(level));
  mosquitto_int_option(handle_.get(), MOSQ_OPT_TCP_NODELAY, 1);
  // We count what is in flight ourselves, whatever its QoS.
  mosquitto_max_inflight_messages_set(handle_.get(), 0);
  const std::string password(settings_.password.reveal());
  mosquitto_username_pw_set(handle_.get(), settings_.user.c_str(), password.empty() ? nullptr : password.c_str());
  // Looking up the name may wait; the connection itself does not.
  check(mosquitto_connect_async(handle_.get(), settings_.host.c_str(), settings_.port, kKeepAliveSeconds));
  return {};
}

void Session::end(base::Error reason) {
  if (stage_ == Stage::kEnded) return;
  stage_ = Stage::kEnded;
  reason_ = std::move(reason);
}

void Session::end(std::string_view what) {
  level_refused_ = level_refused_ || !answered_;
  end({ErrorCode::kExternal, fmt::format("the broker {}:{} {}", settings_.host, settings_.port, what), {}});
}

// A handshake that fails rarely says why: the other side just goes.
std::string_view Session::hint_of_tls() const {
  if (answered_) return {};
  return settings_.tls ? "; if it wants a certificate, or has one of an authority that is not known here, see "
                         "arrowhead.mqtt.certificate and arrowhead.mqtt.ca"
                       : "; if it speaks TLS, set arrowhead.mqtt.tls";
}

// What the library's functions return.
void Session::check(int code) {
  if (code == MOSQ_ERR_SUCCESS || stage_ == Stage::kEnded) return;
  const int system_code = errno;
  switch (code) {
    case MOSQ_ERR_EAI:
      return end("is not known by this name");
    case MOSQ_ERR_ERRNO:
      return end(fmt::format("cannot be reached: {}{}", system_reason(system_code), hint_of_tls()));
    case MOSQ_ERR_TLS:
      return end(fmt::format("and this server cannot agree on TLS: {}{}", library_said_, hint_of_tls()));
    case MOSQ_ERR_KEEPALIVE:
      return end("has not answered for too long");
    case MOSQ_ERR_CONN_LOST:
    case MOSQ_ERR_NO_CONN:
      return end(answered_ ? std::string("ended the connection")
                           : fmt::format("ended the connection before it answered{}", hint_of_tls()));
    default:
      return end(fmt::format("cannot be talked to: {}", mosquitto_strerror(code)));
  }
}

void Session::on_connect(int code) {
  answered_ = true;
  if (code != 0) {
    level_refused_ = code == kUnknownLevel;
    return end(fmt::format("refuses the connection: {}", mosquitto_connack_string(code)));
  }
  stage_ = Stage::kSubscribing;
  for (const Subscription& subscription : settings_.subscriptions) {
    int id = 0;
    check(mosquitto_subscribe(handle_.get(), &id, subscription.topic.c_str(), kSubscriptionQos));
    unacknowledged_[id] = &subscription;
  }
  if (unacknowledged_.empty() && stage_ == Stage::kSubscribing) stage_ = Stage::kUp;
}

void Session::on_subscribe(int id, std::span<const int> granted) {
  const auto found = unacknowledged_.find(id);
  if (found == unacknowledged_.end()) return;
  const Subscription& subscription = *found->second;
  unacknowledged_.erase(found);
  if (granted.empty() || granted.front() == kFailedSubscription) {
    return end(fmt::format("refuses the subscription to {}, of {}; grant the user {} to read it there",
                           subscription.topic, subscription.purpose, settings_.user));
  }
  if (unacknowledged_.empty() && stage_ == Stage::kSubscribing) stage_ = Stage::kUp;
}

void Session::on_message(const mosquitto_message& message) {
  ++counters_.received;
  try {
    listener_.receive(
        {.topic = message.topic,
         .payload = {static_cast<const char*>(message.payload), static_cast<std::size_t>(message.payloadlen)},
         .retained = message.retain});
  } catch (const std::exception& problem) {
    base::log::error("mqtt", "a message could not be taken", {{"problem", problem.what()}});
  }
  publish_along();
}

// Which of them was acknowledged is not told for QoS 0; they are taken to be of equal size.
void Session::on_acknowledged() {
  if (in_flight_ == 0) return;
  in_flight_bytes_ -= in_flight_bytes_ / in_flight_;
  --in_flight_;
  publish_along();
}

// The library may read thousands of packets before it comes back to us: with each, one of those that wait goes out.
void Session::publish_along() {
  if (outbox_ != nullptr) dropped_ += publish(*outbox_, 1);
}

void Session::finish_tcp_connect() {
  int problem = 0;
  socklen_t size = sizeof(problem);
  getsockopt(mosquitto_socket(handle_.get()), SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) {
    answered_ = true;  // another level would not help
    return end(fmt::format("cannot be reached: {}", system_reason(problem)));
  }
  tcp_connecting_ = false;
  check(mosquitto_loop_read(handle_.get(), 1));  // goes on with the handshake of TLS, if there is one
}

// The library reads as many packets at once as there are replies in flight.
void Session::read_some() {
  const std::uint64_t begin = counters_.received;
  while (stage_ != Stage::kEnded && counters_.received - begin < kPacketsPerTurnMax) {
    const std::uint64_t before = counters_.received;
    check(mosquitto_loop_read(handle_.get(), 1));
    if (counters_.received == before) break;
  }
  acknowledge_at_once();
}

// Mosquitto, unless told otherwise, does not send a small packet before the last one is acknowledged, which the kernel
// puts off for up to 40 ms. The option holds for a while only.
void Session::acknowledge_at_once() const {
  const int on = 1;
  setsockopt(mosquitto_socket(handle_.get()), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));  // no matter if it fails
}

// What TLS has decrypted already is not seen by poll().
bool Session::tls_bytes_wait() const {
  const auto* tls = static_cast<SSL*>(mosquitto_ssl_get(handle_.get()));
  return tls != nullptr && SSL_pending(tls) > 0;
}

void Session::turn(int wake_descriptor, base::Duration patience) {
  if (stage_ == Stage::kEnded) return;
  const int descriptor = mosquitto_socket(handle_.get());
  if (descriptor < 0) return check(MOSQ_ERR_CONN_LOST);
  const bool writing = tcp_connecting_ || mosquitto_want_write(handle_.get());
  // Where much waits to be sent no more requests are read than come with the acknowledgements that make room.
  const bool reading = !choked_ || (!writing && !more_to_publish_);
  std::array<pollfd, 2> polled{
      pollfd{descriptor, static_cast<short>((reading ? POLLIN : 0) | (writing ? POLLOUT : 0)), 0},
      pollfd{wake_descriptor, POLLIN, 0}};
  // The library looks after its keep alive about once a second.
  const auto wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(patience), std::chrono::milliseconds{0},
                               std::chrono::milliseconds{1000});
  const bool pending = reading && tls_bytes_wait();
  const bool at_once = pending || std::exchange(more_to_publish_, false);
  if (poll(polled.data(), polled.size(), at_once ? 0 : static_cast<int>(wait.count())) < 0 && errno != EINTR)
    throw std::system_error(errno, std::generic_category(), "poll");
  const short happened = polled[0].revents;
  if (tcp_connecting_) {
    if (happened != 0) finish_tcp_connect();
  } else {
    if (pending || (happened & (POLLIN | POLLERR | POLLHUP)) != 0) read_some();
    if ((happened & POLLOUT) != 0 && stage_ != Stage::kEnded) check(mosquitto_loop_write(handle_.get(), 1));
  }
  if (stage_ != Stage::kEnded) check(mosquitto_loop_misc(handle_.get()));
}

// A broker in a hurry sends thousands of requests ahead of its acknowledgements. Where many replies wait they are sent
// without waiting for those, as far as packet ids and memory go.
std::size_t Session::in_flight_max(const Outbox& outbox) {
  return outbox.size() > base::limits::kMqttRepliesInFlightMax ? kInFlightWhenManyWait
                                                               : base::limits::kMqttRepliesInFlightMax;
}

bool Session::takes_more(const Outbox& outbox) const {
  return stage_ == Stage::kUp && in_flight_ < in_flight_max(outbox) &&
         in_flight_bytes_ < base::limits::kMqttRequestBytesWaitingMax && !mosquitto_want_write(handle_.get());
}

std::size_t Session::publish_from(Outbox& outbox) {
  outbox_ = &outbox;
  const std::size_t dropped = publish(outbox, kMessagesPerTurnMax) + std::exchange(dropped_, 0);
  choked_ = outbox.quarter_full();
  more_to_publish_ = outbox.size() != 0 && takes_more(outbox);
  return dropped;
}

std::size_t Session::publish(Outbox& outbox, int count_max) {
  std::size_t dropped = 0;
  for (int i = 0; i < count_max && takes_more(outbox); ++i) {
    const auto message = outbox.take();
    if (!message) break;
    in_flight_bytes_ += message->payload.size();
    ++in_flight_;  // before: with QoS 0 it may have been written when this returns
    const int code =
        mosquitto_publish(handle_.get(), nullptr, message->topic.c_str(), static_cast<int>(message->payload.size()),
                          message->payload.data(), message->qos, false);
    if (code == MOSQ_ERR_SUCCESS) {
      ++counters_.published;
      continue;
    }
    --in_flight_;
    in_flight_bytes_ -= std::min(in_flight_bytes_, message->payload.size());
    ++dropped;
    if (code == MOSQ_ERR_INVAL || code == MOSQ_ERR_MALFORMED_UTF8 || code == MOSQ_ERR_PAYLOAD_SIZE) {
      base::log::warn("mqtt", "a reply cannot be published",
                      {{"topic", base::shown(message->topic)}, {"reason", mosquitto_strerror(code)}});
    } else {
      check(code);
    }
  }
  return dropped;
}

void Session::unsubscribe() {
  if (stage_ != Stage::kUp) return;
  if (settings_.subscriptions.empty()) {  // the library aborts over a packet without topics
    unsubscribed_ = true;
    return;
  }
  std::vector<std::string> topics;
  topics.reserve(settings_.subscriptions.size());
  for (const Subscription& subscription : settings_.subscriptions) topics.push_back(subscription.topic);
  std::vector<char*> pointers;
  pointers.reserve(topics.size());
  for (std::string& topic : topics) pointers.push_back(topic.data());
  check(mosquitto_unsubscribe_multiple(handle_.get(), &unsubscribe_id_, static_cast<int>(pointers.size()),
                                       pointers.data(), nullptr));
}

void Session::disconnect() {
  if (stage_ == Stage::kEnded || !answered_) return;
  mosquitto_disconnect(handle_.get());
  mosquitto_loop_write(handle_.get(), 1);
  end({ErrorCode::kUnavailable, "disconnected", {}});
}

}  // namespace jeton::net::mqtt
