#include "leases/providers/influxdb1/statements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/reader.hpp"
#include "base/strings.hpp"

namespace jeton::leases::influxdb1 {
namespace {

using base::json::Value;

struct Series {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> values;
};
BOOST_DESCRIBE_STRUCT(Series, (), (columns, values))

struct OneResult {
  std::string error;
  std::vector<Series> series;
};
BOOST_DESCRIBE_STRUCT(OneResult, (), (error, series))

struct QueryAnswer {
  std::optional<std::vector<OneResult>> results;
};
BOOST_DESCRIBE_STRUCT(QueryAnswer, (), (results))

struct ErrorAnswer {
  std::string error;
};
BOOST_DESCRIBE_STRUCT(ErrorAnswer, (), (error))

constexpr std::string_view kNotExecuted = "not executed";

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += quote;
  return out;
}
std::string identifier(std::string_view name) {
  return quoted(name, '"');
}

std::vector<std::string> users_of(const OneResult& result) {
  std::vector<std::string> out;
  for (const Series& series : result.series) {
    const auto column = std::ranges::find(series.columns, "user");
    if (column == series.columns.end()) continue;
    const auto at = static_cast<std::size_t>(column - series.columns.begin());
    for (const auto& row : series.values) {
      if (at < row.size() && row[at].as<std::string>() != nullptr) out.push_back(*row[at].as<std::string>());
    }
  }
  return out;
}

base::Result<Grant> read_grant(std::string_view text, std::string_view database) {
  text = base::trim(text);
  const std::size_t blank = text.find(' ');
  Grant grant{.privilege = base::to_upper(text.substr(0, blank)), .database = std::string(database)};
  if (grant.privilege != "READ" && grant.privilege != "WRITE" && grant.privilege != "ALL") {
    return base::failure(base::invalid(fmt::format(
        "{} is no privilege; expected READ, WRITE or ALL, and ON <database> behind it", base::shown(grant.privilege))));
  }
  if (blank != std::string_view::npos) {
    const std::string_view rest = base::trim(text.substr(blank));
    const std::string_view name = rest.size() > 3 ? base::trim(rest.substr(3)) : std::string_view();
    if (!base::equals_ignoring_case(rest.substr(0, 3), "on ") || name.empty())
      return base::failure(base::invalid("expected ON <database> behind the privilege"));
    grant.database = name;
  }
  if (grant.database.empty())
    return base::failure(base::invalid("it names no database, and the setting \"database\" is not set"));
  return grant;
}

}  // namespace

base::Result<std::vector<Grant>> read_grants(std::string_view text, std::string_view database) {
  std::vector<Grant> out;
  for (const std::string_view part : base::split(text, ',')) {
    auto one = read_grant(part, database);
    if (!one) return base::failure(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

std::string create_user(std::string_view name, std::string_view password) {
  return fmt::format("CREATE USER {} WITH PASSWORD {}", identifier(name), quoted(password, '\''));
}

std::string grant(const Grant& grant, std::string_view name) {
  return fmt::format("GRANT {} ON {} TO {}", grant.privilege, identifier(grant.database), identifier(name));
}

std::string drop_user(std::string_view name) {
  return "DROP USER " + identifier(name);
}

std::string show_grants(std::string_view name) {
  return "SHOW GRANTS FOR " + identifier(name);
}

std::optional<std::vector<StatementResult>> read_results(std::string_view body, std::size_t statements) {
  const auto answer = base::json::read_unpadded<QueryAnswer>(body);
  if (!answer || !answer->results || answer->results->empty() || answer->results->size() > statements)
    return std::nullopt;
  std::vector<StatementResult> out;
  out.reserve(statements);
  for (const OneResult& result : *answer->results) out.push_back({.error = result.error, .users = users_of(result)});
  out.resize(statements, {.error = std::string(kNotExecuted), .users = {}});
  return out;
}

bool is_missing_user(std::string_view error) {
  return error == "user not found";
}

bool is_not_executed(std::string_view error) {
  return error == kNotExecuted;
}

std::optional<std::string> read_error(const net::HttpClient::Response& answer) {
  auto error = base::json::read_unpadded<ErrorAnswer>(answer.body);
  if (!error || error->error.empty()) return std::nullopt;
  return std::move(error->error);
}

}  // namespace jeton::leases::influxdb1
