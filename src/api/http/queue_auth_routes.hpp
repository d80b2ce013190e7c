// MessageQueue's /auth and /settings (message-queue 3.3, 3.4).
#pragma once
#include <functional>
#include <string>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "queues/access.hpp"
#include "queues/access_tokens.hpp"
#include "queues/restrict.hpp"
#include "queues/restricted_sub_queues.hpp"

namespace jeton::api::http {

struct QueueAuthParts {
  const queues::Access& access;
  const queues::AccessTokens& tokens;
  const queues::RestrictedSubQueues& restricted;
  queues::Restrict& restrict;
  queues::LiftRestriction& lift;
  base::json::Members<std::string> settings;  ///< the members of GET /settings
  const base::Clock& clock;
};

void add_queue_auth_routes(Router& router, const QueueAuthParts& parts);

}  // namespace jeton::api::http
