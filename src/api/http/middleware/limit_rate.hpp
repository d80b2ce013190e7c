// Requests per caller and second, so that one system cannot take the whole server.
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::api::http::middleware {

/// A token bucket a caller: `per_second` requests on average, twice that in a burst. Thread-safe.
class LimitRate {
 public:
  /// 0 switches it off.
  explicit LimitRate(std::size_t per_second) : per_second_(per_second) {}

  bool is_on() const { return per_second_ != 0; }
  /// kTooManyRequests when this caller is past its share. `now`: when it is counted, not when it came; a time before
  /// the last one brings no tokens and takes none.
  base::Status operator()(std::string_view caller, base::Tick now);

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kCallersPerShardMax = 4'096;
  struct Bucket {
    double tokens = 0;
    base::Tick filled_at;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Shard {
    std::mutex mutex;  // guards buckets
    boost::unordered_flat_map<std::string, Bucket, Hash, std::equal_to<>> buckets;
  };

  std::size_t per_second_;
  std::array<Shard, kShards> shards_;
};

}  // namespace jeton::api::http::middleware
