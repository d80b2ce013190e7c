// Figures in the text format of Prometheus, named jeton_<noun>_<unit> with bounded labels.
#pragma once
#include <prometheus/metric_family.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "api/http/route_metrics.hpp"

namespace jeton::app {

/// One page, made anew at each scrape.
class FiguresPage {
 public:
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  /// The reference stays good as long as the page.
  prometheus::MetricFamily& family(std::string name, std::string help, prometheus::MetricType type);
  void counter(std::string name, std::string help, double value);
  void gauge(std::string name, std::string help, double value);

  static void add(prometheus::MetricFamily& family, Labels labels, double value);
  /// `counts` holds one more than `bounds`: what is above all of them. `unit` is what one of the bounds' units is
  /// worth.
  template <class Counts, class Bounds>
  static void add_histogram(prometheus::MetricFamily& family, Labels labels, const Counts& counts, const Bounds& bounds,
                            double unit, double sum) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      cumulative += counts[i];
      const double bound =
          i < bounds.size() ? static_cast<double>(bounds[i]) * unit : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({cumulative, bound});
    }
    metric.histogram.sample_count = cumulative;
    metric.histogram.sample_sum = sum;
    family.metric.push_back(std::move(metric));
  }

  /// What a route's figures say: requests by class of status, and the histogram of their durations.
  static void add_requests(prometheus::MetricFamily& requests, prometheus::MetricFamily& seconds, const Labels& labels,
                           const api::http::RouteMetrics::Figures& figures);

  std::string text() const;

 private:
  std::deque<prometheus::MetricFamily> families_;  // references stay valid while it grows
};

}  // namespace jeton::app
