#include "net/http/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace jeton::net::http {
namespace {

using base::limits::kOutputBytesMax;
using base::limits::kPipelinedRequestsMax;

bool is_safe(Method method) {
  return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

constexpr std::size_t kReadBytesMin = 4096;
constexpr std::size_t kReadBytesMax = 64 * 1024;
constexpr std::size_t kBytesKeptMax = 16 * 1024;  // of an empty buffer, until its next use

constexpr Refusal kFault{500, "the server failed while it answered; its log says more"};

}  // namespace

// The handler's side of one request.
class Connection::Turn final : public Exchange {
 public:
  Turn(Connection& connection, AnswerForm form) : connection_(connection), form_(form) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  virtual ~Turn() = default;

  void respond(const Response& response) override {
    assert(!taken_ && "answered twice");
    if (taken_) return;
    taken_ = true;
    closes_ = response.close;
    Connection& c = connection_;
    Buffer* out = &c.output_;
    if (!c.slots_.empty()) {
      Slot& slot = c.add_slot(form_);
      slot.done = true;
      slot.close = response.close || !form_.keep_alive;
      out = &slot.bytes;
    }
    append_answer(*out, response, form_, c.surroundings_.date.text());
  }

  Deferred defer() override {
    assert(!taken_ && "answered twice");
    taken_ = true;
    Slot& slot = connection_.add_slot(form_);
    slot.close = !form_.keep_alive;
    return {connection_.target(), connection_.first_slot_ + connection_.slots_.size() - 1};
  }

  Deferred suspend() override {
    Deferred later = defer();
    connection_.slots_.back().begun = false;
    return later;
  }

  bool taken() const { return taken_; }
  /// The answer was given at once, and nothing may follow it.
  bool closes() const { return closes_; }

 private:
  Connection& connection_;
  const AnswerForm form_;
  bool taken_ = false;
  bool closes_ = false;
};

Connection::Connection(const ConnectionSurroundings& surroundings, Carrier& carrier, base::Tick now)
    : surroundings_(surroundings),
      carrier_(carrier),
      parser_(surroundings.settings.header_bytes_max, surroundings.settings.body_bytes_max),
      read_bytes_(kReadBytesMin),
      now_(now),
      idle_since_(now) {}

Connection::~Connection() {
  if (target_) target_->close();
}

void Connection::secure(std::vector<crypto::Subject> certificates) {
  secure_ = true;
  certificates_ = std::move(certificates);
}

std::span<char> Connection::prepare() {
  const std::size_t bytes = std::max(read_bytes_, std::min(parser_.bytes_missing(), kReadBytesMax));
  const std::span<char> room = input_.prepare(bytes);
  prepared_ = bytes;
  return room.first(bytes);
}

void Connection::received(std::size_t bytes, base::Tick now) {
  now_ = now;
  const bool filled = bytes == prepared_;
  prepared_ = 0;
  if (phase_ == Phase::kLingering) {
    lingered_bytes_ += bytes;
    if (lingered_bytes_ > kLingerBytesMax) close_now();
    return;
  }
  if (phase_ != Phase::kServing) return;
  input_.commit(bytes);
  if (filled) read_bytes_ = std::min(2 * read_bytes_, kReadBytesMax);
  serve();
  conclude();
}

void Connection::ended(base::Tick now) {
  now_ = now;
  prepared_ = 0;
  peer_ended_ = true;
  if (target_) target_->note_peer_ended();
  if (phase_ == Phase::kLingering) return close_now();
  serve();
  conclude();
}

void Connection::sent(std::size_t bytes, base::Tick now) {
  now_ = now;
  sent_at_ = now;
  const bool was_full = full();
  output_.consume(bytes);
  if (output_.empty()) {
    output_.shrink(kBytesKeptMax);
    idle_since_ = now;
  }
  if (was_full) resume();
  conclude();
}

void Connection::settle(base::Tick now) {
  now_ = now;
  if (phase_ != Phase::kServing && phase_ != Phase::kFinishing) return;
  const bool was_full = full();
  release_answers();
  if (was_full || held_) resume();
  conclude();
}

void Connection::begin_drain(base::Tick now) {
  now_ = now;
  draining_ = true;
  if (phase_ != Phase::kServing) return;
  if (!slots_.empty()) {
    slots_.back().form.keep_alive = false;
    slots_.back().close = true;
    phase_ = Phase::kFinishing;
  } else if (!parser_.started()) {
    if (output_.empty()) return close_now();
    phase_ = Phase::kFinishing;
  }
  conclude();
}

void Connection::expel(base::Tick now) {
  for (Slot& slot : slots_) {
    if (slot.streaming) slot.done = slot.close = true;  // without its end, so that nobody takes it for the whole
  }
  begin_drain(now);
  if (phase_ != Phase::kServing && phase_ != Phase::kFinishing) return;
  release_answers();
  conclude();
}

void Connection::turn_away(const Refusal& refusal, base::Tick now) {
  now_ = now;
  refuse(refusal, {});
  conclude();
}

bool Connection::wants_read() const {
  switch (phase_) {
    case Phase::kServing:
      return !peer_ended_ && !full() && !held_;
    case Phase::kLingering:
      return true;
    case Phase::kFinishing:
    case Phase::kClosed:
      return false;
  }
  return false;
}

// Takes requests out of the input for as long as there is room for their answers.
void Connection::serve() {
  while (phase_ == Phase::kServing && !full()) {
    switch (held_ ? Parser::Outcome::kComplete : parser_.advance(input_)) {
      case Parser::Outcome::kComplete:
        held_ = must_wait();
        if (held_) return request_since_.reset();
        serve_request();
        break;
      case Parser::Outcome::kRefused:
        refuse(parser_.refusal(), {.http_1_0 = parser_.http_1_0()});
        break;
      case Parser::Outcome::kMore:
        note_need();
        return;
    }
  }
}

// There is room again. The time of a request that we left waiting begins anew.
void Connection::resume() {
  if (full()) return;
  request_since_.reset();
  serve();
}

// What reads sees what was changed before it on this connection, and nothing that is changed after it (RFC 9112 9.3.2).
// Changes that have begun are in order among themselves, for they wait in one queue. One that was suspended may come to
// that queue at any time, or read at any time, so everything waits for its answer. This holds for one connection of
// HTTP: over MQTT there is no order, not even between two messages of one client (arrowhead-mqtt 16.1).
bool Connection::must_wait() const {
  const bool safe = is_safe(parser_.request().method);
  return std::ranges::any_of(
      slots_, [safe](const Slot& slot) { return (slot.safe != safe || !slot.begun) && !slot.done && !slot.streaming; });
}

void Connection::serve_request() {
  safe_in_hand_ = is_safe(parser_.request().method);
  const AnswerForm form{.head_only = parser_.request().method == Method::kHead,
                        .http_1_0 = parser_.http_1_0(),
                        .keep_alive = parser_.keep_alive() && !draining_};
  Request request = parser_.request();
  request.secure = secure_;
  request.certificates = certificates_;
  request.received = now_;

  Turn turn(*this, form);
  try {
    surroundings_.handler.handle(request, turn);
    if (!turn.taken()) {
      base::log::error("http", "a request was left unanswered",
                       {{"method", request.method_text}, {"path", request.path}});
    }
  } catch (const std::exception& problem) {
    base::log::error("http", "a request's handler failed",
                     {{"method", request.method_text}, {"path", request.path}, {"problem", problem.what()}});
  }
  if (!turn.taken()) return refuse(kFault, form);

  if (!form.keep_alive || turn.closes()) phase_ = Phase::kFinishing;
  input_.consume(parser_.wire_bytes());
  parser_.reset();
  request_since_.reset();
  continue_sent_ = continue_due_ = false;
  idle_since_ = now_;
}

// The last words on this connection. What else the client sends is not looked at.
void Connection::refuse(const Refusal& refusal, AnswerForm form) {
  phase_ = Phase::kFinishing;
  continue_due_ = false;
  form.keep_alive = false;
  Turn turn(*this, form);
  Refusal told = refusal;
  told.about = parser_.known(input_);
  try {
    surroundings_.handler.refuse(told, turn);
  } catch (const std::exception& problem) {
    base::log::error("http", "the handler failed to word a refusal", {{"problem", problem.what()}});
  }
  if (!turn.taken()) turn.respond({.status = refusal.status, .content_type = "text/plain", .body = refusal.message});
}

// The request in hand is incomplete: its sender may wait for a 100, and its time runs.
void Connection::note_need() {
  if (peer_ended_) {
    phase_ = Phase::kFinishing;
    return;
  }
  if (!parser_.started()) {
    // While a read is under way the block belongs to it, even when an answer that left just made room here.
    if (prepared_ == 0) input_.shrink(kBytesKeptMax);
    return;
  }
  if (!request_since_) request_since_ = now_;
  if (parser_.expects_continue() && !continue_sent_) {
    continue_sent_ = true;
    continue_due_ = true;
    release_answers();
  }
}

void Connection::deliver(Delivery& delivery) {
  if (delivery.kind == Delivery::Kind::kRoom) {
    room_wanted_.push_back(std::move(delivery.on_room));
    return carrier_.answer_arrived();
  }
  Slot* const slot = find(delivery.slot);
  if (slot == nullptr || slot->done) return;
  deliver_to(*slot, slot == slots_.data() ? output_ : slot->bytes, delivery);
  if (unsent() > kOutputBytesMax && slot->streaming) close_now();
  carrier_.answer_arrived();
}

void Connection::deliver_to(Slot& slot, Buffer& out, Delivery& delivery) {
  const std::string_view date = surroundings_.date.text();
  switch (delivery.kind) {
    case Delivery::Kind::kAnswer: {
      const Response response = delivery.response.view();
      append_answer(out, response, slot.form, date);
      slot.close = slot.close || response.close;
      slot.done = true;
      break;
    }
    case Delivery::Kind::kStart:
      append_stream_head(out, delivery.response.view(), slot.form, date);
      slot.close = slot.close || delivery.response.view().close || !slot.form.chunked();
      slot.streaming = true;
      slot.done = slot.form.head_only;  // the head was all; its owner may never finish
      break;
    case Delivery::Kind::kPiece:
      append_stream_piece(out, delivery.piece, slot.form);
      break;
    case Delivery::Kind::kFinish:
      append_stream_end(out, slot.form);
      slot.done = true;
      break;
    case Delivery::Kind::kAbandon:
      slot.close = true;
      slot.done = true;
      break;
    case Delivery::Kind::kRoom:  // not a part of the answer
      break;
  }
}

// Moves to the output what no longer has to wait for an earlier answer.
void Connection::release_answers() {
  std::size_t released = 0;
  bool close = false;
  for (Slot& slot : slots_) {
    output_.append(slot.bytes.view());
    slot.bytes.clear();
    if (!slot.done) break;
    ++released;
    close = slot.close;
    if (close) break;
  }
  if (close) {
    phase_ = Phase::kFinishing;
    released = slots_.size();  // nothing may follow
  }
  slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(released));
  first_slot_ += released;
  if (released != 0) idle_since_ = now_;

  if (continue_due_ && slots_.empty()) {
    append_continue(output_);
    continue_due_ = false;
  }
}

// The end of every event: what is the connection to do from here on?
void Connection::conclude() {
  if (!sending_ && !output_.empty()) sent_at_ = now_;
  sending_ = !output_.empty();
  if (target_) target_->publish_unsent(unsent());
  if (!room_wanted_.empty()) tell_of_room();
  if (phase_ != Phase::kFinishing || sending_ || !slots_.empty()) return;
  if (peer_ended_) return close_now();
  phase_ = Phase::kLingering;
  lingering_since_ = now_;
  input_.clear();
}

void Connection::tell_of_room() {
  if (target_->backlog() > base::limits::kUnsentBytesBeforeRoomMax) return;
  for (const auto& call : std::exchange(room_wanted_, {})) (*call)();
}

void Connection::close_now() {
  phase_ = Phase::kClosed;
  output_.clear();
  room_wanted_.clear();
  if (target_) target_->close();
}

Connection::Slot* Connection::find(std::uint64_t slot) {
  const std::uint64_t place = slot - first_slot_;  // wraps to a huge one when it is gone
  return place < slots_.size() ? &slots_[place] : nullptr;
}

Connection::Slot& Connection::add_slot(AnswerForm form) {
  slots_.push_back({.form = form, .safe = safe_in_hand_});
  return slots_.back();
}

bool Connection::full() const {
  return slots_.size() >= kPipelinedRequestsMax || unsent() >= kOutputBytesMax;
}

std::size_t Connection::unsent() const {
  std::size_t bytes = output_.size();
  for (const Slot& slot : slots_) bytes += slot.bytes.size();
  return bytes;
}

std::shared_ptr<ConnectionTarget> Connection::target() {
  if (!target_) target_ = std::make_shared<ConnectionTarget>(surroundings_.mailbox, *this);
  return target_;
}

}  // namespace jeton::net::http
