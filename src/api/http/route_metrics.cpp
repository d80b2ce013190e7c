#include "api/http/route_metrics.hpp"

#include <algorithm>

namespace jeton::api::http {
namespace {

std::size_t this_threads_stripe() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t stripe = next.fetch_add(1, std::memory_order_relaxed);
  return stripe;
}

}  // namespace

void RouteMetrics::observe(int status, base::Duration duration) {
  Stripe& stripe = stripes_[this_threads_stripe() % kStripes];
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(kBucketNanoseconds, duration.count()) -
                                               kBucketNanoseconds.begin());
  stripe.by_status_class[status_class].fetch_add(1, std::memory_order_relaxed);
  stripe.by_duration[bucket].fetch_add(1, std::memory_order_relaxed);
  stripe.nanoseconds.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
}

RouteMetrics::Figures RouteMetrics::figures() const {
  Figures sum;
  for (const Stripe& stripe : stripes_) {
    for (std::size_t i = 0; i < sum.by_status_class.size(); ++i)
      sum.by_status_class[i] += stripe.by_status_class[i].load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < sum.by_duration.size(); ++i)
      sum.by_duration[i] += stripe.by_duration[i].load(std::memory_order_relaxed);
    sum.nanoseconds += stripe.nanoseconds.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace jeton::api::http
