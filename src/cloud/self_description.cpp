#include "cloud/self_description.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::cloud {
namespace {

using base::json::Members;
using base::json::Raw;

constexpr std::string_view kFrameworkVersion = "5.2.0";

struct ServiceRow {
  std::string_view name;
  std::string_view base_path;
  bool unrestricted_discovery;
};
constexpr std::array<ServiceRow, 5> kServices = {{
    {"generalManagement", "/consumerauthorization/general/mgmt", false},
    {"authorizationManagement", "/consumerauthorization/authorization/mgmt", false},
    {"authorizationTokenManagement", "/consumerauthorization/authorization/mgmt/token", false},
    {"authorization", "/consumerauthorization/authorization", true},
    {"authorizationToken", "/consumerauthorization/authorization-token", true},
}};

struct SystemBody {
  Raw metadata{"{}"};
  std::string version;
  std::vector<std::string> addresses;
  Raw device_name{"null"};
};
BOOST_DESCRIBE_STRUCT(SystemBody, (), (metadata, version, addresses, device_name))

struct OperationBody {
  std::string path;
  std::string method;
};
BOOST_DESCRIBE_STRUCT(OperationBody, (), (path, method))

struct HttpProperties {
  std::vector<std::string> access_addresses;
  std::int64_t access_port = 0;
  std::string base_path;
  Members<OperationBody> operations;
};
BOOST_DESCRIBE_STRUCT(HttpProperties, (), (access_addresses, access_port, base_path, operations))

struct MqttProperties {
  std::vector<std::string> access_addresses;
  std::int64_t access_port = 0;
  std::string base_topic;
  std::vector<std::string> operations;
};
BOOST_DESCRIBE_STRUCT(MqttProperties, (), (access_addresses, access_port, base_topic, operations))

struct InterfaceBody {
  std::string template_name;
  std::string protocol;
  std::string policy;
  Raw properties;
};
BOOST_DESCRIBE_STRUCT(InterfaceBody, (), (template_name, protocol, policy, properties))

struct ServiceBody {
  std::string service_definition_name;
  std::string version;
  Raw expires_at{"null"};
  Raw metadata{"{}"};
  std::vector<InterfaceBody> interfaces;
};
BOOST_DESCRIBE_STRUCT(ServiceBody, (), (service_definition_name, version, expires_at, metadata, interfaces))

std::string policy_of(const SelfDescription& self) {
  return self.certificate_policy ? "CERT_AUTH" : "NONE";
}

InterfaceBody http_interface(const SelfDescription& self, const OfferedService& service) {
  HttpProperties properties{
      .access_addresses = {self.address}, .access_port = self.port, .base_path = service.base_path, .operations = {}};
  for (const OfferedOperation& operation : service.operations) {
    properties.operations.emplace_back(operation.operation, OperationBody{operation.path, operation.method});
  }
  return {.template_name = self.tls ? "generic_https" : "generic_http",
          .protocol = self.tls ? "https" : "http",
          .policy = policy_of(self),
          .properties = {base::json::write(properties)}};
}

InterfaceBody mqtt_interface(const SelfDescription& self, const Broker& broker, const OfferedService& service) {
  MqttProperties properties{.access_addresses = {broker.address},
                            .access_port = broker.port,
                            .base_topic = service.base_topic,
                            .operations = {}};
  for (const OfferedOperation& operation : service.operations) properties.operations.push_back(operation.operation);
  return {.template_name = broker.interface_template,
          .protocol = broker.tls ? "ssl" : "tcp",
          .policy = policy_of(self),
          .properties = {base::json::write(properties)}};
}

// Trimmed and in lower case, an IPv6 address as its eight groups in full (11.2).
std::string normalized_address(std::string_view address) {
  std::string normalized = base::to_lower(base::trim(address));
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, normalized.c_str(), bytes.data()) != 1) return normalized;
  normalized.clear();
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    fmt::format_to(std::back_inserter(normalized), "{}{:02x}{:02x}", i == 0 ? "" : ":", bytes[i], bytes[i + 1]);
  }
  return normalized;
}

// The path below `base_path`.
std::string registered_path(const OfferedOperation& route, std::string_view base_path) {
  std::string path = route.path.substr(base_path.size());
  const bool keeps_braces = route.service == "authorizationToken" && route.operation == "verify";
  if (!keeps_braces && path.ends_with('}')) path.erase(path.rfind("/{"));
  return path;
}

}  // namespace

std::vector<OfferedService> offered_services(std::span<const OfferedOperation> routes) {
  std::vector<OfferedService> out;
  for (const ServiceRow& row : kServices) {
    OfferedService& service = out.emplace_back(OfferedService{.name = std::string(row.name),
                                                              .base_path = std::string(row.base_path),
                                                              .base_topic = {},
                                                              .unrestricted_discovery = row.unrestricted_discovery,
                                                              .operations = {}});
    for (const OfferedOperation& route : routes) {
      if (route.service != row.name || !route.path.starts_with(row.base_path)) continue;
      OfferedOperation operation = route;
      operation.path = registered_path(route, row.base_path);
      service.base_topic = route.base_topic;
      service.operations.push_back(std::move(operation));
    }
  }
  return out;
}

std::string system_registration(const SelfDescription& self) {
  SystemBody body{.version = std::string(kFrameworkVersion), .addresses = {normalized_address(self.address)}};
  if (!self.public_key.empty()) {
    body.metadata.text = base::json::write(Members<std::string>{{"x509PublicKey", self.public_key}});
  }
  return base::json::write(body);
}

std::string service_registration(const SelfDescription& self, const OfferedService& service) {
  ServiceBody body{.service_definition_name = service.name,
                   .version = std::string(kServiceVersion),
                   .interfaces = {http_interface(self, service)}};
  if (service.unrestricted_discovery) body.metadata.text = R"({"unrestrictedDiscovery":true})";
  if (self.broker) body.interfaces.push_back(mqtt_interface(self, *self.broker, service));
  return base::json::write(body);
}

}  // namespace jeton::cloud
