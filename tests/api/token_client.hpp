// The tokens feature behind its routes.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "api/http/token_management_routes.hpp"
#include "api/http/token_routes.hpp"
#include "api_client.hpp"
#include "base/time_text.hpp"
#include "tokens/token_world.hpp"

namespace jeton::api::testing {

inline const std::string kTokens = "/consumerauthorization/authorization-token";
inline const std::string kTokenManagement = "/consumerauthorization/authorization/mgmt/token";

struct TokenClient {
  explicit TokenClient(tokens::Settings settings = tokens::testing::default_settings(),
                       const crypto::SigningKey* key = nullptr)
      : world(std::move(settings), key) {
    world.clock.set_wall(base::parse_instant("2031-03-04T05:01:07.000123456Z").value());
    http::add_token_routes(router, {.names = world.names,
                                    .generate_token = world.generate_token,
                                    .verify_token = world.verify_token,
                                    .register_encryption_keys = world.register_encryption_keys,
                                    .remove_encryption_keys = world.remove_encryption_keys,
                                    .signing_key = key,
                                    .clock = world.clock});
    http::add_token_management_routes(router, {.names = world.names,
                                               .generate_tokens = world.generate_tokens,
                                               .query_tokens = world.query_tokens,
                                               .revoke_tokens = world.revoke_tokens,
                                               .register_encryption_keys = world.register_encryption_keys,
                                               .remove_encryption_keys = world.remove_encryption_keys,
                                               .workers = world.workers,
                                               .clock = world.clock,
                                               .page_size_max = 100});
    client = std::make_unique<ApiClient>(router, world.names, world.clock);
  }

  // An answer is counted after it was sent: whoever answers ends before the pipeline does.
  ~TokenClient() {
    world.workers.stop();
    world.store->stop();
  }

  Reply get(const std::string& path, std::string_view caller = "PumpStation") {
    return client->ask("GET", path, {}, caller);
  }
  Reply remove(const std::string& path, std::string_view caller = "PumpStation") {
    return client->ask("DELETE", path, {}, caller);
  }
  Reply post(const std::string& path, std::string_view body, std::string_view caller = "PumpStation") {
    return client->post(path, body, caller);
  }
  /// A fresh token of FlowReader for flowRate of PumpStation.
  std::string generate(std::string_view variant = "TIME_LIMITED_TOKEN_AUTH", std::string_view more = "") {
    const Reply reply =
        post(kTokens + "/generate",
             fmt::format(R"({{"tokenVariant":"{}","provider":"PumpStation","target":"flowRate"{}}})", variant, more),
             "FlowReader");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return ApiClient::member(reply, "token");
  }
  Reply verify(std::string_view token, std::string_view caller = "PumpStation") {
    return get(fmt::format("{}/token/verify/{}", kTokens, token), caller);
  }

  tokens::testing::World world;
  http::Router router;
  std::unique_ptr<ApiClient> client;  // made when all routes are there
};

}  // namespace jeton::api::testing
