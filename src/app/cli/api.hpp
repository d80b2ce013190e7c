// The server's API as the verbs use it (arrowhead-authorization 1.2), over any HttpClient.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/failure.hpp"
#include "app/cli/options.hpp"
#include "app/cli/wire.hpp"
#include "base/json/reader.hpp"
#include "net/http_client.hpp"

namespace jeton::cli {

/// An answer with a 2xx status.
struct Answer {
  int status = 0;
  std::string body;
};

class Api {
 public:
  /// `on_waiting` is called about once a second while an answer is awaited. `http` outlives it.
  Api(net::HttpClient& http, Connection connection, std::function<void()> on_waiting)
      : http_(http), connection_(std::move(connection)), on_waiting_(std::move(on_waiting)) {}

  const Connection& connection() const { return connection_; }

  /// Any operation whose path and body need nothing of this class. `path` begins with a slash; `headers` go with it.
  Outcome<Answer> call(std::string_view method, std::string_view path, std::string body,
                       const std::vector<net::HttpHeader>& headers = {});

  /// 201: created; 200: the same policy was there already. As the caller's own, or with a provider on the management
  /// level.
  Outcome<Answer> grant_policy(const wire::GrantRequest& request);
  /// 200: gone; 204: was not there. The caller's own only.
  Outcome<Answer> revoke_own_policy(std::string_view instance_id);
  /// Of anybody and either level; unknown ones are passed over.
  Outcome<Answer> revoke_policies(const std::vector<std::string>& instance_ids);
  /// Every match, however many pages that takes; `on_page(so far, of how many)`.
  using OnPage = std::function<void(std::size_t, std::int64_t)>;
  Outcome<std::vector<base::json::Raw>> query_policies(wire::PolicyQuery query, const OnPage& on_page);
  /// Answers `true` or `false`. The caller is the consumer or the provider.
  Outcome<Answer> verify_policy(const wire::VerifyRequest& request);
  /// The same question for management, about anybody: a list with one entry.
  Outcome<Answer> check_policy(const wire::VerifyRequest& request);

  /// For the caller itself: one token.
  Outcome<Answer> generate_token(const wire::GenerateRequest& request);
  /// For somebody else: a list with one token, or none when no policy lets them. `unbound` asks no policy.
  Outcome<Answer> generate_token_for(const wire::GenerateRequest& request, bool unbound);
  /// As the provider. The token appears in no error.
  Outcome<Answer> verify_token(std::string_view token);
  Outcome<std::vector<base::json::Raw>> query_tokens(wire::TokenQuery query, const OnPage& on_page);
  Outcome<Answer> revoke_tokens(const std::vector<std::string>& references);

  /// The event log behind `last_seen` (0: from its begin), until the server ends the answer or `on_bytes` does.
  Outcome<void> events(const Events& wanted, std::string_view last_seen, const net::HttpClient::OnBytes& on_bytes);

 private:
  net::HttpClient::Request request(std::string_view method, std::string_view path) const;
  Outcome<Answer> remove_all(std::string_view path, std::string_view parameter, const std::vector<std::string>& values);
  template <class Query>
  Outcome<std::vector<base::json::Raw>> query_all(std::string_view path, Query query, const OnPage& on_page);

  net::HttpClient& http_;
  const Connection connection_;
  const std::function<void()> on_waiting_;
};

/// The answer's body as a struct; a failure when it is not of that shape.
template <class T>
Outcome<T> read_answer(std::string_view body) {
  auto read = base::json::read_unpadded<T>(body);
  if (read) return *std::move(read);
  return std::unexpected(Failure{ExitCode::kFailed, "the server's answer is not understood: " + read.error().message,
                                 "is --server the address of a Jeton server?"});
}

}  // namespace jeton::cli
