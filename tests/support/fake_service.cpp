#include "support/fake_service.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <stdexcept>

#include "base/strings.hpp"
#include "net/http_client.hpp"

namespace jeton::testing {

int http_status(const std::string& method, const std::string& url, const std::string& authorization,
                const std::string& sent, std::string* body) {
  net::CurlClient client({});
  net::HttpClient::Request request;
  request.method = method;
  request.url = url;
  request.authorization = base::Secret(authorization);
  request.body = sent;
  if (sent.starts_with("q=")) request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  auto answer = client.send(request);
  if (!answer) return 0;
  if (body != nullptr) *body = std::move(answer->body);
  return answer->status;
}

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base::base64_encode(base::as_bytes(fmt::format("{}:{}", user, password)));
}

FakeService::FakeService(const std::string& script) : folder_("fake"), port_(free_port()) {
  process_ = std::make_unique<ServerProcess>(
      ServerProcess::Wanted{.command = {"/usr/bin/python3", "-B", std::string(JETON_FAKES_FOLDER) + "/" + script,
                                        "--port", fmt::to_string(port_)},
                            .log = folder_ / "log",
                            .user = {},
                            .end_signal = SIGKILL},
      [this] { return listens(port_); });
}

std::string FakeService::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

base::json::Value FakeService::control(const std::string& wanted) {
  std::string body;
  const int status = http_status(wanted.empty() ? "GET" : "POST", url() + "/control", {}, wanted, &body);
  auto answer = base::json::parse(body);
  if (status != 200 || !answer)
    throw std::runtime_error(fmt::format("the fake does not do {}: {} {}", wanted, status, text_of(folder_ / "log")));
  return std::move(*answer);
}

base::json::Value FakeService::state() {
  return control({});
}

std::int64_t FakeService::count(const std::string& operation) {
  const base::json::Value now = state();
  const auto* counts = now.member("counts");
  const auto* one = counts == nullptr ? nullptr : counts->member(operation);
  return one == nullptr ? 0 : *one->as<std::int64_t>();
}

}  // namespace jeton::testing
