// Tell a story as clients do: over HTTP, and over MQTT with a stand-in for the broker's client.
#include "api/api_client.hpp"
#include "api/fake_mqtt_client.hpp"
#include "api/http/authorization_management_routes.hpp"
#include "api/http/authorization_routes.hpp"
#include "api/http/token_management_routes.hpp"
#include "api/http/token_routes.hpp"
#include "api/mqtt/server.hpp"
#include "base/json/types.hpp"
#include "base/json/writer.hpp"
#include "scenarios/payloads.hpp"
#include "scenarios/world.hpp"

namespace jeton::scenarios {
namespace {

namespace json = base::json;

struct Reply {
  int status = 0;
  json::Value body;  ///< null: none
};

/// A request as both transports know it: the one text that HTTP has in the path, or a JSON payload.
struct Request {
  std::string service;
  std::string operation;
  std::string method;
  std::string path;
  std::string text;     ///< of the path, not encoded; empty: none
  std::string payload;  ///< JSON; empty: none
};

class WireSpeaker : public Speaker {
 public:
  base::ManualClock& clock() override { return world_.clock; }

  std::string grant(const std::string& caller, const Grant& grant) override {
    std::string payload;
    json::append(payload, static_cast<const api::arrowhead::GrantRequest&>(grant_request(grant)));
    const Reply reply = ask(caller, authorization("grant", "POST", "/grant", {}, payload));
    if (reply.status == 201) return "created";
    return reply.status == 200 ? "unchanged" : outcome_of_status(reply.status);
  }
  std::string revoke(const std::string& caller, const std::string& target) override {
    const std::string id = fmt::format("PR|LOCAL|{}|SERVICE_DEF|{}", caller, target);
    const Reply reply = ask(caller, authorization("revoke", "DELETE", "/revoke/", id, {}));
    return reply.status == 200 || reply.status == 204 ? "done" : outcome_of_status(reply.status);
  }
  std::string look_up(const std::string& caller, const std::string& target) override {
    const std::string payload = fmt::format(R"({{"targetNames":["{}"],"targetType":"SERVICE_DEF"}})", target);
    return count(ask(caller, authorization("lookup", "POST", "/lookup", {}, payload)));
  }
  std::string may_use(const std::string& caller, const Use& use) override {
    std::string payload =
        fmt::format(R"({{"provider":"{}","targetType":"service_def","target":"{}")", use.provider, use.target);
    if (!use.scope.empty()) payload += fmt::format(R"(,"scope":"{}")", use.scope);
    const Reply reply = ask(caller, authorization("verify", "POST", "/verify", {}, payload + "}"));
    if (reply.status != 200) return outcome_of_status(reply.status);
    return is_true(&reply.body) ? "yes" : "no";
  }
  Token generate(const std::string& caller, const std::string& variant, const Use& use) override {
    const std::string payload =
        fmt::format(R"({{"tokenVariant":"{}","provider":"{}","target":"{}"}})", variant, use.provider, use.target);
    const Reply reply = ask(caller, token("generate", "POST", "/generate", {}, payload));
    if (reply.status != 201) return {.text = {}, .outcome = outcome_of_status(reply.status)};
    return {.text = text_of(reply.body, "token"), .outcome = "issued"};
  }
  std::string verify(const std::string& caller, const std::string& text) override {
    const Reply reply = ask(caller, token("verify", "GET", "/token/verify/", text, {}));
    if (reply.status != 200) return outcome_of_status(reply.status);
    if (!is_true(reply.body.member("verified"))) return "not good";
    return fmt::format("good {} {}", text_of(reply.body, "consumer"), text_of(reply.body, "target"));
  }
  std::string register_key(const std::string& caller, const std::string& key) override {
    const std::string payload = fmt::format(R"({{"key":"{}"}})", key);
    const Reply reply = ask(caller, token("register-encryption-key", "POST", "/encryption-key", {}, payload));
    return reply.status == 201 ? "created" : outcome_of_status(reply.status);
  }
  std::string unregister_key(const std::string& caller) override {
    const Reply reply = ask(caller, token("unregister-encryption-key", "DELETE", "/encryption-key", {}, {}));
    if (reply.status == 200) return "done";
    return reply.status == 204 ? "nothing" : outcome_of_status(reply.status);
  }
  std::string dictate(const std::string& caller, const Grant& grant) override {
    std::string payload = R"({"list":[)";
    json::append(payload, grant_request(grant));
    const Reply reply = ask(caller, management("grant-policies", "/grant", payload + "]}"));
    return reply.status == 201 ? "created" : outcome_of_status(reply.status);
  }
  std::string count_policies(const std::string& caller, const std::string& provider) override {
    const std::string payload = fmt::format(R"({{"level":"PROVIDER","providers":["{}"]}})", provider);
    return count(ask(caller, management("query-policies", "/query", payload)));
  }

 protected:
  WireSpeaker() {
    using namespace api::http;
    add_authorization_routes(router_, {.names = world_.names,
                                       .authorizer = world_.authorizer,
                                       .grant_policy = world_.grant_policy,
                                       .revoke_policy = world_.revoke_policy,
                                       .query_policies = world_.query_policies,
                                       .workers = world_.workers,
                                       .askers = world_.askers,
                                       .clock = world_.clock});
    add_authorization_management_routes(router_, {.names = world_.names,
                                                  .grant_policies = world_.grant_policies,
                                                  .revoke_policies = revoke_policies_,
                                                  .query_policies = world_.query_policies,
                                                  .check_policies = check_policies_,
                                                  .workers = world_.workers,
                                                  .askers = world_.askers,
                                                  .clock = world_.clock,
                                                  .page_size_max = 100});
    add_token_routes(router_, {.names = world_.names,
                               .generate_token = world_.generate_token,
                               .verify_token = world_.verify_token,
                               .register_encryption_keys = world_.register_encryption_keys,
                               .remove_encryption_keys = world_.remove_encryption_keys,
                               .signing_key = nullptr,
                               .clock = world_.clock});
  }

  virtual Reply ask(const std::string& caller, const Request& request) = 0;

  static json::Value parsed(std::string_view body) {
    return body.empty() ? json::Value{} : json::parse(body).value_or(json::Value{});
  }

  World world_;
  api::http::Router router_;

 private:
  static Request authorization(std::string operation, std::string method, std::string path, std::string text,
                               std::string payload) {
    return {"authorization", std::move(operation), std::move(method), "/consumerauthorization/authorization" + path,
            std::move(text), std::move(payload)};
  }
  static Request token(std::string operation, std::string method, std::string path, std::string text,
                       std::string payload) {
    return {"authorizationToken", std::move(operation),
            std::move(method),    "/consumerauthorization/authorization-token" + path,
            std::move(text),      std::move(payload)};
  }
  static Request management(std::string operation, std::string path, std::string payload) {
    return {
        "authorizationManagement", std::move(operation), "POST", "/consumerauthorization/authorization/mgmt" + path, {},
        std::move(payload)};
  }
  static bool is_true(const json::Value* value) {
    const bool* const known = value == nullptr ? nullptr : value->as<bool>();
    return known != nullptr && *known;
  }
  static std::string text_of(const json::Value& object, std::string_view member) {
    const json::Value* const found = object.member(member);
    const std::string* const text = found == nullptr ? nullptr : found->as<std::string>();
    return text == nullptr ? std::string{} : *text;
  }
  static std::string count(const Reply& reply) {
    if (reply.status != 200) return outcome_of_status(reply.status);
    const json::Value* const found = reply.body.member("count");
    const std::int64_t* const number = found == nullptr ? nullptr : found->as<std::int64_t>();
    return number == nullptr ? "no count" : std::to_string(*number);
  }

  const authorization::RevokePolicies revoke_policies_{*world_.store};
  const authorization::CheckPolicies check_policies_{world_.authorizer};
};

class HttpSpeaker final : public WireSpeaker {
 public:
  ~HttpSpeaker() override { world_.end(); }

 private:
  Reply ask(const std::string& caller, const Request& request) override {
    const auto reply =
        client_.ask(request.method, request.path + base::percent_encode(request.text), request.payload, caller);
    return {reply.status, parsed(reply.body)};
  }

  api::testing::ApiClient client_{router_, world_.admission, world_.clock};
};

class MqttSpeaker final : public WireSpeaker {
 public:
  MqttSpeaker() { server_.answer_through(client_); }
  ~MqttSpeaker() override {
    server_.finish(std::chrono::seconds{60});
    world_.end();
  }

 private:
  Reply ask(const std::string& caller, const Request& request) override {
    std::string envelope =
        fmt::format(R"({{"authentication":"SYSTEM//{}","responseTopic":"replies","qosRequirement":1)", caller);
    std::string payload = request.payload;
    if (!request.text.empty()) json::append_text(payload, request.text);
    if (!payload.empty()) envelope += R"(,"payload":)" + payload;
    const std::string topic = std::string(api::mqtt::base_topic(request.service)) + request.operation;
    server_.receive({.topic = topic, .payload = envelope + "}"});
    const json::Value reply = parsed(client_.next().payload);
    const auto* const status = reply.member("status")->as<std::int64_t>();
    return {static_cast<int>(*status), *reply.member("payload")};
  }
  api::testing::FakeMqttClient client_;
  api::http::middleware::LimitRate limit_rate_{0};
  api::mqtt::Server server_{{.router = router_,
                             .admission = world_.admission,
                             .limit_rate = limit_rate_,
                             .clock = world_.clock,
                             .askers = world_.askers,
                             .payload_bytes_max = 100'000}};
};

}  // namespace

std::unique_ptr<Speaker> make_http_speaker() {
  return std::make_unique<HttpSpeaker>();
}

std::unique_ptr<Speaker> make_mqtt_speaker() {
  return std::make_unique<MqttSpeaker>();
}

}  // namespace jeton::scenarios
