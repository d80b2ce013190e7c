// Where a service of the local cloud is, and how its operations are called. Pure.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::cloud {

struct Operation {
  std::string name;
  std::string method;
  std::string path;  ///< below the base path

  bool operator==(const Operation&) const = default;
};

struct Place {
  std::string provider;  ///< the system's name; empty: not told
  std::string origin;    ///< "https://host:8443"
  std::string base_path;
  std::vector<Operation> operations;

  bool operator==(const Place&) const = default;

  /// kNotFound when the service has no such operation.
  base::Result<Operation> operation(std::string_view name) const;
  /// The address of an operation; `arguments` become further segments of its path, percent-encoded.
  std::string url(const Operation& operation, std::span<const std::string_view> arguments,
                  std::string_view query) const;
};

/// Of the `properties` of a generic_http or generic_https interface (arrowhead-authorization 11.3, 11.4): the first
/// address, the port, the base path and the operations. kExternalFault says what is missing or wrong.
base::Result<Place> place_of(std::string_view scheme, std::string provider, const base::json::Value& properties);

/// Where the reference installation of the Authentication system has its service `identity` (9.4, 11.6, 11.7).
Place identity_place(std::string origin);

}  // namespace jeton::cloud
