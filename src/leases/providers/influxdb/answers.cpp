#include "leases/providers/influxdb/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/reader.hpp"

namespace jeton::leases::influxdb {
namespace {

using base::json::Value;

constexpr std::size_t kIdBytes = 16;

struct Authorization {
  std::string id;
  std::string token;
  std::string created_at;
};
BOOST_DESCRIBE_STRUCT(Authorization, (), (id, token, created_at))

// Of any shape: one entry that is damaged must not hide all others.
struct Entry {
  Value id;
  Value description;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, description))

struct Entries {
  std::optional<std::vector<Entry>> authorizations;
};
BOOST_DESCRIBE_STRUCT(Entries, (), (authorizations))

struct ErrorAnswer {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(ErrorAnswer, (), (code, message))

std::optional<Listed> listed(const Entry& entry) {
  const auto* id = entry.id.as<std::string>();
  const auto* description = entry.description.as<std::string>();
  if (id == nullptr || description == nullptr || !is_id(*id)) return std::nullopt;
  return Listed{.id = *id, .description = *description};
}

// The service's word for the kind of error, and what it says about it.
std::optional<ErrorAnswer> error_of(const net::HttpClient::Response& answer) {
  ErrorAnswer out;
  if (auto read = base::json::read_unpadded<ErrorAnswer>(answer.body)) out = std::move(*read);
  if (out.code.empty()) out.code = answer.header("X-Platform-Error-Code");
  // An unknown path has the code of an unknown authorization; only the text tells that the URL is wrong.
  if (out.code.empty() || out.message == "path not found") return std::nullopt;
  return out;
}

}  // namespace

bool is_id(std::string_view text) {
  return text.size() == kIdBytes &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<Made> read_made(std::string_view body) {
  auto made = base::json::read_unpadded<Authorization>(body);
  if (!made || !is_id(made->id) || made->token.empty()) return std::nullopt;
  return Made{.id = std::move(made->id),
              .token = base::Secret(std::move(made->token)),
              .created_at = std::move(made->created_at)};
}

std::optional<std::vector<Listed>> read_list(std::string_view body) {
  const auto entries = base::json::read_unpadded<Entries>(body);
  if (!entries || !entries->authorizations) return std::nullopt;
  std::vector<Listed> out;
  for (const Entry& entry : *entries->authorizations) {
    if (auto one = listed(entry)) out.push_back(std::move(*one));
  }
  return out;
}

std::optional<Listed> read_one(std::string_view body) {
  const auto entry = base::json::read_unpadded<Entry>(body);
  return entry ? listed(*entry) : std::nullopt;
}

std::optional<std::string> read_error(const net::HttpClient::Response& answer) {
  const auto error = error_of(answer);
  if (!error) return std::nullopt;
  return error->message.empty() ? error->code : fmt::format("{}: {}", error->code, error->message);
}

bool is_absent(const net::HttpClient::Response& answer) {
  if (answer.status != 404) return false;
  const auto error = error_of(answer);
  return error && error->code == "not found";
}

}  // namespace jeton::leases::influxdb
