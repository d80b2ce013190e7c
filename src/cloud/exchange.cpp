#include "cloud/exchange.hpp"

#include <fmt/format.h>

#include <utility>

namespace jeton::cloud {
namespace {

using base::ErrorCode;

base::Error not_answered(std::string_view neighbour, base::Error error) {
  error.message = fmt::format("{}: {}", neighbour, error.message);
  switch (error.code) {
    case ErrorCode::kTimeout:
    case ErrorCode::kExternal:
      error.code = ErrorCode::kExternal;
      break;
    case ErrorCode::kUnavailable:
      break;
    default:
      error.code = ErrorCode::kExternalFault;
  }
  return error;
}

}  // namespace

std::expected<std::string, Trouble> Exchange::send(const Message& message) {
  net::HttpCaller::Call call{.neighbour = message.neighbour,
                             .request = {},
                             .repeatable = message.repeatable,
                             .deadline = message.patience.until};
  call.request.method = message.method;
  call.request.url = message.url;
  call.request.headers = {{"Accept", "text/plain, application/json"}, {"Content-Type", "application/json"}};
  if (!message.anonymous) call.request.authorization = credentials_.authorization();
  call.request.body = message.body;
  call.request.stop = message.patience.stop;
  auto response = caller_.call(call);
  if (!response) return std::unexpected(Trouble{not_answered(message.neighbour, std::move(response.error()))});
  if (response->status >= 200 && response->status < 300) return std::move(response->body);
  if (response->status == 401) credentials_.refused(call.request.authorization);
  return std::unexpected(error_of_answer(message.neighbour, response->status, response->body));
}

}  // namespace jeton::cloud
