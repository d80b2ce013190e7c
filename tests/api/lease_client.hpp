// The leases feature behind its routes, over a scripted provider.
#pragma once
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/http/lease_message_routes.hpp"
#include "api/http/lease_routes.hpp"
#include "api/leases/dialect.hpp"
#include "api_client.hpp"
#include "base/json/types.hpp"
#include "leases/lease_world.hpp"

namespace jeton::api::testing {

/// Metadata that is known only to who waits for it.
class MetadataAfterAsking final : public authorization::ConsumerMetadata {
 public:
  std::optional<Found> at_hand(std::string_view) override { return std::nullopt; }
  Found fetch(std::string_view) override {
    return std::make_shared<const base::json::Value>(base::json::parse(R"({"plant":"7"})").value());
  }
};

/// Everybody may lease from the provider influx without a role; systems with the metadata plant = 7 in the role
/// plant-7. Only Sysop is an operator.
struct LeaseClient {
  explicit LeaseClient(std::string anonymous_owner = {}, std::size_t creates_a_second = 0,
                       const identity::ManagementSettings& management = {},
                       jeton::leases::testing::World::Options options = {})
      : world(std::move(options)), create_rate(creates_a_second), managers(management, "Jeton", names, authorizer) {
    model::PolicySet set;
    set.target = {.cloud = std::string(model::kLocalCloud),
                  .provider = "Jeton",
                  .target_type = model::TargetType::kServiceDefinition,
                  .target = "leaseInflux"};
    set.scoped.push_back(
        {"plant-7", {.type = model::PolicyType::kSystemMetadata, .systems = {}, .requirement = R"({"plant":"7"})"}});
    set.scoped.push_back({"closed", {.type = model::PolicyType::kWhitelist, .systems = {}, .requirement = {}}});
    policies.put(std::move(set));
    dialect = std::make_unique<leases::Dialect>(
        leases::Dialect::Parts{.admission = admission, .limit_rate = limit_rate, .anonymous_owner = anonymous_owner});
    router.own("/leases", *dialect);
    operations = std::make_shared<http::LeaseOperations>(http::LeaseParts{.names = names,
                                                                          .management = managers,
                                                                          .access = access,
                                                                          .instances = world.instances,
                                                                          .time = world.time,
                                                                          .create = world.create_lease,
                                                                          .get = world.get_lease,
                                                                          .list = world.list_leases,
                                                                          .figures = figures,
                                                                          .renew = world.renew_lease,
                                                                          .revoke = world.revoke_lease,
                                                                          .revoke_many = world.revoke_leases,
                                                                          .abandon = world.abandon_lease,
                                                                          .release = world.release_leases,
                                                                          .create_rate = create_rate,
                                                                          .workers = workers,
                                                                          .askers = askers,
                                                                          .clock = world.clock,
                                                                          .anonymous_owner = anonymous_owner});
    http::add_lease_message_routes(router, operations);
    http::add_lease_routes(router, operations);
    client = std::make_unique<ApiClient>(router, admission, world.clock);
  }

  // An answer is counted after it was sent: whoever answers ends before the pipeline does.
  ~LeaseClient() {
    askers.stop();
    workers.stop();
    world.instances.stop();
    world.store->stop();
  }

  Reply get(std::string_view path, std::string_view caller = "Press") { return client->ask("GET", path, {}, caller); }
  Reply remove(std::string_view path, std::string_view caller = "Press") {
    return client->ask("DELETE", path, {}, caller);
  }
  Reply post(std::string_view path, std::string_view body, std::string_view caller = "Press") {
    return client->post(path, body, caller);
  }
  /// With the media types of one's own.
  Reply ask_as(std::string_view method, std::string_view path, std::string_view header, std::string_view body = {},
               std::string_view caller = "Press") {
    return client->ask_with(method, path, fmt::format("Authorization: Bearer SYSTEM//{}\r\n{}", caller, header), body);
  }
  Reply message(std::string_view body, std::string_view caller = "Press") {
    return post("/leases/messages", body, caller);
  }
  /// The provider's id of a fresh lease.
  std::string create(std::string_view body = "{}", std::string_view caller = "Press") {
    const Reply made = post("/leases", body, caller);
    EXPECT_EQ(made.status, 201) << made.body;
    return ApiClient::member(made, "id");
  }
  static base::json::Value json(const Reply& reply) { return base::json::parse(reply.body).value(); }

  jeton::leases::testing::World world;
  jeton::leases::LeaseFigures figures{*world.store, world.instances, world.time};
  model::Normalizer names{model::NormalizationMode::kExtended};
  authorization::PolicyIndex policies;
  MetadataAfterAsking metadata;
  authorization::Authorizer authorizer{policies, metadata};
  jeton::leases::LeaseAccess access{"Jeton", names, authorizer};
  http::middleware::LimitRate create_rate;
  http::middleware::LimitRate limit_rate{0};
  identity::ManagementAccess managers;
  identity::DeclaredAuthenticator authenticator{names};
  identity::NoBlacklist blacklist;
  identity::Admission admission{authenticator, blacklist, managers};
  base::WorkerPool workers{1, 64};
  base::WorkerPool askers{1, 64};
  std::unique_ptr<leases::Dialect> dialect;
  std::shared_ptr<const http::LeaseOperations> operations;
  http::Router router;
  std::unique_ptr<ApiClient> client;  // made when all routes are there
};

}  // namespace jeton::api::testing
