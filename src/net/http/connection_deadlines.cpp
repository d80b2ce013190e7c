// When a connection has waited long enough for its client, and what it does then.
#include <algorithm>

#include "net/http/connection.hpp"

namespace jeton::net::http {
namespace {

constexpr Refusal kTooSlow{408, "the request did not arrive completely in the time this server waits for it"};

}  // namespace

std::optional<base::Tick> Connection::next_deadline() const {
  const ConnectionSettings& settings = surroundings_.settings;
  if (phase_ == Phase::kClosed) return std::nullopt;
  if (phase_ == Phase::kLingering) return lingering_since_ + kLingerMax;
  if (!output_.empty()) return sent_at_ + settings.request;
  if (phase_ == Phase::kFinishing || full()) return std::nullopt;
  if (request_since_) return *request_since_ + settings.request;
  if (slots_.empty()) return idle_since_ + settings.idle;
  return std::nullopt;
}

void Connection::tick(base::Tick now) {
  const std::optional<base::Tick> deadline = next_deadline();
  if (!deadline || now < *deadline) return;
  now_ = now;
  const bool request_is_late = phase_ == Phase::kServing && output_.empty() && request_since_;
  if (!request_is_late) return close_now();
  refuse(kTooSlow, {.http_1_0 = parser_.http_1_0()});
  conclude();
}

}  // namespace jeton::net::http
