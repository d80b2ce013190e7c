#include "app/figures_page.hpp"

#include <prometheus/text_serializer.h>

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

std::string FiguresPage::text() const {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, {families_.begin(), families_.end()});
  return out.str();
}

}  // namespace jeton::app
