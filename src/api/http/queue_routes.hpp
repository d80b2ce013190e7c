// MessageQueue's /queue: messages one by one, several at once, and whole sub-queues (message-queue 3.2).
#pragma once
#include <functional>
#include <optional>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "queues/access.hpp"
#include "queues/assign.hpp"
#include "queues/clear.hpp"
#include "queues/delete.hpp"
#include "queues/message_rules.hpp"
#include "queues/next.hpp"
#include "queues/publish.hpp"
#include "queues/release.hpp"
#include "queues/waiting_consumers.hpp"

namespace jeton::api::http {

struct QueueParts {
  const queues::Access& access;
  queues::MessageBounds bounds;
  std::optional<base::Duration> visibility;  ///< of who does not say; none: a message is held until it is released
  queues::Publish& publish;
  queues::Next& next;
  queues::WaitingConsumers& waiting;
  queues::Assign& assign;
  queues::Release& release;
  queues::Delete& remove;
  queues::Clear& clear;
  store::Store& store;
  base::WorkerPool& workers;
  const base::Clock& clock;
  base::Duration request_time_max;  ///< how long a write may wait after a long poll was woken
};

/// Operations that change something: 4 and 6 to 9 of message-queue 3.1, 13, and those for several messages.
void add_queue_routes(Router& router, const QueueParts& parts);
/// Operations that only read: 1 to 3, 5, 10 to 12 and 14.
void add_queue_read_routes(Router& router, const QueueParts& parts);

}  // namespace jeton::api::http
