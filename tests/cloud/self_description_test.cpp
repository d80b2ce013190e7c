// arrowhead-authorization 11.2, 11.3; arrowhead-mqtt 15.
#include "cloud/self_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jeton::cloud {
namespace {

const std::vector<OfferedOperation> kRoutes = {
    {"authorizationToken", "generate", "POST", "/consumerauthorization/authorization-token/generate", "a/token/"},
    {"authorizationToken", "verify", "GET", "/consumerauthorization/authorization-token/token/verify/{token}",
     "a/token/"},
    {"authorization", "revoke", "DELETE", "/consumerauthorization/authorization/revoke/{instanceId}",
     "a/authorization/"},
    {"monitor", "echo", "GET", "/consumerauthorization/monitor/echo", ""},
    {"queues", "next", "GET", "/queue/next", ""},
};

TEST(SelfDescription, TheFiveServicesStandInTheirOrderWithTheirRoutes) {
  const auto services = offered_services(kRoutes);
  std::vector<std::string> names;
  for (const OfferedService& service : services) names.push_back(service.name);
  EXPECT_EQ(names, (std::vector<std::string>{"generalManagement", "authorizationManagement",
                                             "authorizationTokenManagement", "authorization", "authorizationToken"}));
  ASSERT_EQ(services[3].operations.size(), 1U);
  EXPECT_EQ(services[3].operations[0].path, "/revoke") << "callers append the parameter";
  ASSERT_EQ(services[4].operations.size(), 2U);
  EXPECT_EQ(services[4].operations[1].path, "/token/verify/{token}") << "braces literal (11.3)";
}

TEST(SelfDescription, TheSystemWithAndWithoutTls) {
  EXPECT_EQ(system_registration({.address = " 192.0.2.10 "}),
            R"({"metadata":{},"version":"5.2.0","addresses":["192.0.2.10"],"deviceName":null})");
  EXPECT_EQ(
      system_registration({.address = "Auth.Example", .tls = true, .public_key = "TUlJQg=="}),
      R"({"metadata":{"x509PublicKey":"TUlJQg=="},"version":"5.2.0","addresses":["auth.example"],"deviceName":null})");
}

TEST(SelfDescription, AnIpv6AddressIsToldInFullOfTheSystemAndAsItIsOfItsServices) {
  const auto addresses_of = [](std::string address) {
    const std::string body = system_registration({.address = std::move(address)});
    const std::size_t begin = body.find(R"("addresses":)") + 12;
    return body.substr(begin, body.find(']') + 1 - begin);
  };
  EXPECT_EQ(addresses_of(" 2001:DB8::8A:1 "), R"(["2001:0db8:0000:0000:0000:0000:008a:0001"])");
  EXPECT_EQ(addresses_of("::1"), R"(["0000:0000:0000:0000:0000:0000:0000:0001"])");
  EXPECT_EQ(addresses_of("::ffff:192.0.2.10"), R"(["0000:0000:0000:0000:0000:ffff:c000:020a"])");
  EXPECT_EQ(addresses_of("fe80::1%eth0"), R"(["fe80::1%eth0"])") << "no address that others reach";
  const auto services = offered_services(kRoutes);
  EXPECT_THAT(service_registration({.address = "2001:DB8::1", .port = 1}, services[3]),
              ::testing::HasSubstr(R"("accessAddresses":["2001:DB8::1"])"));
}

TEST(SelfDescription, AServiceOverHttpAlone) {
  const auto services = offered_services(kRoutes);
  EXPECT_EQ(
      service_registration({.address = "192.0.2.10", .port = 8445}, services[3]),
      R"({"serviceDefinitionName":"authorization","version":"1.0.0","expiresAt":null,)"
      R"("metadata":{"unrestrictedDiscovery":true},"interfaces":[{"templateName":"generic_http","protocol":"http",)"
      R"("policy":"NONE","properties":{"accessAddresses":["192.0.2.10"],"accessPort":8445,)"
      R"("basePath":"/consumerauthorization/authorization","operations":{"revoke":{"path":"/revoke",)"
      R"("method":"DELETE"}}}}]})");
}

TEST(SelfDescription, AServiceOverHttpsAndMqttsAsInTheExampleOf15) {
  const auto services = offered_services(kRoutes);
  const SelfDescription self{
      .address = "192.0.2.10",
      .port = 8445,
      .tls = true,
      .certificate_policy = true,
      .public_key = "k",
      .broker =
          Broker{.address = "broker.plant.example", .port = 8883, .tls = true, .interface_template = "generic_mqtts"}};
  EXPECT_EQ(
      service_registration(self, services[4]),
      R"({"serviceDefinitionName":"authorizationToken","version":"1.0.0","expiresAt":null,)"
      R"("metadata":{"unrestrictedDiscovery":true},"interfaces":[{"templateName":"generic_https","protocol":"https",)"
      R"("policy":"CERT_AUTH","properties":{"accessAddresses":["192.0.2.10"],"accessPort":8445,)"
      R"("basePath":"/consumerauthorization/authorization-token","operations":{"generate":{"path":"/generate",)"
      R"("method":"POST"},"verify":{"path":"/token/verify/{token}","method":"GET"}}}},)"
      R"({"templateName":"generic_mqtts","protocol":"ssl","policy":"CERT_AUTH","properties":)"
      R"({"accessAddresses":["broker.plant.example"],"accessPort":8883,"baseTopic":"a/token/","operations":["generate","verify"]}}]})");
}

TEST(SelfDescription, PlainMqttAtTheTopicsOfTheOperations) {
  const auto services = offered_services(kRoutes);
  const SelfDescription self{
      .address = "a",
      .port = 1,
      .broker = Broker{.address = "127.0.0.1", .port = 1883, .tls = false, .interface_template = "generic_mqtt"}};
  const std::string body = service_registration(self, services[3]);
  EXPECT_THAT(body, ::testing::HasSubstr(R"({"templateName":"generic_mqtt","protocol":"tcp","policy":"NONE",)"));
  EXPECT_THAT(body, ::testing::HasSubstr(R"("baseTopic":"a/authorization/","operations":["revoke"])"));
}

}  // namespace
}  // namespace jeton::cloud
