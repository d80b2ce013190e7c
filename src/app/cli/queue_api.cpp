#include "app/cli/queue_api.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::cli {

Outcome<QueueApi::Response> QueueApi::exchange(const Request& request) const {
  net::HttpClient::Request sent;
  sent.method = request.method;
  sent.url = connection_.server + request.path;
  sent.headers.push_back({"Accept", "application/json"});
  if (!request.body.empty()) sent.headers.push_back({"Content-Type", "application/json"});
  if (!connection_.queue_token.empty()) {
    sent.authorization = base::Secret(fmt::format("Bearer {}", connection_.queue_token));
  } else if (request.names_caller && connection_.as_is_chosen) {
    sent.authorization = base::Secret(fmt::format("Bearer SYSTEM//{}", connection_.as));
  }
  sent.body = request.body;
  sent.on_waiting = on_waiting_;
  auto response = http_.send(sent);
  if (!response) return std::unexpected(failure_of_transport(response.error()));
  return *std::move(response);
}

Outcome<QueueApi::Response> QueueApi::call(const Request& request) const {
  auto response = exchange(request);
  if (response && (response->status < 200 || response->status >= 300))
    return std::unexpected(failure_of(request, *response));
  return response;
}

Failure QueueApi::failure_of(const Request& request, const Response& response) const {
  return failure_of_answer(response.status, response.body, request.path, connection_.as);
}

std::string with_query(std::string path, const std::vector<std::pair<std::string_view, std::string_view>>& parameters) {
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    path += fmt::format("{}{}={}", separator, name, base::percent_encode(value));
    separator = '&';
  }
  return path;
}

}  // namespace jeton::cli
