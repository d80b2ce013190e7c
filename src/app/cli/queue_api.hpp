// The server's message queues as the verbs use them (message-queue 3), over any HttpClient. Paths stand beside the
// verbs.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/failure.hpp"
#include "app/cli/options.hpp"
#include "net/http_client.hpp"

namespace jeton::cli {

class QueueApi {
 public:
  using Response = net::HttpClient::Response;

  struct Request {
    std::string_view method;
    std::string path;
    std::string body;           ///< JSON; empty: none
    bool names_caller = false;  ///< without a token, it says who is calling if somebody chose a name
  };

  /// `on_waiting` is called about once a second while an answer is awaited. `http` outlives it.
  QueueApi(net::HttpClient& http, Connection connection, std::function<void()> on_waiting)
      : http_(http), connection_(std::move(connection)), on_waiting_(std::move(on_waiting)) {}

  /// An answer with a 2xx status.
  Outcome<Response> call(const Request& request) const;
  /// Any answer: for paths that say with an empty body what is wrong.
  Outcome<Response> exchange(const Request& request) const;
  /// What such an answer is when its status says nothing in particular.
  Failure failure_of(const Request& request, const Response& response) const;

 private:
  net::HttpClient& http_;
  const Connection connection_;
  const std::function<void()> on_waiting_;
};

/// "/queue/next" and its parameters; what is empty is left out.
std::string with_query(std::string path, const std::vector<std::pair<std::string_view, std::string_view>>& parameters);

}  // namespace jeton::cli
