#include "net/http_caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/time_text.hpp"

namespace jeton::net {
namespace {

using base::ErrorCode;
using Response = HttpClient::Response;

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

// Answers of whoever stands before a server that is away.
bool means_away(int status) {
  return status == 502 || status == 503 || status == 504;
}

bool brought_nothing(const base::Result<Response>& response) {
  if (response) return means_away(response->status);
  return response.error().code == ErrorCode::kExternal || response.error().code == ErrorCode::kTimeout;
}

bool helps_to_repeat(const base::Result<Response>& response) {
  return brought_nothing(response) && (response || response.error().code != ErrorCode::kTimeout);
}

std::string trouble_of(const base::Result<Response>& response) {
  return response ? fmt::format("it answered {}", response->status) : response.error().message;
}

}  // namespace

HttpCaller::HttpCaller(Parts parts, const Settings& settings) : parts_(std::move(parts)), settings_(settings) {}

base::Result<Response> HttpCaller::call(const Call& call) {
  const auto origin = origin_of(call.request.url);
  if (!origin) return base::failure(origin.error());
  base::Duration time_max = settings_.time_max;
  if (call.request.time_max > base::Duration::zero()) time_max = std::min(time_max, call.request.time_max);
  const base::Tick begin = parts_.clock.monotonic();
  const base::Tick deadline = std::min(begin + time_max, call.deadline);
  if (deadline <= begin)
    return base::failure(base::Error{ErrorCode::kTimeout, fmt::format("the time for {} is over", *origin), {}});
  const bool repeats = call.repeatable || is_idempotent(call.request.method);
  HttpClient::Request request = call.request;
  base::Duration pause = settings_.first_pause;
  for (int attempts = 1;; ++attempts) {
    const base::Duration left = deadline - parts_.clock.monotonic();
    request.time_max = std::max<base::Duration>(left, std::chrono::milliseconds{1});
    Attempt last = attempt(*origin, request);
    const base::Duration wait{
        static_cast<base::Duration::rep>(static_cast<double>(pause.count()) * (0.5 + parts_.random()))};
    const bool again = repeats && !last.refused && attempts < settings_.attempts_max &&
                       helps_to_repeat(last.response) && parts_.clock.monotonic() + wait < deadline &&
                       parts_.wait(wait, call.request.stop);
    if (!again) {
      count(call.neighbour, last, attempts);
      return std::move(last.response);
    }
    pause *= 2;
  }
}

HttpCaller::Attempt HttpCaller::attempt(const std::string& origin, const HttpClient::Request& request) {
  base::Breaker::Admitted as = base::Breaker::Admitted::kNo;
  {
    const std::scoped_lock lock(mutex_);
    Origin& state = state_of(origin);
    as = state.breaker.admit(parts_.clock.monotonic());
    if (as == base::Breaker::Admitted::kNo) return {base::failure(left_alone(origin, state)), true};
  }
  try {
    auto response = parts_.client.send(request);
    report(origin, as, response);
    return {std::move(response), false};
  } catch (...) {
    report(origin, as, base::failure(base::internal("the exchange could not be made")));
    throw;
  }
}

base::Error HttpCaller::left_alone(const std::string& origin, const Origin& state) const {
  const base::Duration left = state.breaker.left(parts_.clock.monotonic());
  const std::string when = left == base::Duration::zero()
                               ? std::string("it is being tried")
                               : fmt::format("it is tried again in {}",
                                             base::format_duration(std::chrono::ceil<std::chrono::milliseconds>(left)));
  return {ErrorCode::kExternal, fmt::format("{} did not answer lately ({}); {}", origin, state.last_trouble, when), {}};
}

void HttpCaller::report(const std::string& origin, base::Breaker::Admitted as, const base::Result<Response>& response) {
  const std::scoped_lock lock(mutex_);
  Origin& state = state_of(origin);
  const base::Tick now = parts_.clock.monotonic();
  if (brought_nothing(response)) {
    state.breaker.failed(as, now, parts_.random());
    state.last_trouble = trouble_of(response);
  } else if (response || response.error().code == ErrorCode::kTooLarge) {
    state.breaker.answered();
  } else {
    state.breaker.abandoned(as, now);
  }
}

// Past the bound the one used longest ago is forgotten: its trouble, if any, is then found anew.
HttpCaller::Origin& HttpCaller::state_of(const std::string& origin) {
  const auto found = origins_.find(origin);
  if (found == origins_.end() && origins_.size() >= base::limits::kOriginsMax) {
    origins_.erase(std::ranges::min_element(origins_, {}, [](const auto& entry) { return entry.second.used; }));
  }
  Origin& state =
      found != origins_.end()
          ? found->second
          : origins_.emplace(origin, Origin{.breaker = base::Breaker(settings_.breaker), .last_trouble = {}})
                .first->second;
  state.used = parts_.clock.monotonic();
  return state;
}

void HttpCaller::count(std::string_view neighbour, const Attempt& last, int attempts) {
  const std::scoped_lock lock(mutex_);
  auto found = std::ranges::find(figures_, neighbour, &Figures::neighbour);
  if (found == figures_.end()) found = figures_.insert(figures_.end(), Figures{.neighbour = std::string(neighbour)});
  found->repeated += static_cast<std::uint64_t>(attempts - 1);
  found->away = last.refused || brought_nothing(last.response);
  if (last.refused) {
    ++found->refused;
  } else if (last.response) {
    ++found->answered;
  } else {
    ++found->failed;
  }
}

std::vector<HttpCaller::Figures> HttpCaller::figures() const {
  const std::scoped_lock lock(mutex_);
  return figures_;
}

bool HttpCaller::is_away(std::string_view neighbour) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(figures_, neighbour, &Figures::neighbour);
  return found != figures_.end() && found->away;
}

}  // namespace jeton::net
