// What this server tells the ServiceRegistry about itself (arrowhead-authorization 11.2, 11.3, arrowhead-mqtt 15).
// Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jeton::cloud {

/// Of every service of the contract.
inline constexpr std::string_view kServiceVersion = "1.0.0";

/// One operation as the table of routes has it.
struct OfferedOperation {
  std::string service;
  std::string operation;
  std::string method;
  std::string path;        ///< the whole, `{name}` standing for a parameter
  std::string base_topic;  ///< of its service over MQTT, with the `/` at its end; empty: it has none
};

/// A service of the contract with what the routes offer of it.
struct OfferedService {
  std::string name;
  std::string base_path;
  std::string base_topic;  ///< that of its operations
  bool unrestricted_discovery = false;
  std::vector<OfferedOperation> operations;  ///< their paths below the base path
};

struct Broker {
  std::string address;
  std::uint16_t port = 0;
  bool tls = false;
  std::string interface_template;  ///< under which what is offered through it is found (arrowhead-mqtt 2)
};

struct SelfDescription {
  std::string address;  ///< `arrowhead.domain-name`, as it is; IPv6 without brackets
  std::uint16_t port = 0;
  bool tls = false;
  bool certificate_policy = false;  ///< whether callers show who they are by certificate
  std::string public_key;           ///< base64 of the SubjectPublicKeyInfo; empty: without TLS
  std::optional<Broker> broker;     ///< set when the operations are offered over MQTT as well
};

/// The five services of the contract in the order in which they are registered, each with the routes that it has. A
/// path parameter at the end is left out, as callers append it, but for the one path that is registered with its
/// braces (11.3).
std::vector<OfferedService> offered_services(std::span<const OfferedOperation> routes);

/// Bodies of `register`, of the system and of one of its services.
std::string system_registration(const SelfDescription& self);
std::string service_registration(const SelfDescription& self, const OfferedService& service);

}  // namespace jeton::cloud
