// What GET /settings tells MessageQueue's clients (message-queue 3.4).
#pragma once
#include <string>

#include "app/config/config.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::app {

/// All thirteen members in alphabetical order: the original's defaults, `queues.reported-settings` over them, our own
/// mode over both. Passwords in URLs are masked (Q14). kInvalid for a reported setting that is not KEY=VALUE with a
/// known key.
base::Result<base::json::Members<std::string>> message_queue_settings(const config::Queues& config);

}  // namespace jeton::app
