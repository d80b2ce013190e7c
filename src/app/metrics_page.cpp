#include "app/metrics_page.hpp"

#include "api/http/pipeline.hpp"
#include "app/cloud_membership.hpp"
#include "app/feature.hpp"
#include "app/figures_page.hpp"
#include "app/mqtt_endpoint.hpp"
#include "app/server_tls.hpp"
#include "app/task_runner.hpp"
#include "base/worker_pool.hpp"
#include "events/feed.hpp"
#include "expiry/engine.hpp"
#include "net/http/server.hpp"
#include "store/store.hpp"

namespace jeton::app {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = FiguresPage::Labels;
using Page = FiguresPage;

void add_http(Page& page, const MetricsParts& parts) {
  MetricFamily requests{
      "jeton_http_requests_total", "Requests answered, by operation and class of status.", MetricType::Counter, {}};
  MetricFamily seconds{"jeton_http_request_duration_seconds",
                       "From the last byte of a request to its answer.",
                       MetricType::Histogram,
                       {}};
  parts.pipeline.each_route([&](const api::http::Route* route, const api::http::RouteMetrics::Figures& figures) {
    const Labels labels = {{"service", route == nullptr ? "none" : route->service},
                           {"operation", route == nullptr ? "none" : route->operation}};
    Page::add_requests(requests, seconds, labels, figures);
  });
  page.family(requests.name, requests.help, requests.type).metric = std::move(requests.metric);
  page.family(seconds.name, seconds.help, seconds.type).metric = std::move(seconds.metric);

  const auto connections = parts.server.counters();
  page.gauge("jeton_http_connections", "Open connections.", static_cast<double>(connections.open));
  page.counter("jeton_http_connections_accepted_total", "Connections accepted.",
               static_cast<double>(connections.accepted));
  page.counter("jeton_http_connections_refused_total", "Connections turned away because the server was full.",
               static_cast<double>(connections.refused));
  page.counter("jeton_http_received_bytes_total", "Bytes received.", static_cast<double>(connections.bytes_received));
  page.counter("jeton_http_sent_bytes_total", "Bytes sent.", static_cast<double>(connections.bytes_sent));
  if (parts.tls == nullptr) return;
  page.counter("jeton_tls_handshakes_failed_total", "TLS handshakes that were refused, broken or not finished in time.",
               static_cast<double>(connections.handshakes_failed));
  parts.tls->add_figures(page);
}

void add_store(Page& page, const store::Store& store) {
  const auto figures = store.figures();
  page.counter("jeton_store_writes_total", "Writes made durable.", static_cast<double>(figures.writes));
  page.counter("jeton_store_writes_failed_total", "Writes that failed, or whose commit did.",
               static_cast<double>(figures.writes_failed));
  page.counter("jeton_store_writes_refused_total", "Writes not taken: the queue was full, or the store stopped.",
               static_cast<double>(figures.writes_refused));
  page.counter("jeton_store_commits_total", "Commits, each with one sync.", static_cast<double>(figures.commits));
  page.counter("jeton_store_commits_failed_total", "Commits that failed.", static_cast<double>(figures.commits_failed));
  page.gauge("jeton_store_writes_waiting", "Writes waiting for their commit.",
             static_cast<double>(figures.writes_waiting));
  page.gauge("jeton_store_up", "1 while writes can be made durable.", store.health() ? 1 : 0);
  Page::add_histogram(
      page.family("jeton_store_commit_seconds", "Duration of a commit with its sync.", MetricType::Histogram), {},
      figures.commit_seconds.counts, store::kCommitSecondsBounds, 1, figures.commit_seconds.sum);
  Page::add_histogram(page.family("jeton_store_commit_writes", "Writes sharing a commit.", MetricType::Histogram), {},
                      figures.group_sizes.counts, store::kGroupSizeBounds, 1, figures.group_sizes.sum);
}

void add_deadlines(Page& page, const expiry::Engine& engine) {
  MetricFamily& waiting =
      page.family("jeton_deadlines_waiting", "Deadlines that have not come, those of things that are gone included.",
                  MetricType::Gauge);
  MetricFamily& failures =
      page.family("jeton_deadline_batches_failed_total", "Batches of due deadlines that failed and are tried again.",
                  MetricType::Counter);
  for (const auto& figures : engine.figures()) {
    Page::add(waiting, {{"kind", figures.name}}, static_cast<double>(figures.waiting));
    Page::add(failures, {{"kind", figures.name}}, static_cast<double>(figures.failures));
  }
}

void add_tasks(Page& page, const TaskRunner& tasks) {
  MetricFamily& failures =
      page.family("jeton_task_failures_total", "Failures of background tasks.", MetricType::Counter);
  for (const auto& figures : tasks.figures())
    Page::add(failures, {{"task", figures.name}}, static_cast<double>(figures.failures));
}

void add_askers(Page& page, const base::WorkerPool& askers) {
  page.gauge("jeton_askers_waiting", "Requests waiting for a thread that may ask other systems.",
             static_cast<double>(askers.waiting()));
  MetricFamily& unserved = page.family(
      "jeton_askers_unserved_total",
      "Requests that never got such a thread: too many waited (full), or their time was over by then (late).",
      MetricType::Counter);
  const auto figures = askers.unserved();
  Page::add(unserved, {{"reason", "full"}}, static_cast<double>(figures.refused));
  Page::add(unserved, {{"reason", "late"}}, static_cast<double>(figures.late));
}

}  // namespace

std::string metrics_page(const MetricsParts& parts) {
  Page page;
  Page::add(page.family("jeton_build_info", "The release that answers.", MetricType::Gauge),
            {{"version", JETON_VERSION}}, 1);
  add_http(page, parts);
  add_store(page, parts.store);
  for (const auto& feature : parts.features) feature->add_figures(page);
  if (parts.mqtt != nullptr) parts.mqtt->add_figures(page);
  parts.cloud.add_figures(page);
  add_deadlines(page, parts.expiry);
  page.gauge("jeton_event_last_id", "Number of the newest event.", static_cast<double>(parts.store.last_event().value));
  page.gauge("jeton_event_followers", "Clients following the event log.",
             static_cast<double>(parts.feed.subscribers()));
  page.gauge("jeton_workers_waiting", "Jobs waiting for a worker.", static_cast<double>(parts.workers.waiting()));
  add_askers(page, parts.askers);
  add_tasks(page, parts.tasks);
  return page.text();
}

}  // namespace jeton::app
