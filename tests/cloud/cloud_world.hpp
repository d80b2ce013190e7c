// A local cloud without a network: answers by method and address, on a manual clock. A fake of the other systems.
#pragma once
#include <fmt/format.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/discovery.hpp"
#include "cloud/neighbours.hpp"

namespace jeton::cloud::testing {

inline constexpr const char* kLookup = "POST http://sr:8443/serviceregistry/service-discovery/lookup?verbose=false";

class Wire final : public net::HttpClient {
 public:
  using Answer = std::function<base::Result<Response>(const Request&)>;

  base::Result<Response> send(const Request& request) override {
    sent.push_back(request);
    const auto found = answers.find(fmt::format("{} {}", request.method, request.url));
    if (found == answers.end()) return answered(404, R"({"exceptionType":"DATA_NOT_FOUND","errorMessage":"none"})");
    return found->second(request);
  }
  base::Result<Response> stream(const Request& request, const OnBytes& /*on_bytes*/) override { return send(request); }

  static base::Result<Response> answered(int status, std::string body) {
    return Response{.status = status, .headers = {}, .body = std::move(body)};
  }
  void answer(const std::string& what, int status, std::string body) {
    answers[what] = [status, body = std::move(body)](const Request&) { return answered(status, body); };
  }
  void fail(const std::string& what, base::ErrorCode code) {
    answers[what] = [code](const Request&) -> base::Result<Response> {
      return base::failure(base::Error{code, "it is away", {}});
    };
  }
  std::size_t count(std::string_view part) const {
    std::size_t found = 0;
    for (const Request& request : sent) {
      if (fmt::format("{} {}", request.method, request.url).find(part) != std::string::npos) ++found;
    }
    return found;
  }

  std::map<std::string, Answer> answers;
  std::vector<Request> sent;
};

/// What a look-up brings for one service.
inline std::string entry(std::string_view provider, std::string_view host, std::string_view base_path,
                         std::string_view operations) {
  return fmt::format(
      R"({{"entries":[{{"provider":{{"name":"{}"}},"interfaces":[{{"templateName":"generic_mqtt","properties":{{"operations":["x"]}}}},)"
      R"({{"templateName":"generic_http","protocol":"http","policy":"NONE","properties":{{"accessAddresses":["{}"],)"
      R"("accessPort":8443,"basePath":"{}","operations":{}}}}}]}}],"count":1}})",
      provider, host, base_path, operations);
}

struct World {
  explicit World(OutgoingCredentials::Policy policy = OutgoingCredentials::Policy::kDeclared,
                 Discovery::Settings settings = {.registry = "http://sr:8443", .fixed = {}})
      : credentials(policy, "ConsumerAuthorization"), discovery(std::move(settings), exchange, clock) {}

  // One registry that offers both of its services at the place where the look-up is.
  void offer_registry() {
    wire.answers[kLookup] = [](const net::HttpClient::Request& request) {
      const bool systems = request.body.find("systemDiscovery") != std::string::npos;
      const bool services = request.body.find("serviceDiscovery") != std::string::npos;
      if (!systems && !services) return Wire::answered(200, R"({"entries":[],"count":0})");
      return Wire::answered(
          200, entry("ServiceRegistry", "sr",
                     systems ? "/serviceregistry/system-discovery" : "/serviceregistry/service-discovery",
                     R"({"register":{"path":"/register","method":"POST"},"lookup":{"path":"/lookup","method":"POST"},)"
                     R"("revoke":{"path":"/revoke","method":"DELETE"}})"));
    };
  }

  base::ManualClock clock;
  Wire wire;
  net::HttpCaller caller{{.client = wire,
                          .clock = clock,
                          .wait =
                              [this](base::Duration duration, const std::stop_token&) {
                                clock.advance(duration);
                                return true;
                              },
                          .random = [] { return 0.5; }},
                         {.breaker = {.failures_to_open = 1'000}}};
  OutgoingCredentials credentials;
  Exchange exchange{caller, credentials};
  Discovery discovery;
  Neighbours neighbours{discovery, exchange};
};

}  // namespace jeton::cloud::testing
