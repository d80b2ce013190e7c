#include "store/transaction.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace jeton::store {

model::EventId Transaction::next_event() {
  ++last_.value;
  ++reserved_;
  return last_;
}

model::EventId Transaction::append(base::Instant at, std::string actor, model::EventBody body) {
  const model::EventId id = next_event();
  append(id, at, std::move(actor), std::move(body));
  return id;
}

void Transaction::append(model::EventId reserved, base::Instant at, std::string actor, model::EventBody body) {
  const model::Event& event = pending_.emplace_back(model::Event{reserved, at, std::move(actor), std::move(body)});
  --reserved_;
  // A failure stays with the connection as its fault, and fails the body.
  std::ignore = events_.insert(event);
}

void Transaction::begin_body() {
  overlay_.begin_body();
  body_begin_ = pending_.size();
  reserved_ = 0;
}

base::Status Transaction::end_body() {
  if (reserved_ != 0) {
    return base::failure(base::internal("a write reserved " + std::to_string(reserved_) +
                                        " event numbers more than it appended events; nothing of it was kept"));
  }
  const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(body_begin_);
  if (!std::ranges::is_sorted(begin, pending_.end(), {}, &model::Event::id)) {
    std::ranges::sort(begin, pending_.end(), {}, &model::Event::id);
  }
  return {};
}

void Transaction::roll_back_body() {
  overlay_.roll_back_body();
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(body_begin_), pending_.end());
  reserved_ = 0;
}

void Transaction::end_group() {
  overlay_.clear();
  pending_.clear();
  body_begin_ = 0;
  reserved_ = 0;
}

}  // namespace jeton::store
