// What all routes of the family of MessageQueue's paths have in common.
#pragma once
#include <string>

#include "api/http/call.hpp"
#include "api/http/route.hpp"
#include "api/message_queue/dialect.hpp"

namespace jeton::api::http {

/// A route whose answer is JSON, and which an Accept that excludes JSON does not reach, also where it has no body
/// (message-queue 1).
inline Route queue_route(net::http::Method method, std::string path, std::string operation, std::string summary) {
  Route route;
  route.method = method;
  route.path = std::move(path);
  route.service = message_queue::kService;
  route.operation = std::move(operation);
  route.answer_type = kJsonType;
  route.summary = std::move(summary);
  return route;
}

}  // namespace jeton::api::http
