// The operations over MQTT as a whole: takes messages from the broker's client, has them carried out, answers.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "api/mqtt/pipeline.hpp"
#include "api/mqtt/service_queues.hpp"
#include "api/mqtt/topics.hpp"
#include "base/log_budget.hpp"
#include "net/mqtt/client.hpp"

namespace jeton::api::mqtt {

class Server final : public net::mqtt::Listener {
 public:
  /// All outlive it; the router has all its routes.
  struct Parts {
    const http::Router& router;
    const identity::Admission& admission;
    http::middleware::LimitRate& limit_rate;
    const base::Clock& clock;
    base::WorkerPool& askers;
    std::size_t payload_bytes_max;
    std::span<const AddedTopic> added_topics = {};  ///< of operations beside those of services(); read at once
  };
  explicit Server(const Parts& parts);

  /// What is to be subscribed, in this order.
  const Topics& topics() const { return topics_; }
  /// Answers leave through it. Before the first message; it outlives the last request.
  void answer_through(net::mqtt::Client& client) { client_ = &client; }

  void receive(const net::mqtt::Incoming& message) override;
  /// Takes no more, and waits until all requests are answered, those included that wait for another server; at most
  /// `patience`.
  void finish(base::Duration patience);

  struct Figures {
    std::size_t waiting = 0;
    std::uint64_t refused = 0;     ///< for want of room
    std::uint64_t unreadable = 0;  ///< no envelopes; unanswered
    std::uint64_t retained = 0;    ///< kept by the broker from before; not carried out (decision D10)
  };
  Figures figures() const;
  const Pipeline& pipeline() const { return pipeline_; }

  /// Requests of one service that are being carried out at a time; more wait for their turn. Enough to share commits,
  /// few enough that requests over HTTP do not wait behind a flood.
  static constexpr std::size_t kBegunMax = 128;

 private:
  void refuse(const Message& message);
  void tell_of_overload(const Message& message);
  void tell_of_retained(const net::mqtt::Incoming& message);

  const base::Clock& clock_;
  const Topics topics_;
  net::mqtt::Client* client_ = nullptr;
  Pipeline pipeline_;
  ServiceQueues queues_;
  std::atomic<bool> finishing_ = false;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> retained_ = 0;
  base::LogBudget tellable_;  // of what is not carried out
};

}  // namespace jeton::api::mqtt
