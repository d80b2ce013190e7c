#include "app/cli/api.hpp"

#include <fmt/format.h>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

constexpr std::string_view kAuthorization = "/consumerauthorization/authorization";
constexpr std::string_view kToken = "/consumerauthorization/authorization-token";
constexpr std::string_view kManagement = "/consumerauthorization/authorization/mgmt";

constexpr std::size_t kQueryBytesMax = 4 * 1024;  // well below the header bound of any server
constexpr std::int64_t kPagesMax = 100'000;

template <class T>
std::string list_of(const T& element) {
  return fmt::format(R"({{"list":[{}]}})", base::json::write(element));
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

std::string without(std::string text, std::string_view secret) {
  if (secret.empty()) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "…");
  }
  return text;
}

}  // namespace

net::HttpClient::Request Api::request(std::string_view method, std::string_view path) const {
  net::HttpClient::Request request;
  request.method = method;
  request.url = fmt::format("{}{}", connection_.server, path);
  request.headers.push_back({"Accept", "application/json"});
  request.authorization = base::Secret(fmt::format("Bearer SYSTEM//{}", connection_.as));
  request.on_waiting = on_waiting_;
  return request;
}

Outcome<Answer> Api::call(std::string_view method, std::string_view path, std::string body,
                          const std::vector<net::HttpHeader>& headers) {
  auto sent = request(method, path);
  sent.headers.insert(sent.headers.end(), headers.begin(), headers.end());
  if (!body.empty()) sent.headers.push_back({"Content-Type", "application/json"});
  sent.body = std::move(body);
  auto response = http_.send(sent);
  if (!response) return std::unexpected(failure_of_transport(response.error()));
  if (!is_success(response->status)) {
    return std::unexpected(failure_of_answer(response->status, response->body, path, connection_.as));
  }
  return Answer{response->status, std::move(response->body)};
}

Outcome<Answer> Api::remove_all(std::string_view path, std::string_view parameter,
                                const std::vector<std::string>& values) {
  Answer last;
  for (std::size_t done = 0; done < values.size();) {
    std::string query;
    do {
      query += fmt::format("{}{}={}", query.empty() ? '?' : '&', parameter, base::percent_encode(values[done]));
      ++done;
    } while (done < values.size() && query.size() + 3 * values[done].size() < kQueryBytesMax);
    auto answer = call("DELETE", fmt::format("{}{}", path, query), {});
    if (!answer) return answer;
    last = *std::move(answer);
  }
  return last;
}

template <class Query>
Outcome<std::vector<base::json::Raw>> Api::query_all(std::string_view path, Query query, const OnPage& on_page) {
  std::vector<base::json::Raw> all;
  for (query.pagination.page = 0; query.pagination.page < kPagesMax; ++query.pagination.page) {
    const auto answer = call("POST", path, base::json::write(query));
    if (!answer) return std::unexpected(answer.error());
    auto page = read_answer<wire::ListAnswer>(answer->body);
    if (!page) return std::unexpected(page.error());
    if (page->entries.empty()) break;
    std::ranges::move(page->entries, std::back_inserter(all));
    on_page(all.size(), page->count);
    if (std::cmp_greater_equal(all.size(), page->count)) break;
  }
  return all;
}

Outcome<Answer> Api::grant_policy(const wire::GrantRequest& request) {
  if (!request.provider) return call("POST", fmt::format("{}/grant", kAuthorization), base::json::write(request));
  return call("POST", fmt::format("{}/grant", kManagement), list_of(request));
}

Outcome<Answer> Api::revoke_own_policy(std::string_view instance_id) {
  return call("DELETE", fmt::format("{}/revoke/{}", kAuthorization, base::percent_encode(instance_id)), {});
}

Outcome<Answer> Api::revoke_policies(const std::vector<std::string>& instance_ids) {
  return remove_all(fmt::format("{}/revoke", kManagement), "instanceIds", instance_ids);
}

Outcome<std::vector<base::json::Raw>> Api::query_policies(wire::PolicyQuery query, const OnPage& on_page) {
  query.pagination.sort_field = "instanceId";
  return query_all(fmt::format("{}/query", kManagement), std::move(query), on_page);
}

Outcome<Answer> Api::verify_policy(const wire::VerifyRequest& request) {
  return call("POST", fmt::format("{}/verify", kAuthorization), base::json::write(request));
}

Outcome<Answer> Api::check_policy(const wire::VerifyRequest& request) {
  return call("POST", fmt::format("{}/check", kManagement), list_of(request));
}

Outcome<Answer> Api::generate_token(const wire::GenerateRequest& request) {
  return call("POST", fmt::format("{}/generate", kToken), base::json::write(request));
}

Outcome<Answer> Api::generate_token_for(const wire::GenerateRequest& request, bool unbound) {
  return call("POST", fmt::format("{}/token/generate{}", kManagement, unbound ? "?unbound=true" : ""),
              list_of(request));
}

Outcome<Answer> Api::verify_token(std::string_view token) {
  const std::string encoded = base::percent_encode(token);
  auto answer = call("GET", fmt::format("{}/token/verify/{}", kToken, encoded), {});
  if (!answer) answer.error().message = without(without(std::move(answer.error().message), token), encoded);
  return answer;
}

Outcome<std::vector<base::json::Raw>> Api::query_tokens(wire::TokenQuery query, const OnPage& on_page) {
  query.pagination.sort_field = "id";
  return query_all(fmt::format("{}/token/query", kManagement), std::move(query), on_page);
}

Outcome<Answer> Api::revoke_tokens(const std::vector<std::string>& references) {
  return remove_all(fmt::format("{}/token/revoke", kManagement), "tokenReferences", references);
}

Outcome<void> Api::events(const Events& wanted, std::string_view last_seen, const net::HttpClient::OnBytes& on_bytes) {
  std::string path = fmt::format("/events?after={}", wanted.after);
  for (std::size_t i = 0; i < wanted.kinds.size(); ++i) {
    path += fmt::format("{}{}", i == 0 ? "&kinds=" : ",", base::percent_encode(wanted.kinds[i]));
  }
  if (!wanted.follow) path += "&follow=false";
  auto sent = request("GET", path);
  sent.headers = {{"Accept", "text/event-stream"}};
  sent.on_waiting = {};  // a log where nothing happens is no wait
  if (!last_seen.empty()) sent.headers.push_back({"Last-Event-ID", std::string(last_seen)});
  const auto response = http_.stream(sent, on_bytes);
  if (!response) return std::unexpected(failure_of_transport(response.error()));
  if (!is_success(response->status)) {
    auto failure = failure_of_answer(response->status, response->body, path, connection_.as);
    // Busy or stopping: worth another try, like a server that is away.
    if (response->status == 429 || response->status >= 500) failure.exit = ExitCode::kNotReachable;
    return std::unexpected(std::move(failure));
  }
  return {};
}

}  // namespace jeton::cli
