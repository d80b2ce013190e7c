#include "app/figures_page.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

namespace jeton::app {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily& FiguresPage::family(std::string name, std::string help, MetricType type) {
  return families_.emplace_back(MetricFamily{std::move(name), std::move(help), type, {}});
}

void FiguresPage::counter(std::string name, std::string help, double value) {
  add(family(std::move(name), std::move(help), MetricType::Counter), {}, value);
}

void FiguresPage::gauge(std::string name, std::string help, double value) {
  add(family(std::move(name), std::move(help), MetricType::Gauge), {}, value);
}

void FiguresPage::add(MetricFamily& family, Labels labels, double value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
}

void FiguresPage::add_requests(MetricFamily& requests, MetricFamily& seconds, const Labels& labels,
                               const api::http::RouteMetrics::Figures& figures) {
  for (std::size_t i = 0; i < figures.by_status_class.size(); ++i) {
    if (figures.by_status_class[i] == 0) continue;
    Labels with_status = labels;
    with_status.push_back({"status", std::to_string(i + 1) + "xx"});
    add(requests, std::move(with_status), static_cast<double>(figures.by_status_class[i]));
  }
  if (std::ranges::all_of(figures.by_duration, [](std::uint64_t count) { return count == 0; })) return;
  add_histogram(seconds, labels, figures.by_duration, api::http::RouteMetrics::kBucketNanoseconds, 1e-9,
                static_cast<double>(figures.nanoseconds) * 1e-9);
}

std::string FiguresPage::text() const {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, {families_.begin(), families_.end()});
  return out.str();
}

}  // namespace jeton::app
