#include "api/http/middleware/limit_rate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jeton::api::http::middleware {

base::Status LimitRate::operator()(std::string_view caller, base::Tick now) {
  if (per_second_ == 0) return {};
  const double rate = static_cast<double>(per_second_);
  Shard& shard = shards_[Hash{}(caller) % kShards];
  const std::scoped_lock lock(shard.mutex);
  auto found = shard.buckets.find(caller);
  if (found == shard.buckets.end()) {
    // Names are the caller's word under the declared policy: forget the full buckets rather than grow without bound.
    if (shard.buckets.size() >= kCallersPerShardMax) {
      boost::unordered::erase_if(
          shard.buckets, [&](const auto& entry) { return now - entry.second.filled_at > std::chrono::seconds(2); });
    }
    if (shard.buckets.size() >= kCallersPerShardMax) shard.buckets.clear();
    found = shard.buckets.emplace(std::string(caller), Bucket{2 * rate, now}).first;
  }
  Bucket& bucket = found->second;
  // Threads read the clock before they take the lock, so that a later one may come with an earlier time.
  if (now > bucket.filled_at) {
    const double seconds = std::chrono::duration<double>(now - bucket.filled_at).count();
    bucket.tokens = std::min(2 * rate, bucket.tokens + seconds * rate);
    bucket.filled_at = now;
  }
  if (bucket.tokens < 1) {
    return base::failure(
        {base::ErrorCode::kTooManyRequests,
         fmt::format("more than {} requests a second from this system (http.limits.requests-per-caller); slow down",
                     per_second_),
         {}});
  }
  bucket.tokens -= 1;
  return {};
}

}  // namespace jeton::api::http::middleware
