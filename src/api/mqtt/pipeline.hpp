// What every request over MQTT passes (arrowhead-mqtt 7): envelope, who calls and may it, payload, then the handler of
// the route that serves the operation over HTTP. What is no envelope gets no answer.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "api/http/middleware/limit_rate.hpp"
#include "api/http/route_metrics.hpp"
#include "api/mqtt/dialect.hpp"
#include "api/mqtt/service_queues.hpp"
#include "api/mqtt/way_back.hpp"
#include "base/clock.hpp"
#include "base/log_budget.hpp"
#include "base/worker_pool.hpp"
#include "identity/admission.hpp"

namespace jeton::api::mqtt {

/// Thread-safe.
class Pipeline {
 public:
  struct Parts {
    const Topics& topics;
    const identity::Admission& admission;
    http::middleware::LimitRate& limit_rate;
    const base::Clock& clock;
    base::WorkerPool& askers;  ///< for requests about whose callers other servers are asked
    std::size_t payload_bytes_max;
    WayBack::Publish publish;
  };
  explicit Pipeline(Parts parts);

  /// Runs the operation, or begins to. The ticket is given back with the answer.
  void begin(const Message& message, Ticket ticket);
  /// Answers that there is no room for the request, if its envelope says to whom (11.4). Quick.
  void refuse(const Message& message);

  void each_topic(const std::function<void(const Topics::Entry&, const http::RouteMetrics::Figures&)>& visit) const;
  /// Messages that were no envelopes.
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  void tell_of_unreadable(const Message& message, const base::Error& reason);
  std::shared_ptr<WayBack> read(const Message& message, Ticket ticket);
  http::Origin origin_of(const WayBack& request, base::Tick received);
  void go_on(const std::shared_ptr<WayBack>& request, base::Tick received, http::Dialect::Patience patience);
  std::optional<identity::Admission::Outcome> admit(const identity::Admission::Wish& wish, const http::Route& route,
                                                    http::Dialect::Patience patience) const;
  bool must_ask(http::Call& call, net::http::Request& shaped, WayBack& request, http::Dialect::Patience patience);
  void run(http::Call& call, net::http::Request& shaped, WayBack& request);
  void ask_later(const std::shared_ptr<WayBack>& request, base::Tick received);

  const Parts parts_;
  const Dialect dialect_;
  std::deque<http::RouteMetrics> metrics_;  // in the order of the topics
  std::atomic<std::uint64_t> unreadable_ = 0;
  base::LogBudget tellable_;  // of messages that were no envelopes, by topic
};

}  // namespace jeton::api::mqtt
