#include "net/http/mailbox.hpp"

#include <cassert>
#include <utility>

#include "base/limits.hpp"
#include "net/http/connection.hpp"

namespace jeton::net::http {

void Mailbox::put(Delivery delivery) {
  bool asleep = false;
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    asleep = waiting_.empty();
    waiting_.push_back(std::move(delivery));
  }
  if (asleep) base::WakeBatch::wake(shared_from_this());
}

void Mailbox::wake() noexcept {
  const std::scoped_lock lock(mutex_);  // held meanwhile: close() waits until the owner may go
  if (!closed_) call_owner_();
}

void Mailbox::take(std::vector<Delivery>& into) {
  const std::scoped_lock lock(mutex_);
  waiting_.swap(into);
}

void Mailbox::close() {
  std::vector<Delivery> dropped;  // destroyed outside the lock
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  waiting_.swap(dropped);
}

void ConnectionTarget::send(Delivery delivery) {
  if (!open()) return;
  in_mailbox_.fetch_add(delivery.piece.size(), std::memory_order_relaxed);
  delivery.target = shared_from_this();
  mailbox_->put(std::move(delivery));
}

std::size_t ConnectionTarget::backlog() const {
  return in_mailbox_.load(std::memory_order_relaxed) + unsent_.load(std::memory_order_relaxed);
}

void ConnectionTarget::deliver(Delivery& delivery) {
  if (connection_ != nullptr) connection_->deliver(delivery);
  in_mailbox_.fetch_sub(delivery.piece.size(), std::memory_order_relaxed);
}

void ConnectionTarget::close() {
  connection_ = nullptr;
  open_.store(false, std::memory_order_relaxed);
}

Deferred::Deferred(std::shared_ptr<Target> target, std::uint64_t slot) : target_(std::move(target)), slot_(slot) {}

Deferred& Deferred::operator=(Deferred&& other) noexcept {
  if (this != &other) {
    abandon();
    target_ = std::move(other.target_);
    slot_ = other.slot_;
  }
  return *this;
}

Deferred::~Deferred() {
  abandon();
}

void Deferred::respond(const Response& response) {
  assert(target_ && "answered twice");
  if (!target_) return;
  if (target_->open()) {
    target_->send({.slot = slot_, .kind = Delivery::Kind::kAnswer, .response = StoredResponse(response)});
  }
  target_.reset();
}

void Deferred::start(const Response& head) {
  assert(target_ && "answered twice");
  if (!target_ || !target_->open()) return;
  target_->send({.slot = slot_, .kind = Delivery::Kind::kStart, .response = StoredResponse(head)});
}

bool Deferred::write(std::string_view bytes) {
  if (!open()) return false;
  if (target_->backlog() + bytes.size() > base::limits::kOutputBytesMax) {
    abandon();
    return false;
  }
  if (!bytes.empty()) target_->send({.slot = slot_, .kind = Delivery::Kind::kPiece, .piece = std::string(bytes)});
  return true;
}

void Deferred::finish() {
  if (!target_) return;
  target_->send({.slot = slot_, .kind = Delivery::Kind::kFinish});
  target_.reset();
}

std::size_t Deferred::backlog() const {
  return target_ ? target_->backlog() : 0;
}

void Deferred::when_there_is_room(std::move_only_function<void()> call) {
  if (!target_) return;
  target_->send({.slot = slot_,
                 .kind = Delivery::Kind::kRoom,
                 .on_room = std::make_unique<std::move_only_function<void()>>(std::move(call))});
}

bool Deferred::open() const {
  return target_ && target_->open();
}

bool Deferred::peer_ended() const {
  return target_ && target_->peer_ended();
}

void Deferred::abandon() noexcept {
  if (!target_) return;
  target_->send({.slot = slot_, .kind = Delivery::Kind::kAbandon});
  target_.reset();
}

}  // namespace jeton::net::http
