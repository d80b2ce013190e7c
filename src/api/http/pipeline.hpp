// What every request passes: request id, routing, the dialect's own steps (who calls, may it), content negotiation,
// then the route's handler. What a family of routes does its own way is its dialect's; the rest is under middleware/.
#pragma once
#include <deque>
#include <functional>

#include "api/http/call.hpp"
#include "api/http/dialect.hpp"
#include "api/http/route_metrics.hpp"
#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "net/http/message.hpp"

namespace jeton::api::http {

class Pipeline final : public net::http::Handler {
 public:
  struct Parts {
    const Router& router;
    const Dialect& dialect;  ///< of all paths that no family owns
    const base::Clock& clock;
    base::WorkerPool& askers;  ///< for requests about whose callers other servers are asked
    base::Duration request_time_max;
  };
  explicit Pipeline(const Parts& parts);

  void handle(const net::http::Request& request, net::http::Exchange& exchange) override;
  void refuse(const net::http::Refusal& refusal, net::http::Exchange& exchange) override;

  /// One row a route, and one (null) for what matched none.
  void each_route(const std::function<void(const Route*, const RouteMetrics::Figures&)>& visit) const;

 private:
  Origin origin_of(const net::http::Request& request, const Router::Match& match);
  void go_on_later(const net::http::Request& request, Call::Suspended suspended);

  RouteMetrics& metrics_of(const Route* route) {
    return metrics_[route == nullptr ? metrics_.size() - 1 : route->index];
  }

  Parts parts_;
  std::deque<RouteMetrics> metrics_;  // in the order of the router's routes, then one for the rest
};

}  // namespace jeton::api::http
