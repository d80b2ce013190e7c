// What InfluxDB 2 answers about authorizations (token-lease 3.2 to 3.5). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "net/http_client.hpp"

namespace jeton::leases::influxdb {

/// 16 lower-case hexadecimal digits.
bool is_id(std::string_view text);

/// A token just made. Its secret is in this answer and in no later one that can be relied on.
struct Made {
  std::string id;
  base::Secret token;
  std::string created_at;  ///< as the service wrote it
};
/// nullopt unless it has an id and a token.
std::optional<Made> read_made(std::string_view body);

struct Listed {
  std::string id;
  std::string description;
};
/// Those with an id and a description; whatever else stands in the list is somebody else's. nullopt when it is no list.
std::optional<std::vector<Listed>> read_list(std::string_view body);
std::optional<Listed> read_one(std::string_view body);

/// What the service itself says about an error; nullopt when somebody else answered, or it does not know the path.
std::optional<std::string> read_error(const net::HttpClient::Response& answer);
/// Whether the service itself says that there is no such authorization.
bool is_absent(const net::HttpClient::Response& answer);

}  // namespace jeton::leases::influxdb
