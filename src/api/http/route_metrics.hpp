// Requests, statuses and durations of one route. Written on the hot path by many threads, read at a scrape.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace jeton::api::http {

/// Lock-free: counters are striped over cache lines so that threads do not fight for one.
class RouteMetrics {
 public:
  /// Upper bounds of the duration buckets, in nanoseconds; the last bucket is everything above.
  static constexpr std::array<std::int64_t, 10> kBucketNanoseconds = {
      10'000,     50'000,      200'000,     1'000'000,     5'000'000,
      20'000'000, 100'000'000, 500'000'000, 2'000'000'000, 10'000'000'000};

  struct Figures {
    std::array<std::uint64_t, 5> by_status_class{};  ///< 1xx … 5xx
    std::array<std::uint64_t, kBucketNanoseconds.size() + 1> by_duration{};
    std::uint64_t nanoseconds = 0;
  };

  void observe(int status, base::Duration duration);
  Figures figures() const;

 private:
  static constexpr std::size_t kStripes = 8;
  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, 5> by_status_class{};
    std::array<std::atomic<std::uint64_t>, kBucketNanoseconds.size() + 1> by_duration{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::array<Stripe, kStripes> stripes_{};
};

}  // namespace jeton::api::http
