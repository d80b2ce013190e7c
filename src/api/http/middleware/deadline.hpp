// How long a request may take. Work that waits (for a commit, a worker) is not begun for a client that was told to give
// up.
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::api::http::middleware {

inline base::Tick deadline(base::Tick received, base::Duration request_time_max) {
  return received + request_time_max;
}

/// kUnavailable once the deadline has passed.
inline base::Status in_time(base::Tick deadline, base::Tick now) {
  if (now < deadline) return {};
  return base::failure(
      base::unavailable("the request waited longer than http.limits.request and was not carried out; try again"));
}

}  // namespace jeton::api::http::middleware
