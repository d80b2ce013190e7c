// Statements of InfluxQL about users, and what InfluxDB 1 answers to them (token-lease 3.9). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http_client.hpp"

namespace jeton::leases::influxdb1 {

/// A privilege on a database.
struct Grant {
  std::string privilege;  ///< READ, WRITE or ALL
  std::string database;
};
/// "READ ON plant, WRITE ON raw"; without ON it is about `database`. kInvalid, saying what is wrong.
base::Result<std::vector<Grant>> read_grants(std::string_view text, std::string_view database);

std::string create_user(std::string_view name, std::string_view password);
std::string grant(const Grant& grant, std::string_view name);
std::string drop_user(std::string_view name);
/// Tells whether there is a user, without listing all.
std::string show_grants(std::string_view name);

/// What became of one statement.
struct StatementResult {
  std::string error;               ///< empty: it was executed
  std::vector<std::string> users;  ///< of SHOW USERS
};
/// Of as many statements as were sent; nullopt when it is no such answer.
std::optional<std::vector<StatementResult>> read_results(std::string_view body, std::size_t statements);

/// A failed statement is answered with status 200 and no code: only its text tells these cases.
bool is_missing_user(std::string_view error);
bool is_not_executed(std::string_view error);

/// What the service itself says in an answer that is not about statements.
std::optional<std::string> read_error(const net::HttpClient::Response& answer);

}  // namespace jeton::leases::influxdb1
